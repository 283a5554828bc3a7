"""Operations support: keeps the network and delivers what was sold. It refuses to know the BSS; what it has to
tell goes through the seam.
"""

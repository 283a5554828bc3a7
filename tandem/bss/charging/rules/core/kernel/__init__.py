"""The kernel: plain functions over whole numbers and rows, in the part of Python that numba compiles.

Every function here runs in the interpreter, over lists of row objects, and as machine code, over structured arrays:
`mode` makes the second from the first. So: no exceptions, no strings, no containers made on the way; what went wrong is
a number on the desk. Names are unique over the kernel's files.
"""

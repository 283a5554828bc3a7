"""`tandem demo`: one customer's story played live on a whole operator, and the table of what happened.

It uses what anybody would use: the pages' forms, the standard's APIs, the streams, a usage file in the drop folder. It
looks into the rooms only to check the figures.
"""

"""The rating core: every price of every use, computed on arrays of whole numbers. `docs/how/tariffs.md` is its law.

`compile_tariffs` turns tariffs into tables; `rate` walks over uses in the order given, moves buckets and
says what each use costs; `reserve` says how much a session may use before it asks again. Both run interpreted (a few
uses, no compiler) or as machine code (`mode`), from one source (`kernel`). What the arrays hold stands in `layout`;
`book` carries Python values in and out. It knows no database, no protocol and no clock.
"""

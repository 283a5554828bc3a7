"""The table of the chain, for the program that collects every room's store."""

from tandem.kernel.audit.chain import SEALS

TABLES = (SEALS,)

"""A second rater, written from `docs/how/tariffs.md` alone: exact, one use at a time, to hold the real one against."""

"""The finance desk: bill runs, payments, dunning, the ledger, leaks and fraud cases with the money at risk."""

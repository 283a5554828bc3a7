"""What the network asks on line: whole batches in one transaction, and what follows from it unasked."""

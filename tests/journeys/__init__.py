"""Stories over several rooms, on a real database and a register that speaks the real protocol."""

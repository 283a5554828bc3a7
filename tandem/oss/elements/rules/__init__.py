"""Pure decisions of the elements room."""

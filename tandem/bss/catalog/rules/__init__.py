"""Pure decisions about offerings and their prices."""

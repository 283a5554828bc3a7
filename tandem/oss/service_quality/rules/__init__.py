"""Pure decisions about what a fault means for services."""

"""Pure decisions about what customers have."""

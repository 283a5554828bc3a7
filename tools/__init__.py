"""What builds and keeps the house; nothing here is part of the product."""

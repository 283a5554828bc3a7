"""The kit's own desk, `/desk/kit`: every component with made-up values, for those who build pages and for tests."""

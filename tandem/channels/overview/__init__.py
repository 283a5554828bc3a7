"""The executives' overview: each figure opens to the rows behind it."""

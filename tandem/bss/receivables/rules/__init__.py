"""The pure decisions of receivables."""

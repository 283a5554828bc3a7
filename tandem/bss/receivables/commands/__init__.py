"""The use cases of receivables: paying, recording, refunding."""

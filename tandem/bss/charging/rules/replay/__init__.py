"""Rating again on arrays: charges as they stand, taken back from the buckets, and what rating comes to instead."""

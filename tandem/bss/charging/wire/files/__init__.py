"""Usage that arrives as files: taken from a drop folder, read by the decoders of `rules/files`."""

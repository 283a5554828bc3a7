"""The command line: `tandem COMMAND`. Each command says what it did, and exits 0 only when it did it."""

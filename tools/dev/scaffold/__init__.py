"""One file per thing that ./dev new can begin: each drafts a plan of files to write and edits to make."""

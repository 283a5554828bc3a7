"""The product manager's desk: drafts an offering, checks it, tries it on real usage, launches it."""

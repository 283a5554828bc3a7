"""How we reach elements: blocking links with a deadline for each request, kept open and shared between threads."""

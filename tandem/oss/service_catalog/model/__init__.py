"""The catalogue's entities as typed views of their documents: services as TMF633 has them, resources as TMF634 v5."""

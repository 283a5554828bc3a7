"""Services and resources as typed views of their documents, in the shape of version 5."""

"""The use cases of billing: the run, drawing up a bill, its document, its payments."""

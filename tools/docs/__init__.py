"""The generated pages of docs/, and the checks that keep the written ones true."""

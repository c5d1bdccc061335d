"""The index, and from a question or a claim to ranked passages."""

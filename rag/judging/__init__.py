"""From a text to its claims, and from a claim to a verdict with its reason and evidence."""

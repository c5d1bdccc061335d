"""From a question or a claim about hair loss to a checked, cited answer."""

__version__ = "0.1.0"

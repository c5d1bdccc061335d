"""What the system knows, read from ``corpus/`` and checked as a whole."""

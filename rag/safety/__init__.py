"""The screen before any answer: danger signs, crises, personal advice, off topic."""

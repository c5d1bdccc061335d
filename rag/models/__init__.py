"""Trained models served without torch, and what they share; what each was taught stands with its user."""

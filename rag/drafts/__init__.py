"""What a chat model drafts, and what of it may reach a reader."""

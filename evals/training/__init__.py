"""Train the stance network from public pairs and the field's own; needs the extra ``train`` and paths to the data."""

"""The pages for patients and staff: layout and callbacks only."""

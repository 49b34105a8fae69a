"""The report on effects."""

"""Sections of the panel `see`; each is a function of the session."""

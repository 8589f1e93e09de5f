"""Pipelines' files: read, checked, listed."""

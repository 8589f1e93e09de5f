"""Agents' files: read, checked, listed."""

"""Pipelines in a session: their steps, money, edit, and what is left of them when they are cut off."""

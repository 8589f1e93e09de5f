"""Pipelines: several agents, one after the other, written down in one Markdown file.

Never runs one: the engine does, from these values.
"""

"""Agents: a team's Markdown files, read in the dialects of other tools, become actions.

A file grants rights and says what a model is told. It never names a command that Flux runs.
"""

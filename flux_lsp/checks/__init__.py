"""The project's own commands, run on a plan that lies over the project in a sandbox.

Never changes a file of the project, and never runs a command that the settings do not name.
"""

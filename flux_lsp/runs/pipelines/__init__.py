"""Pipelines of a session: which there are, and their finished steps in the data folder.

Never asks a model: `engine.pipelines` does.
"""

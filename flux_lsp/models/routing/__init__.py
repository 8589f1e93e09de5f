"""Which tier a run starts with: characteristics of a request, their points, and the rules, as pure functions.

Never does I/O beyond reading the words that ship with Flux, and never asks a model.
"""

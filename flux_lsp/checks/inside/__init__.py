"""The program that runs as the first process of a sandbox; standard library alone.

Never imports the rest of Flux, so that it starts in a few milliseconds and needs no packages.
"""

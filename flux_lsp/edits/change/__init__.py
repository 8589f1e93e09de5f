"""Differences between texts: how to find them, merge them, move them and show them.

Never knows what an answer asked for.
"""

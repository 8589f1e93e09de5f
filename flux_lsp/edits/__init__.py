"""An answer becomes verified changes: parse, locate, apply, verify, diff, rebase.

Pure functions on values. Never does I/O, never guesses, never takes the first of many.
"""

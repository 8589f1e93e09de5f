"""Puts the changes of an answer together and verifies what they make of the files.

Never leaves a part of an answer out, and never lets an unverified plan go.
"""

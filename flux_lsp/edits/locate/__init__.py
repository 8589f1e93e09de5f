"""Finds the one place in a file that an edit or a rewritten line belongs to.

Never takes the first of many: a place is the only one, or there is none.
"""

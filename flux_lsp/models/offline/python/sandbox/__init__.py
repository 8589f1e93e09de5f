"""Computes what pure Python code does with constants, step by step; Unknown for all the rest.

Nothing of the user's code is ever run: its tree is walked, and only plain values are touched.
"""

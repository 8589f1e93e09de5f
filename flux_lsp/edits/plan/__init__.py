"""Assembles the changes of an answer and verifies the files that result.

Never leaves a part of an answer out, and never returns an unverified plan.
"""

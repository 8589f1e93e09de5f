"""Faults that somebody might write, each of which a test must notice: `make mutants`."""

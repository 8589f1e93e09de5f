"""Tests for Python code, of facts that are proven by the sandbox or promised by docstrings."""

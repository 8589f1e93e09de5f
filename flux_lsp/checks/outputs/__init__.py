"""What a tool wrote, as failures: the forms that linters, type checkers and test runners speak.

Never trusts a text beyond its form: what a tool wrote may hold anything.
"""

"""The server's handlers for pygls: small ones, in one module for each concern.

They hold no logic: a handler reads its parameters, asks the part that knows, and answers.
"""

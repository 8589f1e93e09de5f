"""What the server answers: one module for each concern, each with small handlers for pygls.

Hold no logic: a handler reads its parameters, asks the part that knows, and answers.
"""

"""Actions as data: the value, the registry that holds them, and the rule of where they are offered.

Never runs anything: the engine does, from these values.
"""

"""The findings of a session: where their lines are now, which of them were dismissed.

Never shows one: a front does.
"""

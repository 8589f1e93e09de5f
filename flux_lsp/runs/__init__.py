"""The life of a run below every front: start, cancel, retry, undo, review, apply.

Never imports a front: `ports.py` says what one must offer.
"""

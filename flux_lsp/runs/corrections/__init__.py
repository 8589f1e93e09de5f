"""What becomes of an edit after it was applied: its ranges, followed for ten minutes.

Never stores a text: texts stay in memory while an edit is watched, and nothing of them leaves.
"""

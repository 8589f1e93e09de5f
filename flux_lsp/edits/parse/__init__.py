"""An answer becomes the edits it asks for, whichever way a model wrote them down.

Never says where an edit belongs, and never reads a half of what is unclear.
"""

"""One action over many symbols or files: a job whose items are sent as batches and come back as patches.

`advance.py` is the one path. Never creates a batch twice, and never writes a file of the workspace.
"""

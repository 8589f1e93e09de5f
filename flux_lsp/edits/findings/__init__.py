"""An answer becomes verified findings: what a model reports of the files that it was shown.

Never reports what cannot be seen in a file, and never changes one.
"""

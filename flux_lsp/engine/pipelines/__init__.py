"""Several agents on one document, one after the other: what passes between them, and what comes of it.

Never applies anything: a pipeline comes to one plan, like any other run.
"""

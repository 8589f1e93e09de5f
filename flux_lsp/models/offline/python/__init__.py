"""Fixed rules on Python, by its syntax tree; text in, changes of that text out."""

"""What becomes of the answers that models really give, on the symbols of real repositories.

A file is read as lines (`source`), a symbol of it is a `subject` with its parts and one small change,
a kind (`whole`, `meant`, `narrow`, `wide`, `selected`, `inside`, `documented`, `directed`) makes an
answer of it and knows the buffers that are right, the engine plays it (`play`), `judge` compares.
"""

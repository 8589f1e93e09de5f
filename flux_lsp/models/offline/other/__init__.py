"""Fixed rules on languages other than Python, by their tree-sitter trees."""

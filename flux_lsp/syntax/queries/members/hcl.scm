(block (string_lit (template_literal) @name) . (block_start)) @value

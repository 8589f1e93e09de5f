(comment) @above
(block) @block

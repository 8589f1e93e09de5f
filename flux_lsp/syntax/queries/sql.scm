(comment) @above
(marginalia) @above
(statement) @statement

(comment) @above
(table . "[" . (_) @name) @table
(table_array_element . "[[" . (_) @name) @table

(function_declaration name: [(identifier) (dot_index_expression field: (_)) (method_index_expression)] @name) @function
(assignment_statement (variable_list . name: (_) @name)
  (expression_list . value: (function_definition))) @function
(chunk (variable_declaration (assignment_statement (variable_list . name: (_) @name))) @value)
(field name: (_) @name) @field
(variable_declaration (assignment_statement (expression_list
  value: (function_call name: (identifier) @callee)))) @import
(function_call name: (identifier) @callee) @import

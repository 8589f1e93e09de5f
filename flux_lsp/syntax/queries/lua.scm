(comment) @above
((variable_declaration (assignment_statement (expression_list
  value: (function_call name: (identifier) @_f)))) @header (#set! callee "require$"))
(function_declaration) @function
(assignment_statement (variable_list . name: (_) @name)
  (expression_list . value: (function_definition))) @function
(field value: (function_definition)) @function
(chunk (variable_declaration (assignment_statement
  (variable_list . name: (_) @name) (expression_list . value: (table_constructor)))) @constant)

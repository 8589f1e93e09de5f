(export_statement) @wrap
(comment) @above
(decorator) @above
(hash_bang_line) @header
(import_statement) @header
(function_declaration) @function
(generator_function_declaration) @function
(class_declaration) @class
(method_definition) @method
(variable_declarator value: [(arrow_function) (function_expression) (generator_function)]) @function
(variable_declarator value: (class)) @class
(assignment_expression right: [(arrow_function) (function_expression)]) @function
(pair value: [(arrow_function) (function_expression)]) @method
(export_statement value: [(arrow_function) (function_expression) (class)]) @function
; memo(function () …), forwardRef(() => …): only at the top, else every map(x => y) is one
(program [
  (lexical_declaration (variable_declarator value: (call_expression
    arguments: (arguments [(arrow_function) (function_expression)]))) @function)
  (export_statement (lexical_declaration (variable_declarator value: (call_expression
    arguments: (arguments [(arrow_function) (function_expression)]))) @function))])
((call_expression function: (_) @_f) @call
  (#set! callee "[fx]?(it|test|specify|bench|describe|suite|context|require)\\b"))
; what a module keeps: `require` heads the file instead
(program (lexical_declaration (variable_declarator name: (identifier) value: [
  (object) (array) (string) (template_string) (number) (binary_expression) (unary_expression)
  (new_expression) (regex) (member_expression)]) @constant))
(program (export_statement (lexical_declaration
  (variable_declarator name: (identifier) value: (_)) @constant)))
((program (lexical_declaration (variable_declarator name: (identifier)
  value: (call_expression function: (_) @_f)) @constant)) (#set! callee "(?!require$)"))

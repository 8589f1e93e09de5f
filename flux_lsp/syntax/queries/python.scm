(decorated_definition) @wrap
(comment) @above
(module . (expression_statement (string)) @header)
(import_statement) @header
(import_from_statement) @header
(future_import_statement) @header
(function_definition) @function
(class_definition) @class
(type_alias_statement) @type
((module (expression_statement (assignment left: (identifier) @name)) @constant)
  (#set! named "[A-Z_][A-Z0-9_]*$"))

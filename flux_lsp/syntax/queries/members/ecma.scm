(class_declaration name: (_) @name (class_heritage)? @bases) @type
(variable_declarator name: (identifier) @name value: (class (class_heritage)? @bases)) @type
(method_definition name: (_) @name) @function
(function_declaration name: (_) @name) @function
(generator_function_declaration name: (_) @name) @function
(variable_declarator name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)]) @function
(variable_declarator name: (identifier) @name) @value
(variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @name)) @value
(pair key: (property_identifier) @name) @field
(object (shorthand_property_identifier) @name @field)
(export_statement "default" value: [(arrow_function) (function_expression) (class)] @function)
(assignment_expression left: (member_expression object: (this) property: (_) @name)) @attribute
(assignment_expression left: (member_expression object: [(identifier) (member_expression)] @owner
  property: (property_identifier) @name) right: [(arrow_function) (function_expression)]) @function
(assignment_expression left: (member_expression object: [(identifier) (member_expression)] @owner
  property: (property_identifier) @name)) @field
(import_statement) @import
(export_statement) @import
(assignment_expression left: [(identifier) (member_expression)] @left right: (_)) @import
(variable_declarator value: (call_expression function: (identifier) @callee)) @import
(variable_declarator value: (member_expression object: (call_expression function: (identifier) @callee))) @import
(expression_statement (call_expression function: (identifier) @callee)) @import

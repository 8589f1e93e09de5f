(ambient_declaration) @wrap
(import_alias) @header
(public_field_definition value: [(arrow_function) (function_expression)]) @method
(abstract_class_declaration) @class
(interface_declaration) @interface
(type_alias_declaration) @type
(enum_declaration) @enum
(internal_module) @namespace
(module) @namespace
(function_signature) @function
(abstract_method_signature) @method
(program (lexical_declaration (variable_declarator name: (identifier)
  value: [(as_expression) (satisfies_expression)]) @constant))
(public_field_definition value: (_)) @constant

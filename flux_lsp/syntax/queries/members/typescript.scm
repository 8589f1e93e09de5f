(abstract_class_declaration name: (_) @name (class_heritage)? @bases) @type
(interface_declaration name: (_) @name (extends_type_clause)? @bases) @type
(type_alias_declaration name: (_) @name) @type
(enum_declaration name: (_) @name) @type
(enum_body name: (_) @name @field)
(enum_assignment name: (_) @name) @field
(internal_module name: (_) @name) @module
(module name: (identifier) @name) @module
(function_signature name: (_) @name) @function
(method_signature name: (_) @name) @function
(abstract_method_signature name: (_) @name) @function
(property_signature name: (_) @name) @field
(public_field_definition name: (_) @name) @field
(required_parameter (accessibility_modifier) pattern: (identifier) @name) @attribute
(required_parameter "readonly" pattern: (identifier) @name) @attribute
(import_alias) @import

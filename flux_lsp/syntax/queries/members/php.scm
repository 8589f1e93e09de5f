(class_declaration name: (_) @name (base_clause)? @bases (class_interface_clause)? @bases) @type
(interface_declaration name: (_) @name (base_clause)? @bases) @type
(trait_declaration name: (_) @name) @type
(enum_declaration name: (_) @name (class_interface_clause)? @bases) @type
(enum_case name: (_) @name) @field
(method_declaration name: (_) @name) @function
(function_definition name: (_) @name) @function
(property_declaration (property_element (variable_name (name) @name))) @field
(property_promotion_parameter name: (variable_name (name) @name)) @attribute
(const_declaration (const_element (name) @name)) @value
(use_declaration (_) @base)
(namespace_use_declaration) @import
(namespace_definition name: (_) @package)

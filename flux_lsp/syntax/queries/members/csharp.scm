(class_declaration name: (_) @name (base_list)? @bases) @type
(record_declaration name: (_) @name (base_list)? @bases) @type
(record_declaration (parameter_list (parameter name: (_) @name) @field))
(interface_declaration name: (_) @name (base_list)? @bases) @type
(struct_declaration name: (_) @name (base_list)? @bases) @type
(enum_declaration name: (_) @name) @type
(enum_member_declaration name: (_) @name) @field
(delegate_declaration name: (_) @name) @type
(method_declaration name: (_) @name) @function
(constructor_declaration name: (_) @name) @function
(property_declaration name: (_) @name) @field
(field_declaration (variable_declaration (variable_declarator name: (_) @name))) @field
(event_field_declaration (variable_declaration (variable_declarator name: (_) @name))) @field
(using_directive) @import
(namespace_declaration name: (_) @package)
(file_scoped_namespace_declaration name: (_) @package)

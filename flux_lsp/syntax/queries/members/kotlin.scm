(class_declaration name: (_) @name (delegation_specifiers)? @bases) @type
(object_declaration name: (_) @name (delegation_specifiers)? @bases) @type
(class_parameter ["val" "var"] (identifier) @name) @field
(enum_entry (identifier) @name) @field
(function_declaration (user_type) @owner "." name: (_) @name) @function
(function_declaration name: (_) @name) @function
(secondary_constructor) @function
(property_declaration (variable_declaration (identifier) @name)) @value
(type_alias type: (_) @name) @type
(import) @import
(package_header) @package

(class_definition name: (_) @name extend: (_)? @bases) @type
(object_definition name: (_) @name extend: (_)? @bases) @type
(trait_definition name: (_) @name extend: (_)? @bases) @type
(enum_definition name: (_) @name extend: (_)? @bases) @type
(simple_enum_case name: (_) @name) @field
(full_enum_case name: (_) @name) @field
(class_parameter name: (_) @name) @field
(function_definition name: (_) @name) @function
(function_declaration name: (_) @name) @function
(val_definition pattern: (identifier) @name) @value
(var_definition pattern: (identifier) @name) @value
(val_declaration name: (_) @name) @value
(type_definition name: (_) @name) @type
(import_declaration) @import
(package_clause name: (_) @package)

(class_declaration name: (_) @name) @type
(protocol_declaration name: (_) @name) @type
(inheritance_specifier inherits_from: (_) @base)
(function_declaration name: (_) @name) @function
(protocol_function_declaration name: (_) @name) @function
(init_declaration) @function
(property_declaration name: (pattern bound_identifier: (_) @name)) @value
(protocol_property_declaration name: (pattern bound_identifier: (_) @name)) @field
(enum_entry name: (_) @name) @field
(typealias_declaration name: (_) @name) @type

(class_declaration name: (_) @name superclass: (_)? @bases interfaces: (_)? @bases) @type
(record_declaration name: (_) @name interfaces: (_)? @bases) @type
(record_declaration parameters: (formal_parameters (formal_parameter name: (_) @name) @field))
(interface_declaration name: (_) @name (extends_interfaces)? @bases) @type
(annotation_type_declaration name: (_) @name) @type
(enum_declaration name: (_) @name interfaces: (_)? @bases) @type
(enum_constant name: (_) @name) @field
(method_declaration name: (_) @name) @function
(annotation_type_element_declaration name: (_) @name) @function
(constructor_declaration name: (_) @name) @function
(field_declaration declarator: (variable_declarator name: (_) @name)) @field
(constant_declaration declarator: (variable_declarator name: (_) @name)) @field
(import_declaration) @import
(package_declaration) @package

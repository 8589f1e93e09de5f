(comment) @above
(multiline_comment) @above
(import_declaration) @header
(class_declaration) @class
(protocol_declaration) @interface
(function_declaration) @function
(protocol_function_declaration) @method
(init_declaration) @method
(deinit_declaration) @method
(subscript_declaration) @method
(typealias_declaration) @type
(class_body (property_declaration name: (pattern) @name computed_value: (_)) @property)
(enum_class_body (property_declaration name: (pattern) @name computed_value: (_)) @property)
(source_file (property_declaration name: (pattern) @name computed_value: (_)) @property)
(class_body (property_declaration name: (pattern) @name) @constant)
(source_file (property_declaration name: (pattern) @name) @constant)
(enum_class_body (property_declaration name: (pattern) @name) @constant)

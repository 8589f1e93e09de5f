(line_comment) @above
(block_comment) @above
(file_annotation) @header
(package_header) @header
(import) @header
(class_declaration) @class
(object_declaration) @class
(companion_object) @class
(function_declaration) @function
(secondary_constructor) @method
(anonymous_initializer) @method
(type_alias) @type
(class_body (property_declaration (variable_declaration (identifier) @name) [(getter) (setter)]) @property)
(source_file (property_declaration (variable_declaration (identifier) @name) [(getter) (setter)]) @property)
(class_body (property_declaration (variable_declaration (identifier) @name)) @constant)
(source_file (property_declaration (variable_declaration (identifier) @name)) @constant)

(comment) @above
(package_clause) @header
(import_declaration) @header
(type_declaration) @wrap
(function_declaration) @function
(method_declaration) @method
(type_spec type: (struct_type)) @struct
(type_spec type: (interface_type)) @interface
(type_spec) @type
(type_alias) @type
(source_file (const_declaration . "const" . (const_spec) @constant))
(source_file (var_declaration . "var" . (var_spec) @constant))

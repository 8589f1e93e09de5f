(function_definition) @function
(declaration declarator: (function_declarator)) @function
(declaration declarator: (pointer_declarator declarator: (function_declarator))) @function
(declaration declarator: (init_declarator)) @value
(declaration declarator: (identifier) @name) @value
(declaration declarator: (array_declarator)) @value
(struct_specifier name: (_) @name body: (_)) @type
(union_specifier name: (_) @name body: (_)) @type
(enum_specifier name: (_) @name body: (_)) @type
(enumerator name: (_) @name) @field
(field_declaration) @field
(type_definition) @type
(preproc_def name: (_) @name) @value
(preproc_function_def name: (_) @name) @function
(preproc_include) @import

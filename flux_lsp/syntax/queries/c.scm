(comment) @above
(preproc_include) @header
(preproc_call) @header
(function_definition) @function
(struct_specifier name: (_) body: (_)) @struct
(union_specifier name: (_) body: (_)) @struct
(enum_specifier name: (_) body: (_)) @enum
(type_definition) @type
(preproc_function_def) @macro
(translation_unit (declaration declarator: (init_declarator)) @constant)

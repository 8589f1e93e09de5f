(comment) @above
(block_comment) @above
(package_clause !body) @header
(import_declaration) @header
(class_definition) @class
(object_definition) @class
(trait_definition) @trait
(enum_definition) @enum
(function_definition) @function
(function_declaration) @function
(given_definition) @function
(type_definition) @type
(template_body (val_definition pattern: (identifier) @name) @constant)
(compilation_unit (val_definition pattern: (identifier) @name) @constant)

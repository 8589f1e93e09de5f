(class_definition name: (_) @name superclasses: (_)? @bases) @type
(function_definition name: (_) @name) @function
(type_alias_statement left: (_) @name) @type
(assignment left: (identifier) @name) @value
(assignment left: (attribute object: (identifier) @self attribute: (_) @name)) @attribute
(assignment left: (pattern_list (attribute object: (identifier) @self attribute: (_) @name))) @attribute
(import_statement) @import
(import_from_statement) @import

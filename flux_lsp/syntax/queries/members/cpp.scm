(class_specifier name: (_) @name (base_class_clause)? @bases body: (_)) @type
(struct_specifier name: (_) @name (base_class_clause) @bases body: (_)) @type
(alias_declaration name: (_) @name) @type
(concept_definition name: (_) @name) @type

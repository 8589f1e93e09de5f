(template_declaration) @wrap
(using_declaration) @header
(class_specifier name: (_) body: (_)) @class
(namespace_definition) @namespace
(concept_definition) @type
(alias_declaration) @type

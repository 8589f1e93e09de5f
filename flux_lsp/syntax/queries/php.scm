(comment) @above
(php_tag) @header
(namespace_definition !body) @header
(namespace_use_declaration) @header
(declare_statement) @header
(namespace_definition body: (_)) @namespace
(function_definition) @function
(method_declaration) @method
(class_declaration) @class
(interface_declaration) @interface
(trait_declaration) @trait
(enum_declaration) @enum
(const_declaration (const_element (name) @name)) @constant
(property_declaration (property_element (variable_name) @name)) @constant

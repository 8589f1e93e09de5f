(type_spec name: (_) @name) @type
(type_alias name: (_) @name) @type
(field_declaration name: (_) @name) @field
(field_declaration !name type: (_) @base)
(method_elem name: (_) @name) @function
(interface_type (type_elem (_) @base))
(function_declaration name: (_) @name) @function
(method_declaration receiver: (parameter_list (parameter_declaration type: (_) @owner)) name: (_) @name) @function
(const_spec name: (_) @name) @value
(var_spec name: (_) @name) @value
(import_spec) @import
(package_clause) @package

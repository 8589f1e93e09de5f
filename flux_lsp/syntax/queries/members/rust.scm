(struct_item name: (_) @name) @type
(union_item name: (_) @name) @type
(enum_item name: (_) @name) @type
(trait_item name: (_) @name bounds: (_)? @bases) @type
(type_item name: (_) @name) @type
(associated_type name: (_) @name) @field
(impl_item trait: (_)? @bases type: (_) @owner) @impl
(field_declaration name: (_) @name) @field
(enum_variant name: (_) @name) @field
(function_item name: (_) @name) @function
(function_signature_item name: (_) @name) @function
(macro_definition name: (_) @name) @function
(const_item name: (_) @name) @value
(static_item name: (_) @name) @value
(mod_item name: (_) @name body: (_)) @module
(mod_item !body) @import
(use_declaration) @import
(extern_crate_declaration) @import

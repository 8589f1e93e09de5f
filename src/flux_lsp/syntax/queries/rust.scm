(line_comment) @above
(block_comment) @above
(attribute_item) @above
(inner_attribute_item) @header
(use_declaration) @header
(extern_crate_declaration) @header
(mod_item !body) @header
(function_item) @function
(function_signature_item) @function
(struct_item) @struct
(union_item) @struct
(enum_item) @enum
(trait_item) @trait
(impl_item) @impl
(mod_item) @module
(macro_definition) @macro
(type_item) @type

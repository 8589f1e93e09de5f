(comment) @above
(yaml_directive) @header
(block_mapping_pair value: (block_node)) @key

(create_table (object_reference name: (_) @name)) @type
(create_view (object_reference name: (_) @name)) @type
(create_function (object_reference name: (_) @name)) @function
(column_definition name: (_) @name) @field

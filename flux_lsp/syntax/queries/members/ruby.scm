(class name: (_) @name superclass: (_)? @bases) @type
(module name: (_) @name) @type
(method name: (_) @name) @function
(singleton_method name: (_) @name) @function
(assignment left: (constant) @name) @value
(assignment left: (instance_variable) @name) @attribute
(call !receiver method: (identifier) @callee arguments: (argument_list (simple_symbol) @name)) @field
(call !receiver method: (identifier) @callee arguments: (argument_list [(constant) (scope_resolution)] @base))
(call method: (identifier) @callee) @import

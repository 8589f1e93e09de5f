(function_definition name: (_) @name) @function
(variable_assignment name: (_) @name) @value
(command name: (command_name) @callee) @import

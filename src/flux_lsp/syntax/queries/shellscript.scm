(comment) @above
((command name: (_) @_f) @header (#any-of? @_f "source" "." "set" "shopt"))
(function_definition) @function

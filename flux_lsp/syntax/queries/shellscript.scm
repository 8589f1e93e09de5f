(comment) @above
((command name: (_) @_f) @header (#set! callee "(source|[.]|set|shopt)$"))
(function_definition) @function

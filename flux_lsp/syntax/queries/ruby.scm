(comment) @above
(method) @function
(singleton_method) @function
(class) @class
(singleton_class) @class
(module) @module
((call method: (_) @_f) @call
  (#set! callee "(require|require_relative|load|autoload|describe|context|feature|shared_examples|it|specify|test|scenario)$"))
(assignment left: (constant)) @constant

(class_selector (class_name) @name) @value
(id_selector (id_name) @name) @value

(comment) @above
(pair value: [(object) (array)]) @key

---@meta
--- What the server tells a client that declares `experimental.flux`; only types.

---@class flux.Action what the server says of one of its actions
---@field id string
---@field title string
---@field needs_instruction boolean
---@field hint string what the prompt for words says
---@field returns 'edit'|'tests'|'answer'|'findings'

---@class flux.Outcome how a run ended
---@field run string
---@field action string
---@field status 'applied'|'answered'|'proposed'|'refused'|'failed'|'cancelled'
---@field error? { code: string, message: string, hint: string }
---@field attempts flux.Attempt[]
---@field model? string the one that gave the last answer
---@field usd? number what it cost; absent when a price is unknown
---@field sent { path: string, lines: string, why: string }[]
---@field summary string
---@field said string the outcome in a line for the person
---@field reason string why this tier and model
---@field text? string of an answer, in Markdown
---@field title? string of an answer
---@field proposal? flux.Proposal
---@field edit? flux.Proposal what was applied without a question

---@class flux.Attempt one call of a model
---@field tier string
---@field model string
---@field strategy string
---@field result string 'ok' or an error code
---@field error? string
---@field input_tokens integer
---@field output_tokens integer
---@field cache_read_tokens integer
---@field usd? number
---@field ms integer

---@class flux.Proposal a change that waits for a yes
---@field run string
---@field in_place boolean the person wants to see it in the code itself
---@field files flux.ProposedFile[]

---@class flux.ProposedFile
---@field uri string
---@field path string
---@field before? string absent for a new file
---@field after string
---@field hunks flux.Hunk[]

---@class flux.Hunk
---@field index integer the number to accept or reject it by
---@field first integer 1-based line of `before`
---@field last integer
---@field new_first integer 1-based line of `after`
---@field new_last integer before `new_first` where no line is left
---@field text string the lines of `after`
---@field stale boolean somebody typed over its lines: it can only be rejected
---@field label string which one it is, for the person

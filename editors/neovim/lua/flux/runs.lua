--- Runs: started, marked where they work while they go on, and shown when they end.
--- Decides nothing about edits; the server does.
local server = require('flux.client')

local M = {}

local SPACE = vim.api.nvim_create_namespace('flux.runs')

---@class flux.Run
---@field run string
---@field action string
---@field row integer 0-based
---@field bufnr integer
---@field page? flux.Page where an answer streams to

local LATEST = 600 -- milliseconds that a prompt waits for its words

local runs = {} ---@type table<string, flux.Run> those that are going on
local last ---@type flux.Run? the newest one, over or not
local unanswered = 0 -- commands whose answer will name a run
local early = {} ---@type flux.Outcome[] of runs that nobody has named yet: one may end before it is named

--- The runs that are going on, in no order.
---@return flux.Run[]
function M.running()
  return vim.tbl_values(runs)
end

--- What the server says of an action; empty of one that it does not know.
local function details(id)
  return vim.iter(server.actions()):find(function(action) return action.id == id end) or {}
end

local function show_early()
  local outcomes = early
  early = {}
  vim.tbl_map(M.outcome, outcomes)
end

--- What a run would do, with which model and for about how much, in a line; nil where that takes long.
---@param done fun(words: string?)
local function describe(bufnr, argument, done)
  local over = false
  local function finish(words)
    if not over then
      over = true
      done(words)
    end
  end
  vim.defer_fn(finish, LATEST)
  local client = server.get(bufnr)
  local about = vim.tbl_extend('force', argument, { instruction = '…' })
  local params = { command = 'flux.preview', arguments = { about } }
  local sent = client and server.send(client, 'workspace/executeCommand', params, function(_, reply)
    finish(reply and reply.summary)
  end, bufnr)
  if not sent then
    finish()
  end
end

--- Send a command that begins a run at a `place`, with words the person is asked for when there is a prompt.
---@param place { action: string, row: integer }
---@param related? fun(done: fun(related: table[]))
local function send(bufnr, command, argument, place, prompt, related)
  if prompt and not argument.instruction then
    return vim.ui.input({ prompt = prompt }, function(words)
      if words then
        send(bufnr, command, vim.tbl_extend('force', argument, { instruction = words }), place, nil, related)
      end
    end)
  elseif related then
    return related(function(places)
      send(bufnr, command, vim.tbl_extend('force', argument, { related = places }), place)
    end)
  end
  unanswered = unanswered + 1
  server.execute(bufnr, command, argument, function(begun)
    unanswered = unanswered - 1
    if not begun then
      return show_early()
    end
    local run = { run = begun.run, action = place.action, row = place.row, bufnr = bufnr }
    local row = math.min(run.row, vim.api.nvim_buf_line_count(bufnr) - 1)
    local text = { { ('  Flux: %s …'):format(run.action), 'DiagnosticVirtualTextInfo' } }
    run.mark = vim.api.nvim_buf_set_extmark(bufnr, SPACE, row, 0, { virt_text = text })
    if place.page then
      run.page = place.page
      run.page:ask(argument.instruction)
    elseif details(run.action).returns == 'answer' then
      run.page = require('flux.page').open('Flux: ' .. run.action, { '…' })
    end
    if run.page then
      run.page.run = run
    end
    runs[run.run], last = run, run
    show_early()
  end)
end

--- Start a run; asks for an instruction when the action needs one and has none.
---@param argument table as `flux.run` takes it
function M.start(bufnr, argument)
  argument.diagnostics = argument.diagnostics or server.diagnostics(bufnr, argument.range)
  local action = details(argument.action)
  local place = { action = argument.action, row = argument.range.start.line }
  local related = require('flux.related').begin(bufnr, argument)
  if not action.needs_instruction or argument.instruction then
    return send(bufnr, 'flux.run', argument, place, nil, related)
  end
  describe(bufnr, argument, function(words)
    local prompt = ('Flux %s: %s '):format(words or action.id, action.hint)
    send(bufnr, 'flux.run', argument, place, prompt, related)
  end)
end

--- Run the newest action once more; asks for a remark when none is given. An empty one is fine.
---@param remark? string
---@param undo? boolean take back first what it changed
function M.retry(remark, undo)
  if not last then
    return require('flux.say').say('Flux: nothing to retry yet')
  end
  local argument = { run = last.run, instruction = remark, undo = undo or nil }
  send(last.bufnr, 'flux.retry', argument, last, 'Flux, what should be different: ')
end

--- Ask something further where a run was, the newest one or that of a page; asks for words when none are given.
---@param words? string
---@param page? flux.Page
function M.go_on(words, page)
  local run = page and page.run or last
  if not run then
    return require('flux.say').say('Flux: nothing to go on from yet')
  end
  local place = { action = run.action, row = run.row, page = page and page.run and page }
  send(run.bufnr, 'flux.continue', { run = run.run, instruction = words }, place, 'Flux, and now: ')
end

--- A piece of an answer, while it is written.
---@param params { run: string, text: string }
function M.delta(params)
  local run = runs[params.run]
  if run and run.page then
    run.page:append(params.text)
  end
end

--- How a run ended.
---@param outcome flux.Outcome
function M.outcome(outcome)
  if not runs[outcome.run] and unanswered > 0 then
    return table.insert(early, outcome)
  end
  outcome = vim.iter(outcome):filter(function(_, value) return value ~= vim.NIL end):fold({}, rawset)
  local run = runs[outcome.run] or {}
  runs[outcome.run] = nil
  if run.mark then
    pcall(vim.api.nvim_buf_del_extmark, run.bufnr, SPACE, run.mark)
  end
  if run.page and outcome.status == 'answered' then
    run.page:answer(outcome.text)
  elseif outcome.proposal then
    require('flux.review').show(outcome.proposal)
  else
    if outcome.edit then
      require('flux.inplace').show_edit(outcome.edit)
    end
    require('flux.say').say('Flux: ' .. outcome.said, outcome.error and vim.log.levels.WARN or vim.log.levels.INFO)
    if outcome.text then -- words in place of an edit
      require('flux.page').open('Flux: ' .. outcome.title, vim.split(outcome.text, '\n'))
    end
  end
  if run.page and outcome.status ~= 'answered' then
    run.page:close()
  end
  vim.api.nvim_exec_autocmds('User', { pattern = 'FluxOutcome', modeline = false, data = outcome })
end

return M

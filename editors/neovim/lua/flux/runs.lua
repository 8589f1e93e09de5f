--- Runs: started, marked where they work while they go on, and shown when they end.
--- Decides nothing about edits; the server does.
local server = require('flux.client')

local M = {}

local SPACE = vim.api.nvim_create_namespace('flux.runs')
local runs = {} ---@type table<string, flux.Run> of this session

---@class flux.Run
---@field run string
---@field argument table what `flux.run` was given
---@field client vim.lsp.Client
---@field bufnr integer
---@field over boolean
---@field page? flux.Page where an explanation streams to

---@type flux.Run? the newest one, over or not
M.last = nil

--- The runs that are going on, in no order.
---@return flux.Run[]
function M.running()
  return vim.tbl_filter(function(run) return not run.over end, vim.tbl_values(runs))
end

local function begin(client, bufnr, argument, id)
  local run = { run = id, argument = argument, client = client, bufnr = bufnr, over = false }
  local row = math.min(argument.range.start.line, vim.api.nvim_buf_line_count(bufnr) - 1)
  local text = { { ('  Flux: %s …'):format(argument.action), 'DiagnosticVirtualTextInfo' } }
  run.mark = vim.api.nvim_buf_set_extmark(bufnr, SPACE, row, 0, { virt_text = text })
  if argument.action == 'explain' then
    run.page = require('flux.page').open('Flux: explain', { '…' })
  end
  runs[id], M.last = run, run
end

local function send(client, bufnr, command, argument, shown)
  server.execute(client, bufnr, command, argument, function(result)
    begin(client, bufnr, shown or argument, result.run)
  end)
end

--- Start a run; an edit asks for its instruction when it has none.
---@param argument table as `flux.run` takes it
function M.start(client, bufnr, argument)
  if argument.action == 'fix' and not next(argument.diagnostics or {}) then
    argument.diagnostics = require('flux.positions').diagnostics(bufnr, argument.range, client.offset_encoding)
    if not next(argument.diagnostics) then
      return vim.notify('Flux: no diagnostic here; :%Flux fix takes the whole file', vim.log.levels.WARN)
    end
  end
  if argument.action ~= 'edit' or argument.instruction then
    return send(client, bufnr, 'flux.run', argument)
  end
  vim.ui.input({ prompt = ('Flux %s: '):format(argument.action) }, function(words)
    if words and vim.trim(words) ~= '' then
      send(client, bufnr, 'flux.run', vim.tbl_extend('force', argument, { instruction = words }))
    end
  end)
end

--- Run an action once more; asks for a remark when none is given. An empty one is fine.
---@param run flux.Run
---@param remark? string
function M.retry(run, remark)
  if remark then
    return send(run.client, run.bufnr, 'flux.retry', { run = run.run, instruction = remark }, run.argument)
  end
  vim.ui.input({ prompt = 'Flux, what should be different: ' }, function(words)
    if words then
      M.retry(run, words)
    end
  end)
end

--- A piece of an answer, while it is written.
---@param params { run: string, text: string }
function M.delta(params)
  local run = runs[params.run]
  if run and run.page then
    run.page:append(params.text)
  end
end

--- One line about an outcome: what became of it, by whom, for how much.
---@param outcome flux.Outcome
local function summary(outcome)
  local words = outcome.error and outcome.error.message .. '. ' .. outcome.error.hint or outcome.summary
  local cost = outcome.usd and (', $%.4f'):format(outcome.usd) or ''
  local by = outcome.model and (' [%s%s]'):format(outcome.model, cost) or ''
  return 'Flux: ' .. vim.trim(words) .. by
end

--- How a run ended.
---@param outcome flux.Outcome
function M.outcome(outcome)
  outcome = vim.iter(outcome):filter(function(_, value) return value ~= vim.NIL end):fold({}, rawset)
  local run = runs[outcome.run]
  if run then
    run.over = true
    pcall(vim.api.nvim_buf_del_extmark, run.bufnr, SPACE, run.mark)
  end
  if run and run.page and outcome.status == 'answered' then
    run.page:write(0, vim.split(outcome.text, '\n'))
  elseif run and outcome.proposal then
    require('flux.review').open(run, outcome.proposal)
  else
    vim.notify(summary(outcome), outcome.error and vim.log.levels.WARN or vim.log.levels.INFO)
  end
  if run and run.page and outcome.status ~= 'answered' then
    run.page:close()
  end
  vim.api.nvim_exec_autocmds('User', { pattern = 'FluxOutcome', modeline = false, data = outcome })
end

return M

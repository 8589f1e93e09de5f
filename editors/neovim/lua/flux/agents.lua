--- The list of agents: those that fit the place first, each with what it does, gives and costs.
local server = require('flux.client')

local M = {}

local GIVES = { edit = 'edits', tests = 'writes tests', answer = 'answers', findings = 'reports findings' }

local function describe(agent)
  local parts = { ('%-24s %s'):format(agent.id, agent.title), GIVES[agent.returns], agent.tier }
  if agent.usd and agent.usd ~= vim.NIL then
    table.insert(parts, ('about $%.4f'):format(agent.usd))
  end
  return table.concat(parts, ' · ')
end

--- Let the person pick an agent for a range, say what it should do, and run it.
---@param bufnr integer
---@param range table as in LSP
function M.pick(bufnr, range)
  local place = { uri = vim.uri_from_bufnr(bufnr), range = range }
  server.execute(bufnr, 'flux.agents', place, function(answer)
    vim.ui.select(answer and answer.agents or {}, { prompt = 'Flux: ask an agent', format_item = describe }, function(agent)
      if not agent then
        return
      end
      local prompt = agent.hint ~= '' and agent.hint or 'What should it do? (empty: what its brief says)'
      vim.ui.input({ prompt = ('Flux %s: %s '):format(agent.id, prompt) }, function(words)
        if words then
          local argument = { action = 'agent:' .. agent.id, instruction = words }
          require('flux.runs').start(bufnr, vim.tbl_extend('error', place, argument))
        end
      end)
    end)
  end)
end

return M

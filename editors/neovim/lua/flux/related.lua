--- What the other language servers of a buffer know about a place, for the server; who answers late is not waited for.
local server = require('flux.client')

local M = {}

local LATEST = 300 -- milliseconds

--- The answer of a server as a list of places: it may be one, a list, links, or nothing.
local function list(answer, why)
  local all = type(answer) == 'table' and (vim.islist(answer) and answer or { answer }) or {}
  return vim.tbl_map(function(place)
    return { uri = place.uri or place.targetUri, range = place.range or place.targetRange, why = why }
  end, all)
end

--- Find places for `flux.run`, and go on with them after at most 300 ms; with none where nobody knows.
---@param argument table as `flux.run` takes it
---@param done fun(related: table[])
function M.find(bufnr, argument, done)
  local places, waiting, over = {}, 0, false
  local function finish()
    if not over then
      over = true
      done(places)
    end
  end
  local function take(answer, why)
    vim.list_extend(places, list(answer, why))
    waiting = waiting - 1
    if waiting == 0 then
      finish()
    end
  end
  vim.defer_fn(finish, LATEST)
  local client = server.get(bufnr)
  local params = { command = 'flux.related', arguments = { argument } }
  local sent = client and server.send(client, 'workspace/executeCommand', params, function(_, reply)
    for _, question in ipairs(reply and reply.questions or {}) do
      waiting = waiting + server.ask_others(bufnr, question.method, question.position, function(answer)
        take(answer, question.why)
      end)
    end
    if waiting == 0 then
      finish()
    end
  end, bufnr)
  if not sent then
    finish()
  end
end

--- The same, begun now and asked for later: the person may be typing what to do meanwhile.
---@return fun(done: fun(related: table[]))
function M.begin(bufnr, argument)
  local places, waiting
  M.find(bufnr, argument, function(related)
    places = related
    if waiting then
      waiting(related)
    end
  end)
  return function(done)
    waiting = done
    if places then
      done(places)
    end
  end
end

return M

--- `:Flux`: its subcommands, their arguments and their completion.
local server = require('flux.client')

local M = {}

--- What the server's own command prints, in a page.
local function shell(name)
  return function(args)
    local client = vim.lsp.get_clients({ name = 'flux' })[1]
    require('flux.shell').run({ name, unpack(args.words) }, client and client.root_dir, function(_, lines)
      require('flux.page').open('flux-lsp ' .. name, lines, 'text')
    end)
  end
end

--- A command of the server's that takes nothing.
local function plain(command)
  return function(args)
    local client = server.get(args.bufnr)
    if client then
      server.execute(client, args.bufnr, command, {})
    end
  end
end

local function with_review(act)
  return function(args)
    local review = require('flux.review')
    if not review.current then
      return vim.notify('Flux: nothing is waiting for a decision')
    end
    act(review, tonumber(args.words[1]))
  end
end

local function retry(args)
  local runs = require('flux.runs')
  if not runs.last then
    return vim.notify('Flux: nothing to retry yet')
  end
  runs.retry(runs.last, args.words[1] and table.concat(args.words, ' '))
end

---@type table<string, fun(args: table)>
local COMMANDS = {
  accept = with_review(function(review, index) review.decide(review.current, 'accept', index) end),
  reject = with_review(function(review, index) review.decide(review.current, 'reject', index) end),
  review = with_review(function(review) review.show(review.current) end),
  cancel = plain('flux.cancel'),
  undo = plain('flux.undo'),
  doctor = shell('doctor'),
  models = shell('models'),
  usage = shell('usage'),
  retry = retry,
}

--- The cursor, the lines of a range, or the characters of a visual selection, as an LSP range.
local function range_of(args, encoding)
  local function at(row, col)
    return require('flux.positions').position(args.bufnr, row, col, encoding)
  end
  if args.range == 0 then
    local row, col = unpack(vim.api.nvim_win_get_cursor(0))
    return { start = at(row - 1, col), ['end'] = at(row - 1, col) }
  end
  local from, to = vim.fn.getpos("'<"), vim.fn.getpos("'>")
  if vim.fn.visualmode() ~= 'v' or from[2] ~= args.line1 or to[2] ~= args.line2 then
    return { start = at(args.line1 - 1, 0), ['end'] = at(args.line2 - 1, -1) }
  end
  local line = vim.fn.getline(to[2])
  local last = math.min(to[3], #line)
  if last > 0 and vim.o.selection ~= 'exclusive' then
    last = last + vim.str_utf_end(line, last)
  end
  return { start = at(from[2] - 1, from[3] - 1), ['end'] = at(to[2] - 1, last) }
end

--- Run an action of the server's. A bang asks the stronger tier.
local function act(args, action)
  local client = server.get(args.bufnr)
  if not client then
    return
  end
  require('flux.runs').start(client, args.bufnr, {
    action = action,
    uri = vim.uri_from_bufnr(args.bufnr),
    range = range_of(args, client.offset_encoding),
    instruction = args.words[1] and table.concat(args.words, ' '),
    tier = args.bang and 'sonnet' or nil,
  })
end

local function choose(args)
  vim.ui.select(server.actions(), { prompt = 'Flux' }, function(action)
    if action then
      act(args, action)
    end
  end)
end

--- Run `:Flux`.
---@param given table as a user command gets it
function M.run(given)
  local args = { range = given.range, line1 = given.line1, line2 = given.line2, bang = given.bang }
  args.words, args.bufnr = vim.deepcopy(given.fargs), vim.api.nvim_get_current_buf()
  local name = table.remove(args.words, 1)
  if not name then
    choose(args)
  elseif COMMANDS[name] then
    COMMANDS[name](args)
  else
    act(args, name)
  end
end

--- Complete the first word.
function M.complete(lead, line)
  if line:match('Flux!?%s+%S+%s') then
    return {}
  end
  local names = vim.list_extend(vim.tbl_keys(COMMANDS), server.actions())
  table.sort(names)
  return vim.tbl_filter(function(name) return vim.startswith(name, lead) end, names)
end

return M

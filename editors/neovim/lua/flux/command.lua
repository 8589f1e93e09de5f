--- `:Flux`: its subcommands, their arguments and their completion.
local server = require('flux.client')

local M = {}

--- What the server's own command prints, in a page.
local function shell(name)
  return function(args)
    local line, client = server.command_line(name, unpack(args.words)), server.get()
    if vim.fn.executable(line[1]) == 0 then
      return require('flux.say').say(('Flux: %s cannot be run; :checkhealth flux says what to do'):format(line[1]), vim.log.levels.ERROR)
    end
    local options = { text = true, cwd = client and client.root_dir, env = { NO_COLOR = '1', COLUMNS = '96' } }
    vim.system(line, options, vim.schedule_wrap(function(ended)
      require('flux.page').open('flux-lsp ' .. name, vim.split(vim.trim(ended.stdout .. ended.stderr), '\n'), 'text')
    end))
  end
end

--- A command of the server's that takes nothing, from any buffer.
local function plain(command)
  return function(args)
    local attached = vim.lsp.get_clients({ name = 'flux', bufnr = args.bufnr })[1] ~= nil
    server.execute(attached and args.bufnr or nil, command, {})
  end
end

local function decide(command)
  return function(args) require('flux.review').decide(command, tonumber(args.words[1])) end
end

---@type table<string, fun(args: table)>
local COMMANDS = {
  accept = decide('flux.accept'),
  reject = decide('flux.reject'),
  show = function() require('flux.review').show() end,
  retry = function(args) require('flux.runs').retry(args.words[1] and table.concat(args.words, ' ')) end,
  again = function(args) require('flux.runs').retry(args.words[1] and table.concat(args.words, ' '), true) end,
  ['then'] = function(args) require('flux.runs').go_on(args.words[1] and table.concat(args.words, ' ')) end,
  keep = function() require('flux.inplace').keep() end,
  cancel = plain('flux.cancel'),
  undo = plain('flux.undo'),
  message = function() require('flux.say').show() end,
  doctor = shell('doctor'),
  models = shell('models'),
  usage = shell('usage'),
}

--- The cursor, the lines of a range, or the characters of a visual selection, as an LSP range.
local function range_of(args, encoding)
  if args.range == 0 then
    return vim.lsp.util.make_range_params(0, encoding).range
  end
  local from, to = { args.line1, 0 }, { args.line2, #vim.fn.getline(args.line2) }
  local first, last = vim.api.nvim_buf_get_mark(0, '<'), vim.api.nvim_buf_get_mark(0, '>')
  if vim.fn.visualmode() == 'v' and first[1] == args.line1 and last[1] == args.line2 then
    from, to = first, { last[1], math.min(last[2], to[2]) }
  end
  return vim.lsp.util.make_given_range_params(from, to, args.bufnr, encoding).range
end

function COMMANDS.agent(args)
  local client = server.get(args.bufnr)
  if client then
    require('flux.agents').pick(args.bufnr, range_of(args, client.offset_encoding))
  end
end

--- Run an action of the server's. A bang asks the stronger tier.
local function act(args, action)
  local client = server.get(args.bufnr)
  if client then
    require('flux.runs').start(args.bufnr, {
      action = action,
      uri = vim.uri_from_bufnr(args.bufnr),
      range = range_of(args, client.offset_encoding),
      instruction = args.words[1] and table.concat(args.words, ' '),
      tier = args.bang and 'sonnet' or nil,
    })
  end
end

--- Run `:Flux`.
---@param command table as a user command gets it
function M.run(command)
  local args = vim.tbl_extend('error', command, { words = vim.deepcopy(command.fargs), bufnr = vim.api.nvim_get_current_buf() })
  local name = table.remove(args.words, 1)
  if COMMANDS[name] then
    return COMMANDS[name](args)
  elseif name == 'run' then -- an action, whatever it is called
    name = table.remove(args.words, 1)
  end
  if name then
    return act(args, name)
  end
  local options = { prompt = 'Flux', format_item = function(action) return action.title end }
  vim.ui.select(server.actions(), options, function(action)
    if action then
      act(args, action.id)
    end
  end)
end

--- Complete the first word.
function M.complete(lead, line)
  if line:match('Flux!?%s+%S+%s') then
    return {}
  end
  local names = vim.list_extend({ 'run' }, vim.tbl_keys(COMMANDS))
  for _, action in ipairs(server.actions()) do
    table.insert(names, action.id)
  end
  table.sort(names)
  return vim.tbl_filter(function(name) return vim.startswith(name, lead) end, names)
end

return M

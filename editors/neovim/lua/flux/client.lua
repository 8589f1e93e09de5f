--- The language client: its configuration, its requests, and what Neovim does not send by itself.
--- Knows nothing of what is shown; holds no default of a server setting.
local M = {}

--- Every diagnostic, of any source, on the lines of an LSP range. Neovim itself sends a server only that
--- server's own, so that nothing about diagnostics would ever be offered.
---@param range lsp.Range
---@return lsp.Diagnostic[]
function M.diagnostics(bufnr, range)
  local encoding = assert(M.get(bufnr)).offset_encoding
  local function position(row, col)
    return { line = row, character = vim.lsp.util.character_offset(bufnr, row, col, encoding) }
  end
  return vim.iter(vim.diagnostic.get(bufnr)):filter(function(d)
    return d.lnum <= range['end'].line and (d.end_lnum or d.lnum) >= range.start.line
  end):map(function(d)
    return {
      range = { start = position(d.lnum, d.col), ['end'] = position(d.end_lnum or d.lnum, d.end_col or d.col) },
      severity = d.severity, message = d.message, source = d.source, code = d.code,
    }
  end):totable()
end

local function add_diagnostics(client)
  local send = client.rpc.request
  client.rpc.request = function(method, params, ...)
    if method == 'textDocument/codeAction' and not next(params.context.diagnostics) then
      params = vim.deepcopy(params)
      local bufnr = vim.uri_to_bufnr(params.textDocument.uri)
      params.context.diagnostics = M.diagnostics(bufnr, params.range)
    end
    return send(method, params, ...)
  end
end

--- Neovim says `applied` of a stale edit, and checks the first file alone, so the versions are compared here.
--- Whatever is typed before or after stays out of the edit's undo step.
local function apply_edit(err, params, ctx)
  local touched = {} ---@type integer[]
  for _, change in ipairs(params.edit.documentChanges or {}) do
    local bufnr = change.textDocument and vim.uri_to_bufnr(change.textDocument.uri)
    if bufnr and vim.api.nvim_buf_is_loaded(bufnr) then
      local version = change.textDocument.version
      if type(version) == 'number' and vim.lsp.util.buf_versions[bufnr] ~= version then
        return { applied = false, failureReason = 'the buffer has changed meanwhile' }
      end
      touched[#touched + 1] = bufnr
    end
  end
  local function close_undo_step(bufnr)
    vim.api.nvim_buf_call(bufnr, function() vim.cmd('let &l:undolevels = &l:undolevels') end)
  end
  vim.tbl_map(close_undo_step, touched)
  local result = vim.lsp.handlers['workspace/applyEdit'](err, params, ctx)
  vim.tbl_map(close_undo_step, touched)
  return result
end

--- The client's configuration, for `vim.lsp.config` and `vim.lsp.start` alike.
---@return vim.lsp.Config
function M.config()
  return {
    cmd = { 'flux-lsp' },
    root_markers = { 'flux.toml', '.git', '.hg', 'pyproject.toml' },
    capabilities = { experimental = { flux = { outcome = true, delta = true, pickAgent = 'flux.pickAgent' } } },
    on_init = add_diagnostics,
    commands = {
      ['flux.run'] = function(command, ctx)
        require('flux.runs').start(ctx.bufnr, command.arguments[1])
      end,
      ['flux.pickAgent'] = function(command, ctx)
        require('flux.agents').pick(ctx.bufnr, command.arguments[1].range)
      end,
    },
    handlers = {
      ['flux/delta'] = function(_, params) require('flux.runs').delta(params) end,
      ['flux/proposal'] = function(_, params) require('flux.review').follow(params) end,
      ['flux/outcome'] = function(_, params) require('flux.runs').outcome(params) end,
      ['workspace/applyEdit'] = apply_edit,
      ['window/showMessage'] = function(_, params)
        local level = ({ vim.log.levels.ERROR, vim.log.levels.WARN })[params.type] or vim.log.levels.INFO
        require('flux.say').say(params.message, level)
        return vim.NIL
      end,
    },
  }
end

--- Start the server in every file that is opened from now on, and in those that are open.
---@param options table a `vim.lsp.Config`, laid over `M.config()`
function M.enable(options)
  if vim.lsp.config then
    vim.lsp.config('flux', options)
    return vim.lsp.enable('flux')
  end
  local base = { name = 'flux', capabilities = vim.lsp.protocol.make_client_capabilities() }
  local config = vim.tbl_deep_extend('force', base, M.config(), options)
  local function start(bufnr)
    local filetype = vim.bo[bufnr].filetype
    if filetype ~= '' and vim.bo[bufnr].buftype == '' and vim.tbl_contains(config.filetypes or { filetype }, filetype) then
      config.root_dir = options.root_dir or vim.fs.root(bufnr, config.root_markers)
      vim.lsp.start(config, { bufnr = bufnr })
    end
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('flux.start', {}),
    callback = function(event) start(event.buf) end,
  })
  vim.tbl_map(start, vim.api.nvim_list_bufs())
end

--- The client of a buffer, or any; says what to do when there is none.
---@param bufnr? integer
---@return vim.lsp.Client?
function M.get(bufnr)
  local client = vim.lsp.get_clients({ name = 'flux', bufnr = bufnr })[1]
  if bufnr and not client then
    require('flux.say').say('Flux is not attached to this buffer; :checkhealth flux says why', vim.log.levels.WARN)
  end
  return client
end

--- What the server says of its actions, in menu order; none before it runs.
---@return flux.Action[]
function M.actions()
  local client = M.get()
  return client and vim.tbl_get(client.server_capabilities, 'experimental', 'flux', 'action_details') or {}
end

--- The server's command line, for its other commands: doctor, usage, models.
---@return string[]
function M.command_line(...)
  local client = M.get()
  local cmd = client and client.config.cmd or vim.lsp.config and vim.lsp.config.flux.cmd
  return vim.list_extend(type(cmd) == 'table' and vim.deepcopy(cmd) or { 'flux-lsp' }, { ... })
end

--- Send a request about a position to every other server of the buffer that has it; returns how many.
---@param position lsp.Position in our own encoding
---@param done fun(answer: any) nil for an error
function M.ask_others(bufnr, method, position, done)
  local own, count = assert(M.get(bufnr)), 0
  local line = vim.api.nvim_buf_get_lines(bufnr, position.line, position.line + 1, false)[1] or ''
  local column = vim.fn.has('nvim-0.11') == 1 and vim.str_byteindex(line, own.offset_encoding, position.character, false)
    or vim.lsp.util._str_byteindex_enc(line, position.character, own.offset_encoding)
  for _, client in ipairs(vim.lsp.get_clients({ bufnr = bufnr, method = method })) do
    if client.id ~= own.id then
      local character = vim.lsp.util.character_offset(bufnr, position.line, column, client.offset_encoding)
      local params = { textDocument = { uri = vim.uri_from_bufnr(bufnr) }, position = { line = position.line, character = character } }
      local sent = M.send(client, method, params, function(err, answer) done(not err and answer or nil) end, bufnr)
      count = count + (sent and 1 or 0)
    end
  end
  return count
end

--- Send a request; Neovim 0.10 has no method for it.
function M.send(client, ...)
  if vim.fn.has('nvim-0.11') == 1 then
    return client:request(...)
  end
  return client.request(...)
end

--- Run one of the server's commands. Pending changes of `bufnr` are sent before it.
---@param bufnr integer? the buffer it is about, if it is about one
---@param argument table
---@param done? fun(result: any) gets nil when the server refuses, which the person is told
function M.execute(bufnr, command, argument, done)
  local client = M.get(bufnr)
  if not client then
    return done and done(nil)
  end
  local params = { command = command, arguments = { next(argument) and argument or vim.empty_dict() } }
  local function handler(err, result)
    if err then
      require('flux.say').say('Flux: ' .. err.message, vim.log.levels.ERROR)
    end
    if done then
      done(not err and result or nil)
    end
  end
  M.send(client, 'workspace/executeCommand', params, handler, bufnr)
end

return M

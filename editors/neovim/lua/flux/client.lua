--- The language client: its configuration, its requests, and what Neovim does not send by itself.
--- Knows nothing of what is shown; holds no default of a server setting.
local positions = require('flux.positions')

local M = {}

local MARKERS = { 'flux.toml', '.git', '.hg', 'pyproject.toml' }

--- Neovim sends a server only that server's own diagnostics, so `fix` would never be offered.
local function with_diagnostics(params, encoding)
  if next(params.context.diagnostics) then
    return params
  end
  params = vim.deepcopy(params)
  local bufnr = vim.uri_to_bufnr(params.textDocument.uri)
  params.context.diagnostics = positions.diagnostics(bufnr, params.range, encoding)
  return params
end

local hooked = {} ---@type table<integer, boolean>

--- Hooks into a client that has just attached; once per client.
---@param client vim.lsp.Client
function M.attached(client)
  if hooked[client.id] then
    return
  end
  hooked[client.id] = true
  local send = client.rpc.request
  client.rpc.request = function(method, params, ...)
    if method == 'textDocument/codeAction' then
      params = with_diagnostics(params, client.offset_encoding)
    end
    return send(method, params, ...)
  end
end

--- Whatever is typed before or after stays out of the edit's undo step.
local function close_undo_step(bufnr)
  vim.api.nvim_buf_call(bufnr, function()
    vim.cmd('let &l:undolevels = &l:undolevels')
  end)
end

--- Neovim says `applied` of a stale edit that it threw away, so the versions are compared here.
local function apply_edit(err, params, ctx)
  local touched = {}
  for _, change in ipairs(params.edit.documentChanges or {}) do
    local document = change.textDocument
    local bufnr = document and vim.uri_to_bufnr(document.uri)
    if bufnr and vim.api.nvim_buf_is_loaded(bufnr) then
      if type(document.version) == 'number' and vim.lsp.util.buf_versions[bufnr] ~= document.version then
        return { applied = false, failureReason = 'the buffer has changed meanwhile' }
      end
      touched[#touched + 1] = bufnr
    end
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
    root_markers = MARKERS,
    capabilities = { experimental = { flux = { outcome = true, delta = true } } },
    before_init = function(params, config)
      if next(config.settings or {}) then
        params.initializationOptions = { settings = config.settings }
      end
    end,
    commands = {
      ['flux.run'] = function(command, ctx)
        local client = assert(vim.lsp.get_client_by_id(ctx.client_id))
        require('flux.runs').start(client, ctx.bufnr, command.arguments[1])
      end,
    },
    handlers = {
      ['flux/delta'] = function(_, params)
        require('flux.runs').delta(params)
      end,
      ['flux/outcome'] = function(_, params)
        require('flux.runs').outcome(params)
      end,
      ['workspace/applyEdit'] = apply_edit,
    },
  }
end

--- Neovim 0.10: start or reuse the server for a buffer that is a file.
local function start(config, bufnr)
  local filetype = vim.bo[bufnr].filetype
  local wanted = not config.filetypes or vim.tbl_contains(config.filetypes, filetype)
  if wanted and filetype ~= '' and vim.bo[bufnr].buftype == '' then
    local root = config.root_dir or vim.fs.root(bufnr, config.root_markers)
    vim.lsp.start(vim.tbl_extend('force', config, { root_dir = root }), { bufnr = bufnr })
  end
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
  require('flux.shell').cmd = config.cmd
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('flux.start', {}),
    callback = function(event) start(config, event.buf) end,
  })
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    start(config, bufnr)
  end
end

--- The client of a buffer; says what to do when there is none.
---@return vim.lsp.Client?
function M.get(bufnr)
  local client = vim.lsp.get_clients({ name = 'flux', bufnr = bufnr })[1]
  if not client then
    vim.notify('Flux is not attached to this buffer; :checkhealth flux says why', vim.log.levels.WARN)
  end
  return client
end

--- The ids of the server's actions; none before it runs.
---@return string[]
function M.actions()
  local client = vim.lsp.get_clients({ name = 'flux' })[1]
  return client and vim.tbl_get(client.server_capabilities, 'experimental', 'flux', 'actions') or {}
end

--- Run one of the server's commands. Pending changes of `bufnr` are sent before it.
---@param argument table
---@param done? fun(result: any)
function M.execute(client, bufnr, command, argument, done)
  local params = { command = command, arguments = { next(argument) and argument or vim.empty_dict() } }
  local function handler(err, result)
    if err then
      vim.notify('Flux: ' .. err.message, vim.log.levels.ERROR)
    elseif done then
      done(result)
    end
  end
  if vim.fn.has('nvim-0.11') == 1 then
    client:request('workspace/executeCommand', params, handler, bufnr)
  else
    client.request('workspace/executeCommand', params, handler, bufnr)
  end
end

return M

--- What a person's configuration calls: `setup` and `status`. No default of a server setting is here.
local server = require('flux.client')

local M = {}

---@class flux.Options everything else a `vim.lsp.Config` may hold is taken too
---@field cmd? string[] the server's command line
---@field settings? flux.Settings
---@field filetypes? string[] every filetype when absent

--- Start the server. On Neovim 0.11 and newer `vim.lsp.enable('flux')` alone does it as well.
---@param options? flux.Options
function M.setup(options)
  options = vim.deepcopy(options or {})
  options.settings = options.settings and { flux = options.settings }
  if options.settings then
    -- What stands in your own configuration counts in any workspace, unlike settings from files of one.
    local own = { userSettings = vim.deepcopy(options.settings) }
    options.init_options = vim.tbl_deep_extend('force', own, options.init_options or {})
  end
  server.enable(options)
end

local title, state = '', '' -- of the run that was told of last
local spent ---@type number? today, in US dollars

local function ask()
  local client = server.get()
  if client and client.initialized then
    server.execute(nil, 'flux.status', {}, function(answer)
      spent = answer and answer.spent.day_usd
      vim.cmd.redrawstatus({ bang = true })
    end)
  end
end

local function note(event)
  local client = vim.lsp.get_client_by_id(event.data.client_id)
  if client and client.name == 'flux' then
    local value = event.data.params.value
    title, state = value.title or title, value.message or ''
    vim.cmd.redrawstatus({ bang = true })
  end
end

local group ---@type integer? once somebody looks

--- For the statusline: what is going on, else what was spent today. Never waits for the server.
---@return string
function M.status()
  if not group then
    group = vim.api.nvim_create_augroup('flux.status', {})
    vim.api.nvim_create_autocmd('User', { group = group, pattern = 'FluxOutcome', callback = ask })
    vim.api.nvim_create_autocmd('LspAttach', { group = group, callback = ask })
    vim.api.nvim_create_autocmd('LspProgress', { group = group, callback = note })
    ask()
  end
  local running = #require('flux.runs').running()
  if running > 0 then
    return vim.trim(('%s %s'):format(title, state)) .. (running > 1 and (' (%d running)'):format(running) or '')
  end
  return spent and ('Flux: $%.2f today'):format(spent) or ''
end

return M

--- `:checkhealth flux`: why nothing happens, and what to do.
local M = {}

local function clients()
  local found = vim.lsp.get_clients({ name = 'flux' })
  if #found == 0 then
    vim.health.warn('no client is running', { "vim.lsp.enable('flux') or require('flux').setup(), then open a file" })
  end
  for _, client in ipairs(found) do
    local words = ('client %d in %s, positions in %s')
    vim.health.ok(words:format(client.id, client.root_dir or 'no folder', client.offset_encoding))
  end
end

function M.check()
  vim.health.start('flux')
  local shell = require('flux.shell')
  local program = shell.command_line()[1]
  if vim.fn.has('nvim-0.10') == 0 then
    return vim.health.error('Neovim 0.10 or newer is needed')
  elseif vim.fn.executable(program) == 0 then
    return vim.health.error(program .. ' cannot be run', {
      'install it: uv tool install flux-lsp, or pipx install flux-lsp',
      "or name it: require('flux').setup({ cmd = { '/path/to/flux-lsp' } })",
    })
  end
  vim.health.ok(('Neovim %s, server %s'):format(vim.version(), vim.fn.exepath(program)))
  clients()
  local done = false
  shell.run({ 'doctor' }, nil, function(code, lines)
    local report = code == 0 and vim.health.ok or vim.health.warn
    report('flux-lsp doctor says:\n' .. table.concat(lines, '\n'))
    done = true
  end)
  vim.wait(20000, function() return done end, 20)
end

return M

--- What the person is told, in one line of the screen; `:Flux message` shows the whole of it.
--- Never makes Neovim wait for a key.
local M = {}

local MORE = ' … :Flux message'
local last ---@type string?

--- Whether messages go to Neovim's own command line, which has one line; a plugin shows them in its own way.
local function is_stock()
  local source = debug.getinfo(vim.notify, 'S').source
  return source == '?' or vim.startswith(source, '@vim/') -- compiled in since Neovim 0.12
end

--- Cut a message to what the command line holds.
local function fit(message)
  local line, room = message:gsub('%s*\n%s*', ' '), vim.v.echospace
  if vim.fn.strdisplaywidth(line) <= room then
    return line
  end
  return vim.fn.printf('%.' .. math.max(0, room - vim.fn.strdisplaywidth(MORE)) .. 'S', line) .. MORE
end

--- Tell the person something.
---@param message string
---@param level? integer of `vim.log.levels`
function M.say(message, level)
  last = message
  if is_stock() then
    vim.cmd.redraw() -- a message that is still there would be scrolled, which asks for a key
    message = fit(message)
  end
  vim.notify(message, level)
end

--- Show the whole of the last message.
function M.show()
  if last then
    require('flux.page').open('Flux', vim.split(last, '\n'), 'text')
  end
end

return M

--- A proposal side by side in Neovim's own diff mode, accepted or rejected whole or hunk by hunk.
--- Never changes a buffer of the person's: the server applies what was accepted, and tells what is left.
local server = require('flux.client')

local M = {}

local HELP = 'a accept  r reject  A R all  e retry  q later%<'

---@type flux.Proposal? what is still to be decided
M.current = nil
local tab, now ---@type integer?, integer? the tab, and its window with the text as it is

local function close()
  if tab and vim.api.nvim_tabpage_is_valid(tab) then
    vim.cmd.tabclose(vim.api.nvim_tabpage_get_number(tab))
  end
  tab = nil
end

--- Accept or reject one hunk by its number, or all that are left.
---@param command 'flux.accept'|'flux.reject'
---@param hunk? integer
function M.decide(command, hunk)
  local argument = { run = M.current and M.current.run, hunk = hunk }
  server.execute(nil, command, argument, function(left)
    M.current = left.proposal ~= vim.NIL and left.proposal or nil
    if not M.current then
      close()
    elseif tab then
      M.show()
    end
  end)
end

--- The number of the hunk nearest to the cursor; diff mode keeps both windows on the same line.
local function nearest(hunks)
  local line = vim.api.nvim_win_get_cursor(now)[1]
  local function away(hunk) return math.max(0, hunk.first - line, line - hunk.last) end
  table.sort(hunks, function(a, b) return away(a) < away(b) end)
  return hunks[1].index
end

local function retry()
  close()
  require('flux.runs').retry()
end

--- One side of the diff, in the current window.
local function side(file, text, name, title)
  local buf = vim.api.nvim_create_buf(false, true)
  pcall(vim.api.nvim_buf_set_name, buf, ('flux://%s/%s'):format(name, file.path))
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split((text:gsub('\r\n', '\n'):gsub('\n$', '')), '\n'))
  vim.bo[buf].bufhidden, vim.bo[buf].modifiable = 'wipe', false
  vim.api.nvim_win_set_buf(0, buf)
  vim.bo[buf].syntax = vim.filetype.match({ filename = file.path }) or ''
  vim.wo.winbar = title
  vim.cmd.diffthis()
  for key, action in pairs({
    a = function() M.decide('flux.accept', nearest(file.hunks)) end,
    r = function() M.decide('flux.reject', nearest(file.hunks)) end,
    A = function() M.decide('flux.accept') end,
    R = function() M.decide('flux.reject') end,
    e = retry,
    q = close,
  }) do
    vim.keymap.set('n', key, action, { buffer = buf, nowait = true })
  end
end

--- Show the first file of a proposal, the current one when none is given.
---@param proposal? flux.Proposal
function M.show(proposal)
  close()
  M.current = proposal or M.current
  if not M.current then
    return vim.notify('Flux: nothing is waiting for a decision')
  end
  local file, more = M.current.files[1], #M.current.files - 1
  local title = ' now: ' .. file.path:gsub('%%', '%%%%') .. (more > 0 and (' (%d more after it)'):format(more) or '')
  vim.cmd('tabnew | setlocal bufhidden=wipe')
  tab, now = vim.api.nvim_get_current_tabpage(), vim.api.nvim_get_current_win()
  side(file, file.before ~= vim.NIL and file.before or '', 'now', title)
  vim.wo.winhighlight = 'DiffAdd:DiffDelete' -- what only the old text has goes away
  vim.cmd('rightbelow vsplit')
  vim.wo.winhighlight = ''
  side(file, file.after, 'proposed', ' proposed   ' .. HELP)
  vim.api.nvim_set_current_win(now)
  vim.api.nvim_win_set_cursor(now, { math.min(file.hunks[1].first, vim.api.nvim_buf_line_count(0)), 0 })
end

return M

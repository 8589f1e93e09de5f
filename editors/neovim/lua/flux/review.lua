--- A proposal side by side in Neovim's own diff mode, accepted or rejected whole or hunk by hunk.
--- Never changes a buffer of the person's: the server applies what was accepted, and tells what is left.
local inplace = require('flux.inplace')
local server = require('flux.client')

local M = {}

local HELP = 'a accept  r reject  A R all  e retry  q later%<'

---@type flux.Proposal? what is still to be decided, on the text as it is now
M.current = nil
local tab, now ---@type integer?, integer? the tab, and its window with the text as it is
local deciding = false -- the server has not answered the last decision yet
local sides = {} ---@type table<'before'|'after', integer> the buffers of the first file

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
  if deciding then
    return -- a key that is pressed twice means the same change
  end
  deciding = true
  local argument = { run = M.current and M.current.run, hunk = hunk }
  server.execute(nil, command, argument, function(left)
    deciding = false
    if not left then
      return
    end
    M.current = left.proposal ~= vim.NIL and left.proposal or nil
    if inplace.shows(left.run) then
      inplace.show(M.current)
    end
    if not M.current then
      close()
    elseif tab then
      M.show()
    end
  end)
end

--- The number of the hunk nearest to the cursor; diff mode keeps both windows on the same line.
local function nearest()
  local line, hunks = vim.api.nvim_win_get_cursor(now)[1], vim.deepcopy(M.current.files[1].hunks)
  local function away(hunk) return math.max(0, hunk.first - line, line - hunk.last) end
  table.sort(hunks, function(a, b) return away(a) < away(b) end)
  return hunks[1].index
end

local function retry()
  close()
  require('flux.runs').retry()
end

local KEYS = {
  a = function() M.decide('flux.accept', nearest()) end,
  r = function() M.decide('flux.reject', nearest()) end,
  A = function() M.decide('flux.accept') end,
  R = function() M.decide('flux.reject') end,
  e = retry,
  q = close,
}

--- One side of the diff, in the current window.
---@param name 'before'|'after'
local function open_side(name, path)
  local buf = vim.api.nvim_create_buf(false, true)
  pcall(vim.api.nvim_buf_set_name, buf, ('flux://%s/%s'):format(name, path))
  vim.bo[buf].bufhidden = 'wipe'
  vim.api.nvim_win_set_buf(0, buf)
  vim.bo[buf].syntax = vim.filetype.match({ filename = path }) or ''
  for key, action in pairs(KEYS) do
    vim.keymap.set('n', key, action, { buffer = buf, nowait = true })
  end
  sides[name] = buf
  return vim.api.nvim_get_current_win()
end

--- Write the first file into both sides, and what is left into the bar above.
local function fill()
  local file, more = M.current.files[1], #M.current.files - 1
  for name, buf in pairs(sides) do
    local text = file[name] ~= vim.NIL and file[name] or ''
    vim.bo[buf].modifiable = true
    vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split((text:gsub('\r\n', '\n'):gsub('\n$', '')), '\n'))
    vim.bo[buf].modifiable = false
  end
  local stale = #vim.tbl_filter(function(hunk) return hunk.stale end, file.hunks)
  vim.wo[now].winbar = ' now: ' .. file.path:gsub('%%', '%%%%') .. (more > 0 and (' (%d more after it)'):format(more) or '')
    .. (stale > 0 and ('  %%#WarningMsg#you typed over %d of its changes'):format(stale) or '')
end

--- Take in where a proposal is after typing.
---@param proposal flux.Proposal
function M.follow(proposal)
  local shown = M.current and M.current.files[1]
  if not shown or M.current.run ~= proposal.run then
    return
  end
  M.current = proposal
  if inplace.shows(proposal.run) then
    inplace.show(proposal)
  end
  if tab and vim.api.nvim_tabpage_is_valid(tab) and proposal.files[1].uri == shown.uri then
    fill()
    vim.api.nvim_win_call(now, function() vim.cmd.diffupdate() end)
  end
end

--- Show the first file of a proposal, the current one when none is given.
---@param proposal? flux.Proposal
function M.show(proposal)
  close()
  M.current = proposal or M.current
  if not M.current then
    return require('flux.say').say('Flux: nothing is waiting for a decision')
  end
  if proposal and inplace.can_show(proposal) then
    return inplace.show(proposal)
  end
  local file = M.current.files[1]
  vim.cmd('tabnew | setlocal bufhidden=wipe')
  tab, now = vim.api.nvim_get_current_tabpage(), open_side('before', file.path)
  vim.wo.winhighlight = 'DiffAdd:DiffDelete' -- what only the old text has goes away
  vim.cmd('rightbelow vsplit')
  vim.wo.winhighlight = ''
  open_side('after', file.path)
  vim.wo.winbar = ' proposed   ' .. HELP
  fill()
  vim.cmd('windo diffthis')
  vim.api.nvim_set_current_win(now)
  vim.api.nvim_win_set_cursor(now, { math.min(file.hunks[1].first, vim.api.nvim_buf_line_count(0)), 0 })
end

return M

--- A proposal side by side in Neovim's own diff mode, accepted or rejected whole or hunk by hunk.
--- Never changes a buffer of the person's: the server applies what was accepted.
local server = require('flux.client')

local M = {}

local SPACE = vim.api.nvim_create_namespace('flux.review')
local HELP = 'a accept  r reject  A R all  e retry  q later'
local SAID = {
  accept = { { '  ✓ accepted', 'DiagnosticOk' } },
  reject = { { '  ✗ rejected', 'DiagnosticError' } },
}

---@class flux.Review a proposal while it is decided on
---@field run flux.Run
---@field files flux.ProposedFile[]
---@field said table<integer, 'accept'|'reject'> by the hunk's index
---@field tab? integer
---@field now? integer window with the text as it is
---@field file? flux.ProposedFile the one that is shown

---@type flux.Review? the newest one with anything left to decide
M.current = nil

local function close(review)
  if review.tab and vim.api.nvim_tabpage_is_valid(review.tab) then
    vim.cmd.tabclose(vim.api.nvim_tabpage_get_number(review.tab))
  end
  review.tab = nil
end

--- The hunk at the cursor; diff mode keeps the cursors of both windows on the same line.
local function under_cursor(review)
  local line, nearest, distance = vim.api.nvim_win_get_cursor(review.now)[1], nil, math.huge
  for _, hunk in ipairs(review.file.hunks) do
    local away = math.max(0, hunk.first - line, line - hunk.last)
    if away < distance then
      nearest, distance = hunk.index, away
    end
  end
  return nearest
end

local function note(review)
  local buf = vim.api.nvim_win_get_buf(review.now)
  for _, hunk in ipairs(review.file.hunks) do
    local row = math.min(hunk.first, vim.api.nvim_buf_line_count(buf)) - 1
    local options = { id = hunk.index, virt_text = SAID[review.said[hunk.index]] }
    vim.api.nvim_buf_set_extmark(buf, SPACE, row, 0, options)
  end
end

--- Put the cursor on the first hunk that nobody has decided on.
local function to_first(review)
  vim.api.nvim_set_current_win(review.now)
  for _, hunk in ipairs(review.file.hunks) do
    if not review.said[hunk.index] then
      local most = vim.api.nvim_buf_line_count(0)
      return vim.api.nvim_win_set_cursor(review.now, { math.min(hunk.first, most), 0 })
    end
  end
end

--- The first file with a hunk that nobody has decided on.
local function undecided(review)
  for _, file in ipairs(review.files) do
    for _, hunk in ipairs(file.hunks) do
      if not review.said[hunk.index] then
        return file
      end
    end
  end
end

--- Accept or reject one hunk by its number, or all that are left.
---@param review flux.Review
---@param said 'accept'|'reject'
---@param index? integer
function M.decide(review, said, index)
  local run = review.run
  if index and review.said[index] then
    return
  end
  server.execute(run.client, run.bufnr, 'flux.' .. said, { run = run.run, hunk = index }, function(result)
    if index then
      review.said[index] = said
    end
    local file = undecided(review)
    if result.open == 0 or not file then
      close(review)
      M.current = nil
    elseif review.tab and file ~= review.file then
      M.show(review)
    elseif review.tab then
      note(review)
      to_first(review)
    end
  end)
end

local function map(buf, review)
  local keys = {
    a = function() M.decide(review, 'accept', under_cursor(review)) end,
    r = function() M.decide(review, 'reject', under_cursor(review)) end,
    A = function() M.decide(review, 'accept') end,
    R = function() M.decide(review, 'reject') end,
    q = function() close(review) end,
    e = function()
      close(review)
      require('flux.runs').retry(review.run)
    end,
  }
  for lhs, action in pairs(keys) do
    vim.keymap.set('n', lhs, action, { buffer = buf, nowait = true })
  end
end

local function scratch(review, text, side, title)
  local buf = vim.api.nvim_create_buf(false, true)
  pcall(vim.api.nvim_buf_set_name, buf, ('flux://%s/%s'):format(side, review.file.path))
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split((text:gsub('\r\n', '\n'):gsub('\n$', '')), '\n'))
  vim.bo[buf].bufhidden, vim.bo[buf].modifiable = 'wipe', false
  vim.api.nvim_win_set_buf(0, buf)
  vim.bo[buf].syntax = vim.filetype.match({ filename = review.file.path }) or ''
  vim.wo.winbar = title
  vim.cmd.diffthis()
  map(buf, review)
end

--- Show a review, at the first file with anything left to decide.
---@param review flux.Review
function M.show(review)
  close(review)
  review.file = undecided(review) or review.files[1]
  vim.cmd('tabnew | setlocal bufhidden=wipe')
  review.tab, review.now = vim.api.nvim_get_current_tabpage(), vim.api.nvim_get_current_win()
  scratch(review, review.file.before or '', 'now', ' now: ' .. review.file.path)
  vim.wo.winhighlight = 'DiffAdd:DiffDelete' -- what only the old text has goes away
  vim.cmd('rightbelow vsplit')
  vim.wo.winhighlight = ''
  scratch(review, review.file.after, 'proposed', ' proposed   ' .. HELP)
  note(review)
  to_first(review)
end

--- Show a proposal that has just come.
---@param run flux.Run
---@param proposal flux.Proposal
function M.open(run, proposal)
  for _, file in ipairs(proposal.files) do
    file.before = file.before ~= vim.NIL and file.before or nil
  end
  M.current = { run = run, files = proposal.files, said = {} }
  M.show(M.current)
end

return M

--- Changes in the code itself: what an edit did, and what waits for a yes with `review = 'inline'`.
--- Never changes a buffer: the server does, after a key or a command.
local server = require('flux.client')

local M = {}

local SPACE = vim.api.nvim_create_namespace('flux.inplace')

---@class flux.Mark one change in a buffer
---@field bufnr integer
---@field id integer of its extmark, which moves with typing
---@field beside integer of the extmark with the lines that are not there
---@field run string
---@field waits boolean for a yes; else it was made already
---@field hunk flux.Hunk
---@field lines string[] its lines as they were when it was marked

local marks = {} ---@type flux.Mark[]
local current ---@type flux.Proposal? what waits, as the server told it last

local function split(text)
  return text == '' and {} or vim.split((text:gsub('\r\n', '\n'):gsub('\n$', '')), '\n')
end

--- The 0-based first row of a mark and the row behind its last one.
local function rows(mark)
  local at = vim.api.nvim_buf_get_extmark_by_id(mark.bufnr, SPACE, mark.id, { details = true })
  return at[1], at[3] and at[3].end_row
end

local function remove(mark)
  for _, id in ipairs({ mark.id, mark.beside }) do
    pcall(vim.api.nvim_buf_del_extmark, mark.bufnr, SPACE, id)
  end
end

--- Keep the marks that `keep` says yes to.
local function prune(keep)
  marks = vim.tbl_filter(function(mark)
    local kept = keep(mark)
    if not kept then
      remove(mark)
    end
    return kept
  end, marks)
end

--- Whether the lines of a mark are as they were: nobody undid the change or typed over it.
local function is_whole(mark)
  if not vim.api.nvim_buf_is_loaded(mark.bufnr) then
    return false
  end
  local first, behind = rows(mark)
  return first ~= nil and vim.deep_equal(vim.api.nvim_buf_get_lines(mark.bufnr, first, behind, false), mark.lines)
end

--- The mark at the cursor, which may be on the line beside one that has no lines.
local function at_cursor()
  local bufnr, row = vim.api.nvim_get_current_buf(), vim.api.nvim_win_get_cursor(0)[1] - 1
  return vim.iter(marks):find(function(mark)
    if mark.bufnr ~= bufnr then
      return false
    end
    local first, behind = rows(mark)
    return first and first <= row and row < math.max(behind, first + 1)
  end)
end

local function keep(mark)
  prune(function(each) return each ~= mark end)
end

local function undo(mark)
  server.execute(nil, 'flux.undo', { run = mark.run }, function(done)
    if done then
      prune(function(each) return each.run ~= mark.run end)
    end
  end)
end

local function decide(command)
  return function(mark) require('flux.review').decide(command, mark.hunk.index) end
end

local KEYS = {
  ['<CR>'] = { waits = decide('flux.accept'), made = keep },
  ['<BS>'] = { waits = decide('flux.reject'), made = undo },
}

--- The keys act on a change, and mean what they always mean beside one.
local function map_keys(bufnr)
  for key, actions in pairs(KEYS) do
    vim.keymap.set('n', key, function()
      local mark = at_cursor()
      if not mark then
        return key
      end
      vim.schedule(function() actions[mark.waits and 'waits' or 'made'](mark) end)
      return '<Ignore>'
    end, { buffer = bufnr, expr = true, desc = 'Flux: decide on the change at the cursor' })
  end
end

--- Take the keys away where nothing is marked any more.
local function unmap_keys(bufnr)
  if vim.api.nvim_buf_is_valid(bufnr) and not vim.iter(marks):any(function(mark) return mark.bufnr == bufnr end) then
    for key in pairs(KEYS) do
      pcall(vim.keymap.del, 'n', key, { buffer = bufnr })
    end
  end
end

--- Drop the marks of edits that were undone or typed over, from now on.
local function watch(bufnr)
  local function is_marked()
    return vim.iter(marks):any(function(mark) return mark.bufnr == bufnr and not mark.waits end)
  end
  local function check()
    prune(function(mark) return mark.waits or mark.bufnr ~= bufnr or is_whole(mark) end)
    unmap_keys(bufnr)
  end
  vim.api.nvim_buf_attach(bufnr, false, {
    on_lines = function()
      vim.schedule(check)
      return not is_marked() -- true: watches no longer
    end,
    on_reload = vim.schedule_wrap(check),
    on_detach = vim.schedule_wrap(check), -- `:edit!` ends it
  })
end

local function virtual(lines, group)
  return vim.tbl_map(function(line) return { { line == '' and ' ' or line, group } } end, lines)
end

--- Mark one change: lines that are there are coloured, those that are not stand as virtual lines beside them.
local function add(bufnr, run, file, hunk, waits)
  local old = vim.list_slice(split(file.before), hunk.first, hunk.last)
  local lines, absent = split(hunk.text), old
  local first = hunk.new_first - 1
  if waits then
    lines, absent, first = old, split(hunk.text), hunk.first - 1
  end
  local count = vim.api.nvim_buf_line_count(bufnr)
  local row = math.min(first, count - 1)
  local above = first == row and (not waits or #lines == 0)
  local hint = waits and ('%s: ⏎ accept  ⌫ reject'):format(hunk.label) or '⏎ keep  ⌫ undo  :Flux again'
  table.insert(marks, {
    bufnr = bufnr, run = run, hunk = hunk, waits = waits, lines = lines,
    id = vim.api.nvim_buf_set_extmark(bufnr, SPACE, row, 0, {
      end_row = math.min(first + #lines, count), hl_eol = true,
      hl_group = #lines > 0 and (waits and 'DiffDelete' or 'DiffAdd') or nil,
      virt_text = { { '  Flux: ' .. hint, 'DiagnosticVirtualTextInfo' } },
    }),
    beside = vim.api.nvim_buf_set_extmark(bufnr, SPACE, above and row or math.min(row + math.max(#lines - 1, 0), count - 1), 0, {
      virt_lines = virtual(absent, waits and 'DiffAdd' or 'DiffDelete'), virt_lines_above = above,
    }),
  })
end

local function show(proposal, waits)
  for _, file in ipairs(proposal.files) do
    local bufnr = vim.uri_to_bufnr(file.uri)
    if vim.api.nvim_buf_is_loaded(bufnr) then
      prune(function(mark) return mark.bufnr ~= bufnr or mark.waits ~= waits end)
      for _, hunk in ipairs(file.hunks) do
        add(bufnr, proposal.run, file, hunk, waits)
      end
      map_keys(bufnr)
      if not waits then
        watch(bufnr)
      end
    end
  end
end

--- What an edit did; earlier marks in these files go.
---@param edit flux.Proposal
function M.show_edit(edit)
  if vim.g.flux_show_changes ~= false then
    show(edit, false)
  end
end

--- Whether a change that waits can be shown in place: each file is there and open.
---@param proposal flux.Proposal
function M.can_show(proposal)
  return proposal.in_place == true and vim.iter(proposal.files):all(function(file)
    return file.before ~= vim.NIL and vim.api.nvim_buf_is_loaded(vim.uri_to_bufnr(file.uri))
  end)
end

--- Show what waits, as it is now; nil when nothing is left.
---@param proposal? flux.Proposal
function M.show(proposal)
  local touched = vim.tbl_map(function(mark) return mark.bufnr end, marks)
  prune(function(mark) return not mark.waits end)
  current = proposal
  if proposal then
    show(proposal, true)
  end
  vim.tbl_map(unmap_keys, touched)
end

--- Whether it is this change that is shown in place.
function M.shows(run)
  return current ~= nil and current.run == run
end

--- Keep every edit as it is.
function M.keep()
  local touched = vim.tbl_map(function(mark) return mark.bufnr end, marks)
  prune(function(mark) return mark.waits end)
  vim.tbl_map(unmap_keys, touched)
end

return M

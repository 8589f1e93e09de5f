--- A Markdown float whose text may still be growing.
---@class flux.Page
---@field buf integer
---@field win integer
---@field text string
---@field run? flux.Run whose answer it shows
---@field above string what stays above an answer that is being written
local Page = {}
Page.__index = Page

--- Open a page and put the cursor in it; `q` closes it, `s` moves it into a split beside the code.
---@param title string
---@param lines string[]
---@param filetype? string markdown unless told
---@return flux.Page
function Page.open(title, lines, filetype)
  local page = setmetatable({ buf = vim.api.nvim_create_buf(false, true), text = '', above = '' }, Page)
  local width = math.min(100, vim.o.columns - 6)
  page.win = vim.api.nvim_open_win(page.buf, true, {
    relative = 'editor', style = 'minimal', border = 'rounded', width = width, height = 1, row = 1,
    col = math.floor((vim.o.columns - width) / 2) - 1, title = (' %s '):format(title),
    footer = ' q close  s to a split  f ask further ',
  })
  vim.bo[page.buf].bufhidden, vim.bo[page.buf].filetype = 'wipe', filetype or 'markdown'
  vim.wo[page.win].wrap, vim.wo[page.win].linebreak = true, true
  vim.wo[page.win].conceallevel, vim.wo[page.win].concealcursor = 2, 'nc'
  vim.keymap.set('n', 'q', function() page:close() end, { buffer = page.buf, nowait = true })
  vim.keymap.set('n', 's', '<Cmd>wincmd L<CR>', { buffer = page.buf, nowait = true })
  vim.keymap.set('n', 'f', function() require('flux.runs').go_on(nil, page) end, { buffer = page.buf, nowait = true })
  page:write(lines)
  return page
end

--- Replace the text; nothing when the person has closed the page.
---@param lines string[]
function Page:write(lines)
  if not vim.api.nvim_buf_is_valid(self.buf) then
    return
  end
  vim.bo[self.buf].modifiable = true
  vim.api.nvim_buf_set_lines(self.buf, 0, -1, false, lines)
  vim.bo[self.buf].modifiable = false
  if vim.api.nvim_win_is_valid(self.win) and vim.api.nvim_win_get_config(self.win).relative ~= '' then
    local height = vim.api.nvim_win_text_height(self.win, {}).all
    vim.api.nvim_win_set_height(self.win, math.max(3, math.min(height, math.floor(vim.o.lines * 0.7))))
  end
end

--- Keep what is there above the answer to further words.
---@param words string
function Page:ask(words)
  local now = table.concat(vim.api.nvim_buf_get_lines(self.buf, 0, -1, false), '\n')
  self.above = ('%s\n\n---\n\n> %s\n\n'):format(vim.trim(now), words)
  self.text = ''
  self:answer('…')
end

--- Show the answer, below what was kept.
---@param text string
function Page:answer(text)
  self:write(vim.split(self.above .. text, '\n'))
end

--- Add text at the end.
---@param text string
function Page:append(text)
  self.text = self.text .. text
  self:answer(self.text)
end

function Page:close()
  if vim.api.nvim_win_is_valid(self.win) then
    vim.api.nvim_win_close(self.win, true)
  end
end

return Page

-- A signature changes and its callers in a file that is not open follow, with the plugin and (NO_PLUGIN) without it.
package.path = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)) .. '/?.lua;' .. package.path
local t = require('helper')
local check, wait, choose = t.check, t.wait, t.choose
local stock = t.start()

local asked = false -- a prompt in the middle of typing would take what is typed for its answer
vim.fn.confirm = function()
  asked = true
  return 1
end

local function other() return table.concat(vim.fn.readfile('callers.py'), '\n') .. '\n' end
local function callers() return vim.fn.bufloaded('callers.py') == 1 and t.text(vim.fn.bufnr('callers.py')) or other() end
local buf, client = t.open('spread.py')
local here, there = t.text(buf), callers()
local function unchanged() return t.text(buf) == here and callers() == there end
local function spread()
  t.to('flux: spread')
  choose('Flux: spread')
end
local function undo(...) -- once in each
  for _, name in ipairs({ ... }) do
    local number = vim.fn.bufnr(name)
    vim.api.nvim_buf_call(number, function() vim.cmd('silent undo') end)
    -- A change is sent 150 ms later, or before a request about its buffer.
    local place = { textDocument = { uri = vim.uri_from_bufnr(number) }, position = { line = 0, character = 0 } }
    vim.lsp.buf_request_sync(number, 'textDocument/hover', place, 2000)
  end
end

-- The first request begins the index of the project; from then on the callers are shown.
check('the callers are in what would be sent', wait(function()
  local place = { line = 1, character = 5 }
  local argument = { action = 'edit', instruction = 'spread', uri = vim.uri_from_bufnr(buf), range = { start = place, ['end'] = place } }
  local preview = t.execute(client, buf, 'flux.preview', argument)
  return preview and vim.json.encode(preview.sent):find('callers.py', 1, true)
end))
spread()
if stock then
  check('a change of several files waits, and says where', wait(function() return t.told('open the code actions') end), t.notes)
  check('and asks nothing by itself', not asked and unchanged(), callers())
  check('the menu shows it as a diff', choose('Flux: show all 4') and wait(function() return t.sees('+    return "🌙" + greet("Eve", "!")') end), t.titles)
  vim.cmd('only | buffer ' .. buf)
  check('one change of the other file is accepted', choose('Flux: accept change 3 of 4 in callers.py')
    and wait(function() return callers():find('Ada", "!') end) and not callers():find('Eve", "!') and t.text(buf) == here, { t.titles, callers() })
  check('the rest of both files follows', choose('Flux: accept all 3')
    and wait(function() return callers():find('Eve", "!') and t.text(buf):find('%+ end') end), { t.titles, callers() })
  wait(function() return not t.menu():find('accept') end) -- the server has seen the edit arrive
  undo('spread.py', 'callers.py', 'callers.py') -- one for each yes
  check('undo restores the bytes of both files', wait(unchanged, 2000), { t.text(buf), callers() })
  spread()
  check('a rejected change is gone from the menu', choose('Flux: reject all') and wait(function()
    local menu = t.menu()
    return menu:find('Flux: spread') and not menu:find('accept')
  end), t.titles)
else
  local review = require('flux.review')
  wait(function() return vim.wo.diff end)
  check('the review shows the file that was asked in', vim.wo.diff and t.sees('# flux: spread') and vim.wo.winbar:find('spread.py %(1 more'), vim.wo.winbar)
  check('and changes nothing', unchanged(), callers())
  vim.cmd('normal a')
  wait(function() return #review.current.files[1].hunks == 1 end, 5000)
  check('accepts a hunk of it', not t.text(buf):find('flux:') and not t.text(buf):find('%+ end') and callers() == there, t.text(buf))
  vim.cmd('normal r')
  wait(function() return review.current.files[1].path == 'callers.py' end, 5000)
  check('the next file comes once all of it is decided', vim.wo.diff and vim.wo.winbar == ' now: callers.py' and t.sees('Eve", "!'), vim.wo.winbar)
  vim.cmd('normal A')
  wait(function() return not review.current end, 5000)
  check('and all of that is accepted', callers():find('Ada", "!') and callers():find('Eve", "!') and #vim.api.nvim_list_tabpages() == 1, callers())
  undo('spread.py', 'callers.py')
  check('undo restores the bytes of both files', wait(unchanged, 2000), { t.text(buf), callers() })
  spread()
  wait(function() return vim.wo.diff end)
  vim.cmd('normal A')
  check('all of it is accepted at once', wait(function() return t.text(buf):find('%+ end') and callers():find('Eve", "!') end, 5000), { t.text(buf), callers() })
  wait(function() return not review.current end, 5000)
  vim.cmd('Flux undo')
  check('and Flux takes both files back', wait(unchanged, 5000), { t.text(buf), callers() })
end
t.finish()

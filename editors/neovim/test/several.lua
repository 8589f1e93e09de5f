-- A change of two files, one of which is not open, with the plugin and (NO_PLUGIN) without it.
-- Played against tests/editors/several_files.py.
package.path = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)) .. '/?.lua;' .. package.path
local t = require('helper')
local check, wait, choose = t.check, t.wait, t.choose
local stock = vim.env.NO_PLUGIN ~= nil
t.name = t.name .. (stock and ' without the plugin' or '')

if stock then
  dofile(vim.env.SNIPPET)
else
  require('flux').setup({ cmd = { 'flux-lsp' } })
end
local asked = false -- a prompt in the middle of typing would take what is typed for its answer
vim.fn.confirm = function()
  asked = true
  return 1
end

local function other() return table.concat(vim.fn.readfile('app.py'), '\n') .. '\n' end
local function app() return vim.fn.bufloaded('app.py') == 1 and t.text(vim.fn.bufnr('app.py')) or other() end
local buf = t.open('spread.py')
local here, there = t.text(buf), app()
local function unchanged() return t.text(buf) == here and app() == there end
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

spread()
if stock then
  check('a change of several files waits, and says where', wait(function() return t.told('open the code actions') end), t.notes)
  check('and asks nothing by itself', not asked and unchanged(), app())
  check('the menu shows it as a diff', choose('Flux: show all 4') and wait(function() return t.sees('+    return party + " 𝒜 GOODBYE') end), t.titles)
  vim.cmd('only | buffer ' .. buf)
  check('one change of the other file is accepted', choose('Flux: accept change 3 of 4 in app.py')
    and wait(function() return app():find('𝒜 HELLO') end) and not app():find('GOODBYE') and t.text(buf) == here, { t.titles, app() })
  check('the rest of both files follows', choose('Flux: accept all 3')
    and wait(function() return app():find('GOODBYE') and t.text(buf):find('HELLO') end), { t.titles, app() })
  wait(function() return not t.menu():find('accept') end) -- the server has seen the edit arrive
  undo('spread.py', 'app.py', 'app.py') -- one for each yes
  check('undo restores the bytes of both files', wait(unchanged, 2000), { t.text(buf), app() })
  spread()
  check('a rejected change is gone from the menu', choose('Flux: reject all') and wait(function()
    local menu = t.menu()
    return menu:find('Flux: spread') and not menu:find('accept')
  end), t.titles)
else
  local review = require('flux.review')
  wait(function() return vim.wo.diff end)
  check('the review shows the file that was asked in', vim.wo.diff and t.sees('# flux: spread') and vim.wo.winbar:find('spread.py %(1 more'), vim.wo.winbar)
  check('and changes nothing', unchanged(), app())
  vim.cmd('normal a')
  wait(function() return #review.current.files[1].hunks == 1 end, 5000)
  check('accepts a hunk of it', not t.text(buf):find('flux:') and t.text(buf):find('hello') and app() == there, t.text(buf))
  vim.cmd('normal r')
  wait(function() return review.current.files[1].path == 'app.py' end, 5000)
  check('the next file comes once all of it is decided', vim.wo.diff and vim.wo.winbar == ' now: app.py' and t.sees('GOODBYE'), vim.wo.winbar)
  vim.cmd('normal A')
  wait(function() return not review.current end, 5000)
  check('and all of that is accepted', app():find('HELLO') and app():find('GOODBYE') and #vim.api.nvim_list_tabpages() == 1, app())
  undo('spread.py', 'app.py')
  check('undo restores the bytes of both files', wait(unchanged, 2000), { t.text(buf), app() })
  spread()
  wait(function() return vim.wo.diff end)
  vim.cmd('normal A')
  check('all of it is accepted at once', wait(function() return t.text(buf):find('HELLO') and app():find('GOODBYE') end, 5000), { t.text(buf), app() })
  wait(function() return not review.current end, 5000)
  vim.cmd('Flux undo')
  check('and Flux takes both files back', wait(unchanged, 5000), { t.text(buf), app() })
end
t.finish()

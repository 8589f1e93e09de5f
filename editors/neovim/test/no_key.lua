-- Without a key everything is offered with its reason, or says it when it is run.
package.path = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)) .. '/?.lua;' .. package.path
local t = require('helper')

require('flux').setup({ cmd = vim.split(vim.env.SERVER, ' ') })
local buf = t.open('app.py')
local before = t.text(buf)
vim.ui.select = function(items, _, choose) choose(items[#items], #items) end
t.to('def greet')
local function said()
  return vim.iter(t.notes):any(function(note) return note:find('ANTHROPIC_API_KEY', 1, true) ~= nil end)
end
local told = t.wait(function()
  vim.lsp.buf.code_action()
  return t.wait(said, 500)
end)
t.check('without a key the menu names the next step', told, t.notes)
t.forget()
vim.cmd('Flux document')
local outcome = t.outcome()
t.check('without a key a run says so', outcome.error and outcome.error.code == 'NOT_CONFIGURED' and said(), outcome)
t.check('and the buffer stays', t.text(buf) == before)
t.finish()

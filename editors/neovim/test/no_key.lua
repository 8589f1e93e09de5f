-- Without a key everything is offered with its reason, or says it when it is run.
package.path = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)) .. '/?.lua;' .. package.path
local t = require('helper')

local stock = vim.env.NO_PLUGIN ~= nil
t.name = t.name .. (stock and ' without the plugin' or '')
if stock then
  dofile(vim.env.SNIPPET)
else
  require('flux').setup({ cmd = vim.split(vim.env.SERVER, ' ') })
end
local buf = t.open('app.py')
local before = t.text(buf)
vim.ui.select = function(items, _, choose) choose(items[#items], #items) end
t.to('def greet')
local function said() return t.told('ANTHROPIC_API_KEY') end
local told = t.wait(function()
  vim.lsp.buf.code_action()
  return t.wait(said, 500)
end)
t.check('without a key the menu names the next step', told, t.notes)
if stock then
  t.finish()
end
t.forget()
vim.cmd('Flux document')
local outcome = t.outcome()
t.check('without a key a run says so', outcome.error and outcome.error.code == 'NOT_CONFIGURED' and said(), outcome)
t.check('and the buffer stays', t.text(buf) == before)
t.finish()

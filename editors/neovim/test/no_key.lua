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
local outcome
repeat outcome = t.outcome() until outcome.action == 'document' or outcome.status == 'none came' -- the menu may have begun another
t.check('without a key a run says so', outcome.error and outcome.error.code == 'NOT_CONFIGURED' and said(), outcome)
t.check('and the buffer stays', t.text(buf) == before)
local marks = vim.api.nvim_get_namespaces()['flux.runs']
local function quiet() return #require('flux.runs').running() == 0 and #vim.api.nvim_buf_get_extmarks(buf, marks, 0, -1, {}) == 0 end
t.check('and nothing is left running', t.wait(quiet, 5000), require('flux.runs').running())
t.check('and the status says what was spent', t.wait(function() return require('flux').status() == 'Flux: $0.00 today' end, 5000), require('flux').status())
t.finish()

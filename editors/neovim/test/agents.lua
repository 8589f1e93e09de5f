-- An agent's findings are seen, mended and dismissed, and a pipeline runs; with the plugin and (NO_PLUGIN) without it.
package.path = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)) .. '/?.lua;' .. package.path
local t = require('helper')
local check, wait, choose = t.check, t.wait, t.choose
local stock = t.start()

local buf, before
local function open(file)
  vim.cmd('silent! only')
  buf = t.open(file)
  before = t.text(buf)
end
local function problems()
  return vim.tbl_map(function(item) return item.message end, vim.diagnostic.get(buf))
end
local function count(number)
  return wait(function() return #problems() == number end)
end
local function shouted() return t.text(buf):find('𝒜 HELLO') end

-- findings, by directive
open('look.py')
t.to('flux: @code-reviewer')
check('an agent by directive is in the menu', choose('Flux: @code-reviewer look'), t.titles)
check('its findings are diagnostics', count(2), problems())
check('and edit nothing', t.text(buf) == before, t.text(buf))
t.to('hello')
check('a finding with a fix offers it', choose('Flux: fix “shout at once”'), t.titles)
check('which edits, and the finding is gone', wait(shouted) and count(1), { t.text(buf), problems() })
t.to('def greet')
check('another one is dismissed', choose('Flux: dismiss “Too quiet: def greet') and count(0), { t.titles, problems() })
vim.cmd('silent undo')
check('one undo takes the fix back', t.text(buf) == before, t.text(buf))

-- an edit, by directive
open('agent.py')
t.to('flux: @python-pro')
check('an agent that edits does so', choose('Flux: @python-pro shout') and wait(shouted) and not t.text(buf):find('flux:'), t.text(buf))
vim.cmd('silent undo')
check('and one undo takes it back', t.text(buf) == before, t.text(buf))

-- a pipeline, by directive
open('mend.py')
local calls = t.calls()
t.to('flux: @troubleshoot')
check('a pipeline by directive is in the menu', choose('Flux: @troubleshoot-fix-test mend'), t.titles)
local waits
if stock then
  waits = function() return t.told('open the code actions') end
else
  waits = function() return vim.wo.diff end
end
check('its change of two files waits for a yes', wait(waits), t.notes)
check('after a call for each step', t.calls() == calls + 3, t.calls())
check('and nothing is changed yet', t.text(buf) == before and vim.fn.filereadable('tests/test_mend.py') == 0, t.text(buf))
if stock then
  choose('Flux: accept all')
else
  vim.cmd('normal A')
end
local function tests() return vim.fn.bufnr('tests/test_mend.py') end
check('a yes makes it in both', wait(shouted) and not t.text(buf):find('flux:')
  and wait(function() return tests() > 0 and t.text(tests()):find('from mend') end), { t.titles, t.text(buf) })
vim.api.nvim_buf_call(buf, function() vim.cmd('silent undo') end)
check('one undo takes all steps back', t.text(buf) == before, t.text(buf))

-- the list
if not stock then
  wait(function() return not require('flux.review').current end)
  t.forget()
  open('mend.py')
  local picked
  vim.ui.select = function(agents, options, done)
    for index, agent in ipairs(agents) do
      if agent.id == 'python-pro' then
        picked = options.format_item(agent)
        return done(agent, index)
      end
    end
    done(nil)
  end
  vim.ui.input = function(_, done) done('shout') end
  t.to('def greet')
  vim.cmd('Flux agent')
  local outcome = t.outcome()
  check('an agent from the list', picked and picked:find('edits · haiku · about $0.', 1, true) and outcome.status == 'applied' and shouted(), { picked, outcome })
  vim.cmd('silent undo')
  check('is undone as a whole', t.text(buf) == before, t.text(buf))
end
t.finish()

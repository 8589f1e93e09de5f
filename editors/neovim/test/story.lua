-- The story every editor plays, in a real Neovim against the real server and a fake Messages API.
package.path = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)) .. '/?.lua;' .. package.path
local t = require('helper')
local check, wait = t.check, t.wait
local before = table.concat(vim.fn.readfile('app.py', 'b'), '\n')

-- another server of the person's
local answers = {
  initialize = { capabilities = { codeActionProvider = true, definitionProvider = true } },
  ['textDocument/definition'] = { { targetUri = 'file:///elsewhere.py', targetRange = { start = { line = 3, character = 0 }, ['end'] = { line = 5, character = 0 } } } },
  ['textDocument/codeAction'] = { { title = 'Plain: sort imports', kind = 'quickfix' } },
}
local requests = 0
local function plain(dispatchers)
  return {
    request = function(method, _, done)
      requests = requests + 1
      done(nil, answers[method])
      return true, requests
    end,
    notify = function(method)
      if method == 'exit' then dispatchers.on_exit(0, 0) end
    end,
    is_closing = function() return false end,
    terminate = function() end,
  }
end
vim.api.nvim_create_autocmd('FileType', {
  callback = function(event) vim.lsp.start({ name = 'plain', cmd = plain }, { bufnr = event.buf }) end,
})
require('flux').setup({ cmd = vim.split(vim.env.SERVER, ' '), settings = { max_attempts = 2 } })
local buf, client = t.open('app.py')
check('attaches to a file', client ~= nil)
check('agrees on a position encoding', client.offset_encoding == (vim.lsp.config and 'utf-8' or 'utf-16'), client.offset_encoding)

-- the menu
local shown, pick = {}, nil
vim.ui.select = function(items, options, choose)
  shown = vim.tbl_map(options.format_item, items)
  for index, title in ipairs(shown) do
    if pick and title:find(pick, 1, true) then
      return choose(items[index], index)
    end
  end
  choose(nil)
end
local function menu(wanted)
  shown, pick = {}, wanted
  vim.lsp.buf.code_action()
  return wait(function() return #shown > 0 end, 5000) and shown
end
t.to('def greet')
wait(function() return #(menu() or {}) > 1 end)
local listed = table.concat(shown, '\n') -- which client comes first is Neovim's business
check('lists our actions together, beside those of others', listed:find('Plain: sort') and listed:find(
  'Flux: edit `greet`….-\nFlux: explain `greet`.-\nFlux: document `greet`.-\nFlux: write tests for `greet`'), shown)

-- edit, by command
vim.cmd('Flux edit shout')
local running = wait(function() return #require('flux.runs').running() > 0 end, 5000)
local status = require('flux').status
check('the statusline says what is going on, and where', running and wait(function() return status():find('^Flux: edit `greet` · app.py:%d+ ') end, 5000), status())
local outcome = t.outcome()
local after = before:gsub('🎉🎉"\n    return party %+ " 𝒜 hello', '🎉🎉"\n    return party + " 𝒜 HELLO')
check('edits the function at the cursor, behind non-BMP text', outcome.status == 'applied' and t.text(buf) == after, { outcome, t.text(buf) })
check('says what it cost', t.notes[#t.notes]:find('%[claude.*%$0%.%d+%]'), t.notes)
vim.cmd('silent undo')
check('one undo restores the bytes', t.text(buf) == before, t.text(buf))

-- what other servers know
local places
require('flux.related').find(buf, { action = 'edit', uri = vim.uri_from_bufnr(buf), range = vim.lsp.util.make_range_params(0, client.offset_encoding).range },
  function(related) places = related end)
check('asks other servers what they know of the names in the function', wait(function() return places end, 2000) and #places > 0
  and places[1].uri == 'file:///elsewhere.py' and places[1].range.start.line == 3 and places[1].why:find('definition of'), places)

-- edit, from the menu, with a prompt
local prompts = {}
vim.ui.input = function(options, done)
  prompts[#prompts + 1] = options.prompt
  done('shout')
end
menu('Flux: edit')
outcome = t.outcome()
check('asks for the instruction when picked in the menu, and says what it will do', #prompts == 1 and prompts[1]:find('edit `greet` · Sonnet · about $', 1, true) and t.text(buf) == after, { prompts, outcome })
vim.cmd('silent undo')

-- a visual selection of lines
t.to('def farewell')
vim.cmd('normal! Vjj')
vim.api.nvim_feedkeys(vim.keycode(':Flux edit shout<CR>'), 'nx', false)
outcome = t.outcome()
check('edits a visual selection', outcome.status == 'applied' and t.text(buf):find('GOODBYE'), outcome)
vim.cmd('silent undo')

-- fix
local space = vim.api.nvim_create_namespace('another checker')
vim.diagnostic.set(space, buf, { { lnum = 5, end_lnum = 5, col = 17, end_col = 23, severity = 1,
  message = 'undefined name `prcies`', source = 'pyflakes', code = 'F821' } })
t.to('prcies')
wait(function() return vim.iter(menu() or {}):any(function(title) return title:find('Flux: fix undefined name') ~= nil end) end)
check('offers fix for what another source reports', vim.iter(shown):any(function(title) return title:find('Flux: fix') ~= nil end), shown)
vim.cmd('Flux fix')
outcome = t.outcome()
check('fixes a diagnostic', outcome.status == 'applied' and t.text(buf):find('in prices:'), outcome)
local asked = vim.json.decode(t.api('GET', '/_fake/requests'))
check('the model is told of it', vim.json.encode(asked[#asked].json):find('undefined name `prcies`', 1, true), asked[#asked])
vim.cmd('silent undo')
t.to('def greet')
vim.cmd('Flux fix')
outcome = t.outcome()
check('says so when there is nothing to fix', t.notes[#t.notes]:find('no diagnostic in this range') and t.text(buf) == before, { outcome, t.notes })

-- document
vim.cmd('Flux document')
outcome = t.outcome()
check('documents', outcome.status == 'applied' and t.text(buf):find('"""Greet a person."""'), outcome)
vim.cmd('silent undo')

-- explain
vim.ui.input = function(_, done) done('Explain once more') end
local window, tick = vim.api.nvim_get_current_win(), vim.api.nvim_buf_get_changedtick(buf)
vim.cmd('Flux explain')
wait(function() return vim.api.nvim_get_current_win() ~= window end, 5000)
local page = vim.api.nvim_get_current_buf()
outcome = t.outcome()
check('explains in a float', vim.api.nvim_win_get_config(0).relative == 'editor' and t.text(page):find('greets') and vim.bo[page].filetype == 'markdown', { outcome, t.text(page) })
check('an explanation edits nothing', vim.api.nvim_buf_get_changedtick(buf) == tick)
vim.cmd('normal f')
check('f asks further, below what is there', wait(function() return select(2, t.text(page):gsub('greets', '')) == 2 end) and t.text(page):find('> Explain once more', 1, true), t.text(page))
vim.cmd('normal q')
check('q closes the float', vim.api.nvim_get_current_win() == window)

-- tests
t.outcome()
vim.cmd('Flux tests')
outcome = t.outcome()
local file = vim.fn.bufnr('tests/test_app.py')
check('makes a test file', outcome.status == 'applied' and file > 0 and t.text(file):find('def test_greet_names_the_person'), outcome)
vim.cmd('only | edit! app.py')

-- cancel in mid-stream
t.to('def greet')
vim.cmd('Flux edit stall')
wait(function() return #require('flux.runs').running() > 0 end, 5000)
wait(function() local all = vim.json.decode(t.api('GET', '/_fake/requests')) return vim.json.encode(all[#all].json):find('stall') end)
vim.cmd('Flux cancel')
outcome = t.outcome()
check('cancel in mid-stream leaves the buffer', outcome.status == 'cancelled' and t.text(buf) == before, outcome)
check("cancel closes the model's stream", wait(function()
  local all = vim.json.decode(t.api('GET', '/_fake/requests'))
  return all[#all].disconnected
end, 5000))

-- typing while the model works
local function hold()
  vim.cmd('Flux edit ' .. vim.env.GATE .. ' shout')
  wait(function() return #require('flux.runs').running() > 0 end, 5000)
end
hold()
vim.api.nvim_buf_set_lines(buf, 0, 0, false, { '# typed above' })
vim.api.nvim_buf_set_lines(buf, -1, -1, false, { '# typed below' })
t.flush(buf, client)
t.api('POST', '/_fake/release/' .. vim.env.GATE)
outcome = t.outcome()
check('what is typed meanwhile is kept', outcome.status == 'applied' and t.text(buf) == '# typed above\n' .. after .. '# typed below\n', { outcome, t.text(buf) })
vim.cmd('silent undo')
check('undo takes back the edit, not what was typed', t.text(buf) == '# typed above\n' .. before .. '# typed below\n', t.text(buf))
vim.cmd('edit!')

-- typing in the very moment the answer comes: applied or refused, but what was typed is there
t.to('def greet')
vim.cmd('Flux edit ' .. vim.env.LAST .. ' shout')
wait(function() return #require('flux.runs').running() > 0 end, 5000)
vim.api.nvim_buf_set_lines(buf, 0, 0, false, { '# last moment' })
t.api('POST', '/_fake/release/' .. vim.env.LAST)
outcome = t.outcome()
local expected = outcome.status == 'applied' and after or before
check('the last word is kept too', t.text(buf) == '# last moment\n' .. expected, { outcome, t.text(buf) })
vim.cmd('edit!')

-- refused
t.to('def greet')
vim.cmd('Flux edit refuse')
outcome = t.outcome()
check('a refused answer leaves the buffer', outcome.status == 'refused' and t.text(buf) == before, outcome)
check('and shows why', t.notes[#t.notes]:find(outcome.error and outcome.error.message or '?', 1, true), { outcome, t.notes })

-- a comment directive
local shout = t.open('shout.py')
t.to('flux: shout')
wait(function() return vim.iter(menu('Flux: shout') or {}):any(function(title) return title:find('Flux: shout') ~= nil end) end)
outcome = t.outcome()
check('a comment directive runs from the menu and goes away', outcome.status == 'applied'
  and t.text(shout):find('HELLO') and not t.text(shout):find('flux:'), { outcome, t.text(shout) })
vim.cmd('edit! app.py')

-- review
client.settings = { flux = { review = 'always' } }
local changed = { settings = client.settings }
if vim.fn.has('nvim-0.11') == 1 then
  client:notify('workspace/didChangeConfiguration', changed)
else
  client.notify('workspace/didChangeConfiguration', changed)
end
t.to('def total')
local function propose()
  vim.cmd('Flux edit rename')
  return t.outcome()
end
outcome = propose()
check('shows a change before it is applied', outcome.status == 'proposed' and vim.wo.diff and t.text(buf) == before, outcome)
local review = require('flux.review')
vim.api.nvim_buf_set_lines(buf, 0, 0, false, { '# typed above' })
t.flush(buf, client)
local places = function() return review.current.files[1].hunks[1].first - outcome.proposal.files[1].hunks[1].first end
check('and follows what is typed above it', wait(function() return t.text(0):find('^# typed above') and places() == 1 end, 5000) and vim.wo.diff, t.text(0))
vim.api.nvim_buf_set_lines(buf, 0, 1, false, {})
t.flush(buf, client)
check('and back', wait(function() return places() == 0 end, 5000), places())
local hunk = review.current.files[1].hunks[1]
local line = vim.api.nvim_buf_get_lines(buf, hunk.first - 1, hunk.first, false)[1]
vim.api.nvim_buf_set_lines(buf, hunk.first - 1, hunk.first, false, { line .. '  # typed' })
t.flush(buf, client)
check('says where it was typed over', wait(function() return vim.wo.winbar:find('you typed over 1') end, 5000), vim.wo.winbar)
vim.cmd('normal A')
check('and is refused', wait(function() return t.told('You typed over change 1') end, 5000) and t.text(buf):find('# typed') and review.current, { t.notes, t.text(buf) })
vim.api.nvim_buf_set_lines(buf, hunk.first - 1, hunk.first, false, { line })
t.flush(buf, client)
check('until that is undone', wait(function() return not vim.wo.winbar:find('typed over') end, 5000) and t.text(buf) == before, vim.wo.winbar)
check('cut into hunks', outcome.proposal and #outcome.proposal.files[1].hunks == 2, outcome.proposal)
vim.cmd('normal a')
vim.cmd('normal a') -- before the answer to the first one
wait(function() return review.current and #review.current.files[1].hunks == 1 end, 5000)
check('accepts one hunk', t.text(buf):find('amount = 0') and t.text(buf):find('return result'), t.text(buf))
check('a key pressed twice says nothing', not t.told('decided on already'), t.notes)
check('and shows what is left', t.text(0):find('amount = 0') and vim.wo.diff and vim.api.nvim_win_get_cursor(0)[1] == 7, { t.text(0), vim.api.nvim_win_get_cursor(0) })
vim.cmd('normal R')
wait(function() return not review.current end, 5000)
check('rejects the rest and closes', #vim.api.nvim_list_tabpages() == 1 and t.text(buf):find('return result'), t.text(buf))
vim.cmd('edit!')
t.to('def total')
propose()
vim.cmd('normal e')
outcome = t.outcome()
check('retries with a remark', outcome.status == 'proposed', outcome)
vim.cmd('normal A')
wait(function() return not review.current and t.text(buf):find('return amount') end, 5000)
check('accepts all', t.text(buf):find('amount = 0') and t.text(buf):find('return amount'), t.text(buf))
vim.cmd('silent undo')
check('one undo takes back all hunks', t.text(buf) == before, t.text(buf))

-- in the code itself
local space = vim.api.nvim_get_namespaces()['flux.inplace']
local function virtual(bufnr)
  local lines = {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(bufnr, space, 0, -1, { details = true })) do
    for _, line in ipairs(mark[4].virt_lines or {}) do lines[#lines + 1] = line[1][1] end
  end
  return table.concat(lines, '\n')
end
local function tell(review)
  client.settings = { flux = { review = review } }
  local value = { settings = client.settings }
  if vim.fn.has('nvim-0.11') == 1 then client:notify('workspace/didChangeConfiguration', value) else client.notify('workspace/didChangeConfiguration', value) end
end
local function press(key) vim.api.nvim_feedkeys(vim.keycode(key), 'mx', false) end
vim.cmd('edit! app.py')
tell('inline')
t.to('def total')
outcome = propose()
check('shows what waits in the code itself', outcome.status == 'proposed' and not vim.wo.diff and t.text(buf) == before
  and virtual(buf):find('amount = 0') and virtual(buf):find('return amount'), { outcome, virtual(buf) })
t.to('result = 0')
press('<CR>')
check('accepts the change at the cursor by a key', wait(function() return t.text(buf):find('amount = 0') and not virtual(buf):find('amount = 0') end, 5000)
  and t.text(buf):find('return result'), { t.text(buf), virtual(buf) })
t.to('return result')
press('<BS>')
check('rejects the other one', wait(function() return not review.current and virtual(buf) == '' end, 5000) and t.text(buf):find('return result'), virtual(buf))
check('then the keys are as before', vim.fn.maparg('<CR>', 'n') == '', vim.fn.maparg('<CR>', 'n'))
vim.cmd('edit!')
tell('auto')
t.to('def greet')
vim.cmd('Flux edit shout')
outcome = t.outcome()
check('marks what an edit changed, the old lines beside it', outcome.status == 'applied' and virtual(buf):find('hello') and not virtual(buf):find('HELLO'), { outcome, virtual(buf) })
vim.api.nvim_buf_set_lines(buf, 0, 0, false, { '# above' })
t.to('HELLO')
press('<BS>')
check('undoes it at the cursor by a key', wait(function() return t.text(buf) == '# above\n' .. before and virtual(buf) == '' end, 5000), { t.text(buf), virtual(buf) })
vim.cmd('edit!')
t.to('def greet')
vim.cmd('Flux edit shout')
t.outcome()
t.to('HELLO')
press('<CR>')
check('keeps it by a key', t.text(buf) == after and wait(function() return virtual(buf) == '' end, 2000), virtual(buf))
vim.cmd('Flux then Document it')
outcome = t.outcome()
check('goes on from an edit', outcome.status == 'applied' and t.text(buf):find('HELLO') and t.text(buf):find('Greet a person'), outcome)
vim.cmd('Flux again loudly')
outcome = t.outcome()
local calls = vim.json.decode(t.api('GET', '/_fake/requests'))
check('tries again in place of what it did', vim.json.encode(calls[#calls].json):find('loudly'), outcome)
vim.cmd('edit!')
tell('always')

-- a new file under review
vim.fn.delete('tests/test_app.py')
vim.cmd('silent! bwipeout! tests/test_app.py')
vim.cmd('edit! app.py')
t.to('def greet')
vim.cmd('Flux tests')
outcome = t.outcome()
check('shows a new file before it is made', outcome.status == 'proposed' and vim.fn.filereadable('tests/test_app.py') == 0
  and t.text(0) == '\n', { outcome, t.text(0) })
vim.cmd('normal q')
check('q keeps it for later', #vim.api.nvim_list_tabpages() == 1 and review.current ~= nil)
vim.cmd('Flux accept')
wait(function() return not review.current and vim.fn.bufnr('tests/test_app.py') > 0 end, 5000)
check('accepts it from the command line', t.text(vim.fn.bufnr('tests/test_app.py')):find('names_the_person'), vim.fn.getbufinfo())
vim.cmd('only | edit! app.py')

-- what is told
local caught = vim.notify
vim.notify = t.stock_notify
require('flux.say').say(('a long message '):rep(20) .. '\nits end', vim.log.levels.WARN)
vim.notify = caught
local lines = vim.split(vim.trim(vim.fn.execute('messages')), '\n')
check('a message is one line, whatever its length', lines[#lines]:find('^a long message .*:Flux message$') and vim.fn.strdisplaywidth(lines[#lines]) <= vim.v.echospace, lines)
vim.cmd('Flux message')
check('and shown whole', t.text(0):find('its end'), t.text(0))
vim.cmd('normal q')

-- the rest of the command
local names = vim.fn.getcompletion('Flux ', 'cmdline')
check('completes', vim.tbl_contains(names, 'explain') and vim.tbl_contains(names, 'usage'), names)
vim.cmd('Flux usage')
wait(function() return vim.api.nvim_win_get_config(0).relative ~= '' end)
check('shows usage', t.text(0):find('edit') or t.text(0):find('%$'), t.text(0))
vim.cmd('normal q')
vim.cmd('checkhealth flux')
local health = t.text(0)
check('checkhealth finds server and client', health:find('positions in') and health:find('doctor') and not health:find('ERROR'), health)
vim.cmd('bwipeout! | edit! app.py')
local help = vim.api.nvim_get_runtime_file('doc/flux.txt', false)[1]
vim.cmd('help flux')
check('has its help without any step of an installation', vim.api.nvim_buf_get_name(0) == help, vim.api.nvim_buf_get_name(0))
local copy = vim.fn.tempname()
vim.fn.mkdir(copy)
vim.uv.fs_copyfile(help, copy .. '/flux.txt')
vim.cmd.helptags(copy)
local function words(folder) return table.concat(vim.fn.readfile(folder .. '/tags'), '\n') end
check('its tags are those of the text', words(copy) == words(vim.fs.dirname(help)), 'run make generate')
t.finish()

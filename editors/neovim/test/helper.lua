-- What the suites share: checks that print one line each, bounded waiting, the fake API's control paths.
local M = { failed = 0 }

vim.g.loaded_python3_provider = 0 -- its probe may take a second
vim.cmd('filetype on')
if not vim.env.NO_PLUGIN then
  vim.opt.runtimepath:prepend(vim.fs.dirname(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))))
  vim.cmd('runtime plugin/flux.lua')
end

M.name = ('neovim %s'):format(tostring(vim.version()):gsub('%+.*', ''))
M.notes = {} ---@type string[]
M.stock_notify = vim.notify
vim.notify = function(message)
  M.notes[#M.notes + 1] = message
end

-- what the server says to people who have no plugin
local shown = vim.lsp.handlers['window/showMessage']
vim.lsp.handlers['window/showMessage'] = function(err, params, ...)
  M.notes[#M.notes + 1] = params.message
  return shown(err, params, ...)
end

--- Start the server with the plugin, or (NO_PLUGIN) with the lines of the set-up page; whether it is without.
function M.start()
  local stock = vim.env.NO_PLUGIN ~= nil
  if stock then
    M.name = M.name .. ' without the plugin'
    dofile(vim.env.SNIPPET)
  else
    require('flux').setup({ cmd = { 'flux-lsp' } })
  end
  return stock
end

--- Whether anything said so far has these words.
function M.told(words)
  return vim.iter(M.notes):any(function(note) return note:find(words, 1, true) ~= nil end)
end

local pick
M.titles = {} ---@type string[] of the menu as it was opened last
local function select_by_words(items, options, choose)
  M.titles = vim.tbl_map(options.format_item, items)
  for index, title in ipairs(M.titles) do
    if pick and title:find(pick, 1, true) then
      return choose(items[index], index)
    end
  end
  choose(nil)
end

--- Open the menu until it has an entry with these words, and pick that; false when it never has.
function M.choose(words)
  pick, vim.ui.select = words, select_by_words
  return M.wait(function()
    M.titles = {}
    vim.lsp.buf.code_action()
    return M.wait(function()
      return vim.iter(M.titles):any(function(title) return title:find(words, 1, true) ~= nil end)
    end, 1000)
  end)
end

--- The titles of the menu, one a line; nothing is picked.
function M.menu()
  pick, vim.ui.select = nil, select_by_words
  M.titles = {}
  vim.lsp.buf.code_action()
  M.wait(function() return #M.titles > 0 end, 1000)
  return table.concat(M.titles, '\n')
end

--- How many requests the model has had, and the newest.
function M.calls()
  local all = vim.json.decode(M.api('GET', '/_fake/requests'))
  return #all, all[#all]
end

--- Every window's text, for what is shown somewhere.
function M.sees(words)
  return vim.iter(vim.api.nvim_list_wins()):any(function(win)
    return M.text(vim.api.nvim_win_get_buf(win)):find(words, 1, true) ~= nil
  end)
end

--- One line; a failure shows what was there instead.
function M.check(what, good, found)
  M.failed = M.failed + (good and 0 or 1)
  local tail = good and '' or ('\n     found: %s\n     notes: %s'):format(vim.inspect(found), vim.inspect(M.notes))
  io.stdout:write(('%s %s: %s%s\n'):format(good and 'ok  ' or 'FAIL', M.name, what, tail))
  io.stdout:flush()
end

--- Wait until `ready` returns something; false when it never does.
function M.wait(ready, milliseconds)
  local value
  vim.wait(milliseconds or 20000, function()
    value = ready()
    return value
  end, 10)
  return value
end

function M.finish()
  local asked = {}
  local gone = M.wait(function()
    for _, client in ipairs(vim.lsp.get_clients()) do
      if not asked[client.id] and client.initialized then
        asked[client.id] = true
        if vim.fn.has('nvim-0.11') == 1 then client:stop() else client.stop() end
      end
    end
    return #vim.lsp.get_clients() == 0
  end, 10000)
  M.check('the server ends with the editor', gone, vim.tbl_map(function(client) return client.name end, vim.lsp.get_clients()))
  os.exit(M.failed == 0 and 0 or 1)
end

--- Ask the fake API; returns the body.
function M.api(method, path)
  local host, port = vim.env.API_URL:match('//([%d.]+):(%d+)')
  local answer, done, socket = {}, false, assert(vim.uv.new_tcp())
  socket:connect(host, tonumber(port), function()
    socket:write(('%s %s HTTP/1.1\r\nHost: fake\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'):format(method, path))
    socket:read_start(function(_, chunk)
      answer[#answer + 1] = chunk
      done = not chunk or table.concat(answer):find('\r\n\r\n.*[%]}]$') ~= nil
    end)
  end)
  vim.wait(5000, function() return done end, 5)
  socket:close()
  return (table.concat(answer):gsub('^.-\r\n\r\n', ''))
end

--- Open a file of the workspace; returns its buffer once Flux is attached.
function M.open(file)
  vim.cmd('edit! ' .. file)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = M.wait(function()
    local client = vim.lsp.get_clients({ name = 'flux', bufnr = bufnr })[1]
    return client and client.initialized and client
  end)
  return bufnr, client
end

--- Execute a command of the server; returns its result.
function M.execute(client, bufnr, command, argument)
  local answered, result = false, nil
  local send = vim.fn.has('nvim-0.11') == 1 and client.request or function(_, ...) return client.request(...) end
  local params = { command = command, arguments = { argument } }
  send(client, 'workspace/executeCommand', params, function(err, value) answered, result = true, not err and value or nil end, bufnr)
  M.wait(function() return answered end, 5000)
  return result
end

--- Wait until the server has seen what was typed; Neovim holds changes back for 150 ms.
function M.flush(bufnr, client) M.execute(client, bufnr, 'flux.status') end

function M.text(bufnr)
  return table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n') .. '\n'
end

--- Put the cursor on the first line that holds `words`.
function M.to(words)
  vim.fn.cursor(1, 1)
  assert(vim.fn.search('\\V' .. words, 'cW') > 0, words)
end

local outcomes = {}
vim.api.nvim_create_autocmd('User', {
  pattern = 'FluxOutcome',
  callback = function(event) outcomes[#outcomes + 1] = event.data end,
})

--- The next outcome that nobody has taken yet.
function M.outcome()
  return M.wait(function() return table.remove(outcomes, 1) end) or { status = 'none came' }
end

--- Forget the outcomes and notes of what has been run so far.
function M.forget()
  M.wait(function() return #require('flux.runs').running() == 0 end, 5000)
  outcomes, M.notes = {}, {}
end

return M

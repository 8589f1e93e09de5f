-- The set-up page's lines for a Neovim without the plugin.
package.path = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)) .. '/?.lua;' .. package.path
local t = require('helper')
t.name = t.name .. ' without the plugin'

dofile(vim.env.SNIPPET)
local titles, pick = {}, nil
vim.ui.select = function(items, options, choose)
  titles = vim.tbl_map(options.format_item, items)
  for index, title in ipairs(titles) do
    if pick and title:find(pick, 1, true) then
      return choose(items[index], index)
    end
  end
  choose(nil)
end
local function choose(words)
  pick = words
  return t.wait(function()
    titles = {}
    vim.lsp.buf.code_action()
    return t.wait(function()
      return vim.iter(titles):any(function(title) return title:find(words, 1, true) ~= nil end)
    end, 1000)
  end)
end

local buf = t.open('shout.py')
local before = t.text(buf)
t.to('flux: shout')
t.check('a comment directive is in the menu', choose('Flux: shout'), titles)
local done = t.wait(function() return t.text(buf):find('𝒜 HELLO') end)
t.check('edit by directive, behind non-BMP text', done and not t.text(buf):find('flux:'), t.text(buf))
vim.cmd('silent undo')
t.check('one undo restores the bytes', t.text(buf) == before, t.text(buf))
t.to('def greet')
choose('Flux: explain')
local shown = t.wait(function()
  return vim.iter(vim.api.nvim_list_wins()):any(function(win)
    return t.text(vim.api.nvim_win_get_buf(win)):find('This **greets**', 1, true) ~= nil
  end)
end)
t.check('explain is shown in a document', shown, vim.api.nvim_list_bufs())
t.finish()

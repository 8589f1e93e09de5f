-- The `:Flux` command and the hook on attach; everything else is loaded when it is first used.
if vim.g.loaded_flux then
  return
end
vim.g.loaded_flux = true

vim.api.nvim_create_user_command('Flux', function(args)
  require('flux.command').run(args)
end, {
  nargs = '*',
  range = true,
  bang = true,
  complete = function(...)
    return require('flux.command').complete(...)
  end,
  desc = 'Flux: edit, fix, explain, tests, document … (:help flux)',
})

vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('flux', {}),
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'flux' then
      require('flux.client').attached(client)
    end
  end,
})

-- The `:Flux` command; everything else is loaded when it is first used.
if vim.g.loaded_flux then
  return
end
vim.g.loaded_flux = true

vim.api.nvim_create_user_command('Flux', function(args) require('flux.command').run(args) end, {
  nargs = '*', range = true, bang = true,
  complete = function(...) return require('flux.command').complete(...) end,
  desc = 'Flux: run an action, or choose one (:help flux)',
})

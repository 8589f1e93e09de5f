-- Neovim 0.11 and newer find this file by its name: `vim.lsp.enable('flux')` is all a person needs.
return require('flux.client').config()

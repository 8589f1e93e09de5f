//! Tells Zed how to start flux-lsp, and hands Zed's `lsp.flux-lsp.settings` on as they are.

use zed_extension_api::{self as zed, serde_json, settings::LspSettings};

struct Flux;

impl zed::Extension for Flux {
    fn new() -> Self {
        Flux
    }

    fn language_server_command(
        &mut self,
        _: &zed::LanguageServerId,
        worktree: &zed::Worktree,
    ) -> zed::Result<zed::Command> {
        let command = worktree.which("flux-lsp").ok_or(
            "flux-lsp is not on the PATH; install it: `uv tool install flux-lsp` or `pipx install flux-lsp`",
        )?;
        Ok(zed::Command {
            command,
            args: Vec::new(),
            env: worktree.shell_env(), // the key comes from the person's shell
        })
    }

    fn language_server_workspace_configuration(
        &mut self,
        _: &zed::LanguageServerId,
        worktree: &zed::Worktree,
    ) -> zed::Result<Option<serde_json::Value>> {
        let settings = LspSettings::for_worktree("flux-lsp", worktree)?.settings;
        Ok(settings.map(|given| serde_json::json!({ "flux": given })))
    }
}

zed::register_extension!(Flux);

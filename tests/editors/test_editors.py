"""The same story in each real editor, against the real server and a fake Messages API."""

import pytest

from tests.editors.conftest import Play

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]


def test_neovim(play: Play) -> None:
    """Neovim newest and 0.10, with the plugin."""
    play("editors/neovim/test/run.sh", "nvim", "nvim-0.10")


def test_helix(play: Play) -> None:
    """Helix in tmux, no plugin."""
    play("editors/helix/test.sh", "hx", "tmux")


def test_emacs(play: Play) -> None:
    """Emacs eglot in batch, no plugin."""
    play("editors/emacs/test.sh", "emacs")


def test_vim(play: Play) -> None:
    """Vim with ALE, which takes no edits."""
    play("editors/vim/test.sh", "vim", "tmux")


def test_vscode(play: Play) -> None:
    """VS Code: a suite inside the extension host, and the .vsix driven through its UI."""
    play("editors/vscode/test/run.sh", "code-server", "chromium", within=590)

"""What is written into the data folder is for its owner only, and goes away again."""

import os
import stat
from pathlib import Path

import pytest

from flux_lsp.runs.private_files import KEPT_DAYS, forget_old, write_private
from tests.fakes.answers import text, tool
from tests.server.flux import Flux, flux
from tests.server.test_main_job import BETTER, CODE

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there modes mean nothing")
OUTSIDE = tool(
    "apply_edits",
    {"edits": [{"path": "app.py", "old_string": "return os.name", "new_string": "return None"}]},
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_to_others(folder: Path) -> list[str]:
    """What others may read or enter below the folders for patches, explanations and the log."""
    below = [p for name in ("proposals", "patches", "explanations", "log") for p in [folder / name]]
    files = [p for top in below if top.exists() for p in (top, *top.rglob("*"))]
    assert files
    return [str(p) for p in files if mode(p) & 0o077]


def test_a_file_is_made_for_its_owner_whatever_was_there(tmp_path: Path) -> None:
    file = tmp_path / "data/patches/a.patch"
    write_private(file, b"one")
    assert (mode(file), mode(file.parent), mode(tmp_path / "data")) == (0o600, 0o700, 0o700)
    file.chmod(0o644)
    file.parent.chmod(0o755)
    write_private(file, b"two")
    assert (mode(file), mode(file.parent), file.read_bytes()) == (0o600, 0o700, b"two")


def test_a_link_in_its_place_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"mine")
    (tmp_path / "patches").mkdir()
    (tmp_path / "patches/a.patch").symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match=r"symbolic|links"):
        write_private(tmp_path / "patches/a.patch", b"x")
    assert (tmp_path / "other").read_bytes() == b"mine"


def test_what_is_older_than_some_days_is_deleted(tmp_path: Path) -> None:
    now = 1_000_000_000.0
    for name in ("proposals/a.patch", "patches/b.patch", "explanations/c.md", "other/d.md"):
        write_private(tmp_path / name, b"x")
        days = 0 if name.startswith("patches") else KEPT_DAYS + 1
        os.utime(tmp_path / name, (now, now - days * 86_400))
    forget_old(tmp_path, now)
    left = sorted(p.name for p in tmp_path.rglob("*") if p.is_file())
    assert left == ["b.patch", "d.md"]
    forget_old(tmp_path / "nowhere", now)


async def proposed(f: Flux) -> tuple[str, Path]:
    uri = f.open("app.py", CODE)
    outcome = await f.run(uri, "edit", "n += item", instruction="x")
    assert outcome["status"] == "proposed", outcome
    shown = await f.client.execute("flux.show", {"run": outcome["run"]})
    return outcome["run"], Path(shown["file"])


@pytest.mark.parametrize("command", ["flux.accept", "flux.reject", "flux.retry"])
async def test_a_patch_goes_when_its_proposal_is_decided(tmp_path: Path, command: str) -> None:
    async with flux(tmp_path, OUTSIDE, tool("rewrite_range", {"code": BETTER})) as f:
        run, file = await proposed(f)
        assert file.exists()
        assert open_to_others(f.home / "flux-data") == []
        more = {"wait": True} if command == "flux.retry" else {}
        await f.client.execute(command, {"run": run, **more})
        assert not file.exists()


async def test_explanations_are_for_their_owner(tmp_path: Path) -> None:
    async with flux(tmp_path, text("It adds.")) as f:
        uri = f.open("app.py", CODE)
        await f.run(uri, "explain", "n += item")
        assert open_to_others(f.home / "flux-data") == []

"""`flux-lsp run`: the same actions and guards for scripts, with exit codes and output they can rely on."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
import pytest_asyncio

from flux_lsp.fronts.cli.run import PROVIDERS
from flux_lsp.ledger.store import Ledger
from flux_lsp.runs.clock import SystemClock
from flux_lsp.settings.paths import get_ledger_path
from flux_lsp.settings.schema import list_fields
from tests.fakes.answers import refusal, status, text, tool
from tests.fakes.flags import Gate
from tests.fakes.messages_api import MessagesApi
from tests.fakes.processes import FLUX, Fork, start_process
from tests.fakes.rules import replaced, user_text
from tests.fakes.wire import clean_environment
from tests.server.flux import KEY
from tests.server.test_main_job import BETTER, CODE

GOOD = tool("rewrite_range", {"code": BETTER})
AFTER = CODE.replace(CODE.split("\n\n\n")[1] + "\n", BETTER)
EDIT = ("edit", "app.py:7", "--instruction", "use sum")


@dataclass
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


@dataclass
class Shell:
    """A project folder to call `flux-lsp run` in, and the API it talks to."""

    root: Path
    home: Path
    api: MessagesApi

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    async def start(self, *arguments: str, **env: str | None) -> asyncio.subprocess.Process | Fork:
        own: dict[str, str | None] = {
            "ANTHROPIC_BASE_URL": self.api.url,
            "ANTHROPIC_API_KEY": KEY,
            **env,
        }
        given = {name: value for name, value in own.items() if value is not None}
        command = (*FLUX, "run", *arguments)
        return await start_process(
            command, clean_environment(self.home, given), self.root, stdin=False
        )

    async def __call__(self, *arguments: str, **env: str | None) -> Ran:
        process = await self.start(*arguments, **env)
        async with asyncio.timeout(30):
            out, err = await process.communicate()
        assert process.returncode is not None
        return Ran(process.returncode, out.decode(), err.decode())


@pytest_asyncio.fixture
async def run(tmp_path: Path) -> AsyncIterator[Shell]:
    root, home = tmp_path / "project", tmp_path / "home"
    root.mkdir()
    home.mkdir()
    async with MessagesApi() as api:
        shell = Shell(root, home, api)
        shell.file("app.py", CODE)
        yield shell


async def patched(shell: Shell, patch: str) -> None:
    """Have git apply what was printed."""
    shell.file("change.patch", patch)
    process = await asyncio.create_subprocess_exec("git", "apply", "change.patch", cwd=shell.root)
    assert await process.wait() == 0


# -- done


@pytest.mark.parametrize("option", [(), ("--diff",)])
async def test_a_diff_is_printed_and_nothing_is_written(run: Shell, option: tuple[str]) -> None:
    run.api.queue(GOOD)

    ran = await run(*EDIT, *option)

    assert ran.code == 0, ran.err
    assert (run.root / "app.py").read_text() == CODE
    assert "proposed · claude-sonnet-5-5 · 1 attempt · $" in ran.err
    assert "add --apply to write it" in ran.err
    await patched(run, ran.out)
    assert (run.root / "app.py").read_text() == AFTER


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda code: code, id="lf"),
        pytest.param(lambda code: code.replace("\n", "\r\n"), id="crlf"),
        pytest.param(lambda code: "\ufeff# 数 😀\f\n" + code, id="byte order mark"),
        pytest.param(lambda code: code.rstrip("\n"), id="no final line end"),
    ],
)
async def test_applied_to_the_byte_and_with_the_files_mode(run: Shell, change: Any) -> None:
    file = run.file("app.py", change(CODE).encode())
    file.chmod(0o754)
    run.api.queue(replaced("n += item", "n = n + item  # 合計"))
    line = 1 + change(CODE).split("n += item")[0].count("\n")

    ran = await run("edit", f"app.py:{line}", "--instruction", "write it out", "--apply")

    assert ran.code == 0, ran.err
    assert file.read_bytes() == change(CODE).replace("n += item", "n = n + item  # 合計").encode()
    assert file.stat().st_mode & 0o777 == 0o754
    assert sorted(path.name for path in run.root.iterdir()) == ["app.py"]


async def test_json_is_one_document_and_nothing_else(run: Shell) -> None:
    run.api.queue(GOOD, text("Adds up.\n\nAll of them."), refusal())

    edited = await run(*EDIT, "--apply", "--json")
    explained = await run("explain", "app.py:5", "--json")
    refused = await run(*EDIT, "--json")

    assert [r.code for r in (edited, explained, refused)] == [0, 0, 1]
    assert [r.json["status"] for r in (edited, explained, refused)] == [
        "applied", "answered", "refused",
    ]  # fmt: skip
    assert refused.json["error"]["code"] == "REFUSED_BY_MODEL"
    for ran in (edited, explained, refused):
        assert set(ran.json) >= {
            "run", "action", "status", "error", "attempts", "model", "usd", "sent", "summary",
        }  # fmt: skip


async def test_json_says_what_is_written_and_holds_what_is_not(run: Shell) -> None:
    outside = {"path": "app.py", "old_string": "return os.name", "new_string": "return None"}
    run.api.queue(GOOD, text("Adds up."), tool("apply_edits", {"edits": [outside]}), GOOD)

    shown = await run(*EDIT, "--json")
    explained = await run("explain", "app.py:5", "--json")
    waiting = await run(*EDIT, "--apply", "--json")
    applied = await run(*EDIT, "--apply", "--json")

    ends = [
        (ran.code, ran.json["status"], ran.json["written"], bool(ran.json["diff"]))
        for ran in (shown, explained, waiting, applied)
    ]
    assert ends == [
        (0, "proposed", False, True),
        (0, "answered", False, False),
        (1, "proposed", False, True),
        (0, "applied", True, True),
    ]
    assert [shown.json["text"], explained.json["text"]] == ["", "Adds up."]
    assert shown.json["diff"] == applied.json["diff"]
    run.file("app.py", CODE)
    await patched(run, shown.json["diff"])
    assert (run.root / "app.py").read_text() == AFTER


async def test_an_explanation_is_printed(run: Shell) -> None:
    run.api.queue(text("Adds up the items.\n\nIt *loops*."))

    ran = await run("explain", "app.py:7")

    assert (ran.code, ran.out) == (0, "Adds up the items.\n\nIt *loops*.\n")


async def test_tests_are_written_where_they_belong(run: Shell) -> None:
    content = "from app import total\n\n\ndef test_total():\n    assert total([1]) == 1\n"
    new = {"edits": [], "new_files": [{"path": "tests/test_app.py", "content": content}]}
    run.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
    run.file("tests/test_x.py", "def test_x():\n    pass\n")
    run.api.queue(tool("apply_edits", new), tool("apply_edits", new))
    made = run.root / "tests/test_app.py"

    shown = await run("tests", "app.py:7")
    missing = not made.exists()
    applied = await run("tests", "app.py:7", "--apply")
    assert applied.code == 0, applied.err

    assert [shown.code, applied.code, missing] == [0, 0, True]
    assert made.read_text() == content
    made.unlink()
    await patched(run, shown.out)
    assert made.read_text() == content


async def test_a_diff_is_for_the_root_of_the_project(run: Shell) -> None:
    (run.root / ".git").mkdir()
    file = run.file("src/deep/app.py", CODE)
    run.api.queue(GOOD)

    ran = await run("edit", "src/deep/app.py:7", "--instruction", "use sum")

    assert ran.out.startswith("--- a/src/deep/app.py\n+++ b/src/deep/app.py\n")
    (run.root / ".git").rmdir()
    await patched(run, ran.out)
    assert file.read_text() == AFTER


async def test_lines_mean_the_symbol_or_the_lines_themselves(run: Shell) -> None:
    run.api.queue(*[text("It adds.")] * 3)
    places = ("app.py:7", "app.py:5-6", "app.py")

    for place in places:
        assert (await run("explain", place)).code == 0

    targets = [
        user_text(call.json).split("<target ", 1)[1].split(">", 1)[0] for call in run.api.calls
    ]
    assert targets == [
        'path="app.py" first_line="4" last_line="8"',
        'path="app.py" first_line="5" last_line="6"',
        'path="app.py" first_line="1" last_line="12"',
    ]


async def test_without_a_key_the_offline_provider_does_its_part(run: Shell) -> None:
    run.file("app.py", "def f(a):\n    if a < 1:\n        raise ValueError\n")
    ran = await run("document", "app.py:1", "--provider", "offline", ANTHROPIC_API_KEY=None)

    assert ran.code == 0, ran.err
    assert '+    """' in ran.out
    assert run.api.calls == []


# -- refused or failed: 1, and nothing changed


@pytest.mark.parametrize(
    ("answer", "options", "words"),
    [
        pytest.param(status(401), (), "did not accept the key", id="wrong key"),
        pytest.param(refusal(), (), "Say it in other words", id="refused"),
        pytest.param(GOOD, ("--max-usd", "0.0001"), "max_usd", id="over budget"),
        pytest.param(GOOD, ("--max-usd", "0"), "max_usd", id="for nothing"),
    ],
)
async def test_what_goes_wrong_is_a_sentence_and_changes_nothing(
    run: Shell, answer: Any, options: tuple[str, ...], words: str
) -> None:
    run.api.queue(answer)

    ran = await run(*EDIT, "--apply", *options)

    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err
    assert "Traceback" not in ran.err
    assert (run.root / "app.py").read_text() == CODE


async def test_a_change_outside_of_the_lines_needs_a_yes(run: Shell) -> None:
    outside = {"path": "app.py", "old_string": "return os.name", "new_string": "return None"}
    run.api.queue(*[tool("apply_edits", {"edits": [outside]})] * 2)
    file = run.root / "app.py"

    asked = await run(*EDIT, "--apply")
    unchanged = file.read_text() == CODE
    accepted = await run(*EDIT, "--apply", "--accept")

    assert [asked.code, accepted.code, unchanged] == [1, 0, True]
    assert "--accept" in asked.err
    assert "+    return None" in asked.out
    assert file.read_text() == CODE.replace("return os.name", "return None")


async def test_a_file_that_changed_on_disk_meanwhile_is_left_alone(run: Shell) -> None:
    gate = Gate()
    run.api.queue(GOOD.held(gate))
    process = await run.start(*EDIT, "--apply", "--json")
    await run.api.call(0)

    run.file("app.py", "precious = 1\n")
    gate.open()
    out, _ = await process.communicate()

    assert process.returncode == 1
    outcome = json.loads(out)
    assert (outcome["status"], outcome["error"]["code"]) == ("refused", "STALE_DOCUMENT")
    words = outcome["error"]["message"]
    assert "changed on disk while the model worked; nothing was written" in words
    assert (run.root / "app.py").read_text() == "precious = 1\n"
    assert sorted(path.name for path in run.root.iterdir()) == ["app.py"]


async def test_a_test_file_that_appeared_meanwhile_is_left_alone(run: Shell) -> None:
    gate = Gate()
    new = {
        "edits": [],
        "new_files": [{"path": "test_app.py", "content": "def test_a():\n    pass\n"}],
    }
    run.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
    run.api.queue(tool("apply_edits", new).held(gate))
    process = await run.start("tests", "app.py:7", "--apply")
    await run.api.call(0)

    run.file("test_app.py", "precious = 1\n")
    gate.open()
    await process.communicate()

    assert process.returncode == 1
    assert (run.root / "test_app.py").read_text() == "precious = 1\n"


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
async def test_an_interrupt_closes_the_stream_and_changes_nothing(run: Shell) -> None:
    run.api.queue(GOOD.stalled(after=1))
    process = await run.start(*EDIT, "--apply")
    call = await run.api.call(0)

    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()
    await call.disconnected.wait()

    assert process.returncode == 130
    assert "Traceback" not in err.decode()
    assert (run.root / "app.py").read_text() == CODE


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
async def test_a_terminated_command_settles_its_call_first(run: Shell) -> None:
    run.api.queue(GOOD.stalled(after=1))
    process = await run.start(*EDIT, "--apply")
    call = await run.api.call(0)

    process.send_signal(signal.SIGTERM)
    _, err = await process.communicate()
    await call.disconnected.wait()

    assert process.returncode == -signal.SIGTERM
    assert "Traceback" not in err.decode()
    ledger = Ledger(get_ledger_path(run.home / "flux-data"), SystemClock())
    (row,) = ledger.list_calls()
    assert (row.result, ledger.read_spending().held) == ("CANCELLED", 0)
    ledger.close()
    assert (run.root / "app.py").read_text() == CODE


# -- wrong usage: 2; not configured: 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dance", "app.py"), "dance"),
        (("edit", "missing.py:3"), "missing.py"),
        (("edit", "."), "folder"),
        (("edit", "binary.py"), "UTF-8"),
        (("edit", "app.py:9-3"), "9-3"),
        (("edit", "app.py:0"), "not a range"),
        (("edit", "app.py", "--tier", "opus"), "opus"),
        (("edit", "app.py", "--provider", "ofline"), "ofline"),
        (("edit", "app.py", "--max-usd", "much"), "much"),
        (("fix", "app.py", "--diagnostics", "missing.json"), "missing.json"),
        (("fix", "app.py", "--diagnostics", "binary.py"), "binary.py"),
        (("fix", "app.py", "--diagnostics", "app.py"), "app.py"),
        (("fix", "app.py", "--diagnostics", "number.json"), "number.json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
async def test_wrong_usage_is_two_and_says_what(
    run: Shell, arguments: tuple[str, ...], words: str
) -> None:
    run.file("binary.py", b"\xff\xfe\x00")
    run.file("number.json", "7")

    ran = await run(*arguments)

    assert (ran.code, ran.out) == (2, ""), ran.err
    assert words in ran.err
    assert "Traceback" not in ran.err
    assert run.api.calls == []


async def test_without_a_key_it_is_three_and_says_the_next_step(run: Shell) -> None:
    none: Mapping[str, None] = {"ANTHROPIC_API_KEY": None, "ANTHROPIC_BASE_URL": None}

    plain = await run(*EDIT, **none)
    as_json = await run(*EDIT, "--json", **none)

    assert [plain.code, as_json.code] == [3, 3]
    assert plain.out == ""
    assert "ANTHROPIC_API_KEY" in plain.err
    assert as_json.json["error"]["code"] == "NOT_CONFIGURED"


# -- what is asked


def test_every_provider_can_be_chosen() -> None:
    known = list_fields()["provider"].annotation
    assert set(PROVIDERS) == set(get_args(known))


async def test_options_say_who_is_asked(run: Shell) -> None:
    run.api.queue(GOOD, GOOD)

    tier = await run(*EDIT, "--tier", "haiku", "--json")
    model = await run(*EDIT, "--model", "claude-sonnet-5", "--json")

    asked = [call.json["model"] for call in run.api.calls]
    assert asked == ["claude-haiku-5-5", "claude-sonnet-5"]
    assert [tier.json["model"], model.json["model"]] == asked


async def test_fix_takes_diagnostics_from_a_file(run: Shell) -> None:
    place = {"start": {"line": 6, "character": 8}, "end": {"line": 6, "character": 9}}
    run.file("found.json", json.dumps([{"range": place, "message": "bad name `n`"}]))
    run.api.queue(GOOD)

    run.file("odd.json", '[{"message": "where?"}]')

    ran = await run("fix", "app.py:7", "--diagnostics", "found.json")
    odd = await run("fix", "app.py:7", "--diagnostics", "odd.json")

    assert ran.code == 0, ran.err
    assert b"bad name `n`" in run.api.calls[0].body
    assert odd.code == 2
    assert "each with its `range`" in odd.err


async def test_a_project_that_nobody_trusts_steers_no_script(run: Shell) -> None:
    run.file("flux.toml", "[budget]\nper_action_usd = 900\n[routing]\nedit = 'haiku'\n")
    run.api.queue(GOOD)

    ran = await run(*EDIT, "--json", FLUX_BUDGET__PER_ACTION_USD="0.00001")

    assert ran.json["error"]["code"] == "OVER_BUDGET"
    assert run.api.calls == []

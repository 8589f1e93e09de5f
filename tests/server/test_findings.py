"""Review and commit message through the real server: git, diagnostics, quick fixes, dismissal."""

import subprocess
from pathlib import Path
from typing import Any

from tests.fakes.answers import tool
from tests.fakes.rules import user_text
from tests.server.flux import Flux, flux
from tests.server.test_headless import Shell, run

__all__ = ["run"]  # the fixture

OLD = """\
import os


def read(path):
    with open(path) as file:
        return file.read()


def home():
    return os.name
"""
NEW = OLD.replace(
    "    with open(path) as file:\n        return file.read()\n",
    "    data = open(path).read()\n    return data\n",
)
LEAK = "data = open(path).read()"
BUFFER = """\

# Please enter the commit message for your changes. Lines starting
# with '#' will be ignored, and an empty message aborts the commit.
#
# Changes to be committed:
#	modified:   app.py
#
# ------------------------ >8 ------------------------
# Do not modify or remove the line above.
diff --git a/.env b/.env
+PASSWORD=a-word-that-nobody-sends
"""


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def begin_repository(f: Flux, **files: str) -> None:
    """Commit `app.py` as it was."""
    f.file("app.py", OLD)
    git(f.root, "init", "-q")
    git(f.root, "add", "-A")
    git(f.root, "commit", "-qm", "begin")


def claim(text: str, quote: str, path: str = "app.py", **more: Any) -> dict[str, Any]:
    line = next(n for n, each in enumerate(text.split("\n"), 1) if quote in each)
    words = {"severity": "error", "title": f"On “{quote}”", "text": "It is wrong."}
    where = {"path": path, "first_line": line, "last_line": line, "quote": quote}
    return {**where, **words, **more}


def report(*claims: dict[str, Any]) -> Any:
    return tool("report_findings", {"findings": list(claims), "summary": "Looked at it."})


async def wait_for_findings(f: Flux, uri: str, count: int) -> list[dict[str, Any]]:
    """The diagnostics of a document once there are `count` of them."""

    def last() -> list[dict[str, Any]] | None:
        told = [p for p in f.client.seen("textDocument/publishDiagnostics") if p["uri"] == uri]
        return told[-1]["diagnostics"] if told else None

    await f.client.wait_for(lambda: (found := last()) is not None and len(found) == count)
    return last() or []


async def test_review_marks_what_changed_and_its_findings_can_be_mended_and_dismissed(
    tmp_path: Path,
) -> None:
    leak = claim(NEW, LEAK, fix="Close the file with `with`.")
    odd = claim(NEW, "return data", severity="strange")
    false = claim(NEW, "return data") | {"quote": "return nothing", "title": "Made up"}
    mended = tool("rewrite_range", {"code": "    data = Path(path).read_text()\n"})
    async with flux(tmp_path, report(leak, odd, false), mended, report(leak, odd)) as f:
        begin_repository(f)
        uri = f.open("app.py", NEW)

        outcome = await f.run(uri, "review", "import os")

        assert outcome["status"] == "answered", outcome
        assert [each["severity"] for each in outcome["findings"]] == ["error", "warning"]
        assert "did not match the code" in outcome["summary"]
        said = f.said()
        assert "<changes>" in said
        assert "\n-    with open(path) as file:\n" in said
        assert f"\n+    {LEAK}\n" in said
        assert '<target path="app.py" first_line="5" last_line="6">' in said
        tools = f.api.calls[0].json["tools"]
        assert [each["name"] for each in tools] == ["report_findings"]
        first, second = await wait_for_findings(f, uri, 2)
        assert (first["source"], first["code"], first["severity"]) == ("flux", "review", 1)
        assert first["range"] == f.client.range_of(uri, LEAK)
        assert (second["severity"], second["message"]) == (2, "On “return data”\nIt is wrong.")

        f.client.replace(uri, "import os\n", "import os\nimport sys\n")

        first, second = await wait_for_findings(f, uri, 2)
        await f.client.wait_for(
            lambda: f.client.seen("textDocument/publishDiagnostics")[-1]["version"] == 2
        )
        first, second = f.client.seen("textDocument/publishDiagnostics")[-1]["diagnostics"]
        assert first["range"] == f.client.range_of(uri, LEAK)

        actions = await f.client.code_actions(uri, first["range"], diagnostics=[first])
        fix, dismiss, *_ = [a for a in actions if a.get("diagnostics") == [first]]
        assert fix["title"] == "Flux: fix “Close the file with `with`.”"
        assert dismiss["title"] == f"Flux: dismiss “On “{LEAK}””"
        assert [a["title"] for a in actions if a["kind"] == fix["kind"]] == [fix["title"]]
        among_others = [first, {**first, "message": "Another checker's", "data": None}]
        actions = await f.client.code_actions(uri, first["range"], diagnostics=among_others)
        assert sum(a["kind"] == fix["kind"] for a in actions) > 1
        order = fix["command"]["arguments"][0]
        mending = await f.client.execute("flux.run", {**order, "wait": True})
        assert mending["status"] == "applied", mending
        assert "<instruction>Close the file with `with`.</instruction>" in f.said(1)
        (second,) = await wait_for_findings(f, uri, 1)
        f.client.undo()

        assert await f.client.execute(
            "flux.dismiss", {"uri": uri, "finding": second["data"]["finding"]}
        ) == {"finding": second["data"]["finding"], "dismissed": True}
        await wait_for_findings(f, uri, 0)

        again = await f.run(uri, "review", "import os")

        assert [each["title"] for each in again["findings"]] == [f"On “{LEAK}”"]
        assert "You dismissed 1 of them before" in again["summary"]
        await wait_for_findings(f, uri, 1)


async def test_findings_go_with_their_lines_and_follow_a_close_a_reopening_and_a_rename(
    tmp_path: Path,
) -> None:
    both = report(claim(NEW, LEAK), claim(NEW, "return data"))
    async with flux(tmp_path, both) as f:
        begin_repository(f)
        uri = f.open("app.py", NEW)
        await f.run(uri, "review", "import os")
        await wait_for_findings(f, uri, 2)

        f.client.replace(uri, "return data", "return [data]")
        await wait_for_findings(f, uri, 1)
        f.client.replace(uri, "return [data]", "return data")
        f.file("app.py", "# one\n# two\n" + NEW)
        f.client.close(uri)
        await f.client.wait_for(
            lambda: "version" not in f.client.seen("textDocument/publishDiagnostics")[-1]
        )

        f.client.open(f.root / "app.py", "# one\n# two\n" + NEW, "python")
        (item,) = await wait_for_findings(f, uri, 1)
        assert item["range"]["start"]["line"] == 6
        f.client.close(uri)
        (f.root / "app.py").rename(f.root / "other.py")
        new = (f.root / "other.py").as_uri()
        f.client.notify("workspace/didRenameFiles", {"files": [{"oldUri": uri, "newUri": new}]})

        assert await wait_for_findings(f, uri, 0) == []
        (item,) = await wait_for_findings(f, new, 1)
        assert item["range"]["start"]["line"] == 6


async def test_what_was_dismissed_stays_away_after_a_restart(tmp_path: Path) -> None:
    claims = claim(NEW, LEAK), claim(NEW, "return data")
    async with flux(tmp_path, report(*claims)) as f:
        begin_repository(f)
        uri = f.open("app.py", NEW)
        await f.run(uri, "review", "import os")
        first, _ = await wait_for_findings(f, uri, 2)
        await f.client.execute("flux.dismiss", {"uri": uri, "finding": first["data"]["finding"]})

    async with flux(tmp_path, report(*claims)) as f:
        uri = f.open("app.py", NEW)
        outcome = await f.run(uri, "review", "import os")

        (left,) = await wait_for_findings(f, uri, 1)
        assert left["data"]["finding"] != first["data"]["finding"]
        assert [each["quote"] for each in outcome["findings"]] == ["return data"]


async def test_dismissal_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    async with flux(tmp_path, report(claim(NEW, LEAK))) as f:
        begin_repository(f)
        uri = f.open("app.py", NEW)
        await f.run(uri, "review", "import os")
        (item,) = await wait_for_findings(f, uri, 1)
        (f.home / "flux-data" / "dismissed").write_text("no folder")

        finding = {"uri": uri, "finding": item["data"]["finding"]}
        answer = await f.client.execute("flux.dismiss", finding)

        assert answer["dismissed"] is True
        assert await wait_for_findings(f, uri, 0) == []
        assert "may come back" in str(f.client.seen("window/showMessage"))


async def test_no_change_and_no_repository_are_refused_before_a_call(tmp_path: Path) -> None:
    async with flux(tmp_path) as f:
        uri = f.open("alone.py", OLD)
        outcome = await f.run(uri, "review", "import os")
        assert outcome["error"]["code"] == "BAD_REQUEST", outcome
        begin_repository(f)
        uri = f.open("app.py", OLD)

        outcome = await f.run(uri, "review", "import os")

        assert (outcome["status"], outcome["error"]["code"]) == ("refused", "NO_CHANGE")
        assert f.api.calls == []


async def test_commit_message_is_written_from_what_is_staged_and_nothing_excluded_leaves(
    tmp_path: Path,
) -> None:
    message = "Close what is read\n\nThe file stayed open.\n"
    async with flux(tmp_path, tool("rewrite_range", {"code": message})) as f:
        begin_repository(f)
        f.file("app.py", NEW)
        f.file(".env", "PASSWORD=a-word-that-nobody-sends\n")
        f.file("logo.png", b"\x89PNG\0\0")
        git(f.root, "add", "-Af")
        f.file("app.py", NEW + "# not staged\n")
        uri = f.open(".git/COMMIT_EDITMSG", BUFFER, "git-commit")
        actions = await f.client.code_actions(uri, f.cursor(uri, "Please"))
        assert actions[0]["title"] == "Flux: write the commit message"

        outcome = await f.run(uri, "commit_message", "Please enter")

        assert outcome["status"] == "applied", outcome
        assert f.client.text(uri) == message + BUFFER.removeprefix("\n")
        said = f.said()
        assert f"\n+    {LEAK}\n" in said
        assert "2 more changed files are not shown" in said
        for secret in ("not staged", "nobody-sends", "Please enter", "PNG"):
            assert secret not in str(f.api.calls[0].json)
        assert {each["path"] for each in outcome["sent"]} == {".git/COMMIT_EDITMSG", "app.py"}


async def test_review_in_a_commit_buffer_marks_the_files_that_are_staged(tmp_path: Path) -> None:
    async with flux(tmp_path, report(claim(NEW, LEAK), claim(NEW, "import os"))) as f:
        begin_repository(f)
        f.file("app.py", NEW)
        git(f.root, "add", "app.py")
        uri = f.open(".git/COMMIT_EDITMSG", BUFFER, "gitcommit")

        outcome = await f.run(uri, "review", "Please enter")

        # `import os` is too far from what changed to be in the diff
        assert [each["quote"] for each in outcome["findings"]] == [LEAK], outcome
        (item,) = await wait_for_findings(f, (f.root / "app.py").as_uri(), 1)
        assert item["range"]["start"]["line"] == 4


async def test_command_line_prints_findings_and_writes_a_commit_message(run: Shell) -> None:
    run.file("app.py", OLD)
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "begin")):
        git(run.root, *arguments)
    run.file("app.py", NEW)
    git(run.root, "add", "-A")
    buffer = run.file(".git/COMMIT_EDITMSG", BUFFER)
    both = report(claim(NEW, LEAK, fix="Close it."), claim(NEW, "import os") | {"quote": "made up"})
    message = tool("rewrite_range", {"code": "Close what is read\n"})
    run.api.queue(both, both, report(), message)

    printed = await run("review", "app.py")
    described = await run("review", "app.py", "--json")
    clean = await run("review", "app.py")
    written = await run("commit_message", ".git/COMMIT_EDITMSG", "--apply")

    assert [each.code for each in (printed, described, clean, written)] == [0] * 4, written.err
    assert printed.out == (
        f"app.py:5: error: On “{LEAK}”\n    {LEAK}\n    It is wrong.\n    fix: Close it.\n"
    )
    assert "1 finding (1 error). Looked at it. 1 more did not match the code" in printed.err
    assert [each["first_line"] for each in described.json["findings"]] == [5]
    assert (clean.out, "No findings" in clean.err) == ("", True)
    assert buffer.read_text() == "Close what is read\n" + BUFFER.removeprefix("\n")
    assert '<target path="app.py" first_line="5" last_line="6">' in user_text(run.api.calls[0].json)


async def test_secret_that_was_taken_out_of_the_code_does_not_leave_in_the_diff(
    tmp_path: Path,
) -> None:
    secret = "ghp_" + "Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAB7d"
    async with flux(tmp_path, report()) as f:
        f.file("app.py", f'TOKEN = "{secret}"\nuse(TOKEN)\n')
        git(f.root, "init", "-q")
        git(f.root, "add", "-A")
        git(f.root, "commit", "-qm", "begin")
        uri = f.open("app.py", 'TOKEN = os.environ["TOKEN"]\nuse(TOKEN)\n')

        await f.run(uri, "review", "use")

        assert "\n-TOKEN = " in f.said()
        assert secret not in str(f.api.calls[0].json)

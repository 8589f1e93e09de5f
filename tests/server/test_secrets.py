"""No secret leaves: not from code, diagnostics, guidance, instructions or test files, whatever is run."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import text, tool
from tests.fakes.lsp import LspError
from tests.server.flux import Flux, flux
from tests.server.test_main_job import CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")

# one for each place; put together here, so that no scanner takes this file for a leak
CANARIES = {
    "target": "ghp_" + "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5",
    "around": "AKIA" + "QZ7WTXJ4VNPL2MKB",
    "diagnostic": "sk-ant-" + "api03-Zx8Yw6Vu4Ts2Rq0Po9Nm7Lk5Ji3Hg1Fe",
    "instruction": "glpat-" + "Xk29fPq71LmZtRv8Wc3d",
    "guidance": "xoxb-" + "123456789012-abcdefGHIJKLmnop",
    "test file": "hf_" + "QwErTyUiOpAsDfGhJkLzXcVbNm12345678",
    "env file": "npm_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
}
SOURCE = f"""\
import os

ACCESS = "{CANARIES["around"]}"


def client():
    token = "{CANARIES["target"]}"
    return os.environ, token


def other():
    return 1
"""
TEST_FILE = f"""\
from app import client

SEEN = "{CANARIES["test file"]}"


def test_client():
    assert client()
"""
USELESS = text("I would rather not.")
# nearly the text: the feedback quotes the lines that come close, with the secret in them
NEAR = tool(
    "apply_edits",
    {"edits": [{"path": "app.py", "old_string": "    tokens = 1\n", "new_string": "    x = 1\n"}]},
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """A workspace with a secret in each of its corners."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        f.file("CLAUDE.md", f"Deploy with {CANARIES['guidance']}.\n")
        f.file(".env", f"NPM={CANARIES['env file']}\n")
        f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
        f.file("tests/test_app.py", TEST_FILE)
        yield f


def wish(f: Flux, uri: str, action: str) -> dict[str, Any]:
    where = f.client.range_of(uri, "return os.environ")
    problem = {"range": where, "message": f"bad value {CANARIES['diagnostic']}", "severity": 1}
    more = {"diagnostics": [problem]} if action == "fix" else {}
    words = f"use {CANARIES['instruction']} for it"
    return f.argument(uri, action, "return os.environ", instruction=words, **more)


def leaked(f: Flux) -> list[str]:
    """Places whose secret is in anything that was sent, logged or written down."""
    sent = b"".join(call.body for call in (*f.api.calls, *f.api.other_calls))
    kept = b"".join(
        file.read_bytes() for file in (f.home / "flux-data").rglob("*") if file.is_file()
    )
    everything = sent + kept + f.client.stderr
    return [place for place, secret in CANARIES.items() if secret.encode() in everything]


@pytest.mark.parametrize("action", ["edit", "fix", "explain", "document", "tests"])
async def test_nothing_leaves_whatever_is_run_and_however_often_it_is_asked(
    shared: Flux, action: str
) -> None:
    f = shared
    f.start_over(*([USELESS] if action == "explain" else [NEAR, USELESS, NEAR]))
    uri = f.open("app.py", SOURCE)

    shown = await f.client.execute("flux.preview", wish(f, uri, action))
    await f.client.execute("flux.run", {**wish(f, uri, action), "wait": True})

    assert len(f.api.calls) == (1 if action == "explain" else 3)
    assert leaked(f) == []
    assert not any(secret in str(shown) for secret in CANARIES.values())
    assert shown["redacted"] >= 3
    assert "FLUX_SECRET_" in f.said()


# -- files that are never sent


EXCLUDED = {
    ".env": None,
    "deploy/id_rsa": None,
    "config/credentials.json": None,
    "build/made.py": ".gitignore",
    "private/app.py": ".fluxignore",
    "src/deep/hidden.py": "src/deep/.gitignore",
    "secret_sauce.py": "`context.exclude`",
}


@pytest.mark.parametrize("action", ["edit", "fix", "explain", "document", "tests"])
async def test_an_excluded_file_is_sent_by_no_action(shared: Flux, action: str) -> None:
    f = shared
    await f.configure(context={"exclude": ["*_sauce.py"]})
    f.start_over()
    f.file(".gitignore", "build/\n")
    f.file(".fluxignore", "private/\n")
    f.file("src/deep/.gitignore", "hidden.*\n")
    for name, source in EXCLUDED.items():
        uri = f.open(name, SOURCE)

        outcome = await f.client.execute("flux.run", {**wish(f, uri, action), "wait": True})
        with pytest.raises(LspError) as refused:
            await f.client.execute("flux.preview", wish(f, uri, action))

        assert (outcome["status"], outcome["error"]["code"]) == ("refused", "EXCLUDED_FILE"), name
        assert outcome["sent"] == []
        assert source is None or source in outcome["error"]["message"]
        assert refused.value.data["code"] == "EXCLUDED_FILE"
    assert f.api.calls == []
    await f.configure()


async def test_an_excluded_guidance_file_is_not_sent(shared: Flux) -> None:
    f = shared
    f.start_over(text("It adds."), text("It adds."))
    f.file("lib/AGENTS.md", "Never write loops.\n")
    uri = f.open("lib/app.py", CODE)

    await f.run(uri, "explain", "n += item")
    f.file("lib/.fluxignore", "AGENTS.md\n")
    outcome = await f.run(uri, "explain", "n += item")

    before, after = f.api.calls
    assert b"Never write loops" in before.body
    assert b"Never write loops" not in after.body
    assert "lib/AGENTS.md" not in [part["path"] for part in outcome["sent"]]


async def test_an_excluded_test_file_is_neither_shown_nor_extended(tmp_path: Path) -> None:
    async with flux(tmp_path, USELESS, settings={"max_attempts": 1}) as f:
        f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
        f.file("tests/test_app.py", "def test_hush_hush():\n    pass\n")
        f.file(".fluxignore", "tests/\n")
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "tests", "n += item")

        assert (outcome["status"], outcome["error"]["code"]) == ("refused", "EXCLUDED_FILE")
        assert "tests/test_app.py" in outcome["error"]["message"]
        assert f.api.calls == []


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("vscode-notebook-cell:{root}/private/book.ipynb#W0sZmlsZQ%3D%3D", id="cell"),
        pytest.param("git:{root}/.env?%7B%22ref%22%3A%22HEAD%22%7D", id="view of an older state"),
        pytest.param("vscode-remote://ssh-remote%2Bhost{root}/private/app.py", id="remote"),
        pytest.param("untitled:{root}/.env", id="not saved yet"),
        pytest.param("file://{root}/x/../private/app.py", id="dots"),
        pytest.param("file://{root}/priv%61te/app.py", id="encoded"),
        pytest.param("file://localhost{root}/%2eenv", id="named host"),
    ],
)
async def test_a_uri_of_any_form_is_judged_by_the_file_it_names(shared: Flux, uri: str) -> None:
    f = shared
    f.start_over()
    f.file(".fluxignore", "private/\n")
    named = uri.format(root=f.root)
    f.client.open(named, SOURCE)

    outcome = await f.run(named, "explain", "return os.environ")

    assert outcome["error"]["code"] == "EXCLUDED_FILE", outcome
    assert f.api.calls == []


@pytest.mark.parametrize("kind", ["file", "new file", "folder"])
async def test_tests_go_through_no_link_out_of_the_workspace(tmp_path: Path, kind: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    async with flux(tmp_path, USELESS, settings={"max_attempts": 1}) as f:
        f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
        if kind == "folder":
            (f.root / "tests").symlink_to(outside)
        else:
            (f.root / "tests").mkdir()
            (f.root / "tests/test_app.py").symlink_to(outside / "made.py")
        if kind == "file":
            (outside / "made.py").write_text(f"# {CANARIES['test file']} hush\n")
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "tests", "n += item")

        assert outcome["error"]["code"] == "EXCLUDED_FILE", outcome
        assert "link" in outcome["error"]["message"]
        assert f.api.calls == []
        assert len(list(outside.iterdir())) == (kind == "file")


async def test_a_new_test_file_goes_through_no_link_out_of_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    new = {"path": "spec/test_app.py", "content": "def test_f():\n    pass\n"}
    answer = tool("apply_edits", {"edits": [], "new_files": [new]})
    async with flux(tmp_path, answer, settings={"max_attempts": 1}) as f:
        f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
        (f.root / "spec").symlink_to(tmp_path / "outside")
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "tests", "n += item")

        assert outcome["error"]["code"] == "OUT_OF_SCOPE", outcome
        assert list((tmp_path / "outside").iterdir()) == []


async def test_a_file_outside_of_the_workspace_is_judged_by_its_name(
    shared: Flux, tmp_path: Path
) -> None:
    f = shared
    f.start_over(text("It adds."))
    (tmp_path / ".env").write_text(SOURCE)
    (tmp_path / "app.py").write_text(SOURCE)
    refused, allowed = (f.client.open(tmp_path / name, SOURCE) for name in (".env", "app.py"))

    first = await f.run(refused, "explain", "return os.environ")
    second = await f.run(allowed, "explain", "return os.environ")

    assert first["error"]["code"] == "EXCLUDED_FILE"
    assert second["status"] == "answered"
    assert leaked(f) == []

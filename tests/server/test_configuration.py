"""Settings in a live session: none are needed, every way in is heard, what is wrong is named."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import text, tool
from tests.fakes.flags import Gate
from tests.fakes.lsp import LspError, capabilities
from tests.fakes.messages_api import MessagesApi
from tests.server.flux import KEY, Flux, flux
from tests.server.test_main_job import BETTER, CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = tool("rewrite_range", {"code": BETTER})
NO_PULL = capabilities(workspace={"configuration": None}, experimental=None)
PLAIN = capabilities(experimental=None)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server whose settings change from test to test."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        yield f


def user_file(home_of: Path, content: str) -> Path:
    """The person's settings, before the server is started."""
    file = home_of / "home" / "xdg_config_home" / "flux" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


async def titles(f: Flux, uri: str) -> list[str]:
    offered = await f.client.code_actions(uri, f.cursor(uri, "n += item"))
    kinds = [a["kind"].rsplit(".", 1)[1] for a in offered]
    return [kind for kind in kinds if kind != "agent"]  # how many of them depends on what was read


def warnings(f: Flux) -> list[str]:
    return [m["message"] for m in f.client.seen("window/showMessage") if m["type"] == 2]


# -- nothing set


@pytest.mark.parametrize("options", [None, []])
async def test_a_key_in_the_environment_is_all_it_takes(tmp_path: Path, options: Any) -> None:
    async with flux(tmp_path, GOOD, initializationOptions=options) as f:
        uri = f.open("app.py", CODE)

        offered = await titles(f, uri)
        outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

        assert offered == ["edit", "explain", "document", "tests", "review"]
        assert outcome["status"] == "applied", outcome
        assert warnings(f) == []


async def test_initialize_waits_for_no_file(tmp_path: Path) -> None:
    config = tmp_path / "home" / "xdg_config_home" / "flux"
    config.mkdir(parents=True)
    os.mkfifo(config / "config.toml")  # whoever opens it waits for ever

    async with flux(tmp_path) as f:
        assert f.client.server["serverInfo"]["name"] == "flux"
        uri = f.open("app.py", CODE)
        f.client.replace(uri, "import os\n", "import sys\n")
        hover = {"textDocument": {"uri": uri}, "position": {"line": 7, "character": 8}}
        assert await f.client.request("textDocument/hover", hover) is None


# -- wrong keys


async def test_a_wrong_key_is_named_once_with_its_place_and_stops_nothing(tmp_path: Path) -> None:
    user_file(tmp_path, "[budget]\nper_week_usd = 3\n[actions]\ndance = true\n")
    settings = {"budgets": {"per_day_usd": 1}, "max_attempts": "many", "revew": "always"}
    env = {"FLUX_MAX_TOKENS": "lots"}
    async with flux(tmp_path, settings=settings, env=env, capabilities=PLAIN) as f:
        uri = f.open("app.py", CODE)
        offered = await titles(f, uri)
        f.client.notify("workspace/didChangeConfiguration", {"settings": {"flux": settings}})
        await f.client.execute("flux.status", {})
        told = warnings(f)

        assert offered == ["edit", "explain", "document", "tests", "review"]
        for key, place in {
            "budget.per_week_usd": "config.toml",
            "actions.dance": "config.toml",
            "budgets.per_day_usd": "editor settings",
            "max_attempts": "editor settings",
            "revew": "editor settings",
            "max_tokens": "variable FLUX_MAX_TOKENS",
        }.items():
            about = [w for w in told if f"`{key}`" in w and place in w]
            assert len(about) == 1, (key, told)
        assert any("did you mean `review`?" in w for w in told)
        assert len(told) == 6


async def test_an_api_key_among_the_settings_is_not_repeated(tmp_path: Path) -> None:
    settings = {"api_key": "sk-ant-should-not-be-here"}
    async with flux(tmp_path, settings=settings, capabilities=PLAIN) as f:
        uri = f.open("app.py", CODE)
        await titles(f, uri)

        (warning,) = warnings(f)
        assert "ANTHROPIC_API_KEY" in warning
        assert "should-not-be-here" not in str(f.client.received) + f.client.stderr.decode()


# -- pull and push


async def test_a_setting_that_changes_while_the_server_runs_is_taken(shared: Flux) -> None:
    f = shared
    f.start_over()
    uri = f.open("app.py", CODE)

    await f.configure(actions={"tests": False})
    without = await titles(f, uri)
    await f.configure()
    again = await titles(f, uri)

    assert without == ["edit", "explain", "document", "review"]
    assert again == ["edit", "explain", "document", "tests", "review"]


async def test_a_client_that_cannot_be_asked_pushes_its_settings(tmp_path: Path) -> None:
    async with flux(tmp_path, settings={"actions": {"edit": False}}, capabilities=NO_PULL) as f:
        uri = f.open("app.py", CODE)

        first = await titles(f, uri)
        pushed = {"settings": {"flux": {"actions": {"explain": False}}}}
        f.client.notify("workspace/didChangeConfiguration", pushed)
        second = await titles(f, uri)

        assert first == ["explain", "document", "tests", "review"]
        assert second == ["edit", "document", "tests", "review"]
        assert f.client.seen("workspace/configuration") == []


async def test_whatever_a_client_says_when_asked_the_menu_is_there(tmp_path: Path) -> None:
    answer: Any = None

    async def odd(_: Any) -> Any:
        if answer == "never":
            await asyncio.Event().wait()
        if answer == "error":
            raise LspError({"code": -32603, "message": "no settings here"})
        return answer

    async with flux(tmp_path, settings={"actions": {"tests": False}}) as f:
        f.client.on("workspace/configuration", odd)
        uri = f.open("app.py", CODE)
        for answer in ("error", [], "text", [7], [None], None, "never"):
            f.client.notify("workspace/didChangeConfiguration", {"settings": None})

            assert await titles(f, uri) == ["edit", "explain", "document", "review"], answer


async def test_a_run_that_goes_on_ends_as_it_began_when_settings_change(shared: Flux) -> None:
    f = shared
    gate = Gate()
    f.start_over(GOOD.held(gate), GOOD)
    await f.configure()
    uri = f.open("going_on.py", CODE)  # no earlier decision on it holds
    waiting = asyncio.ensure_future(f.run(uri, "edit", "n += item", instruction="use sum"))
    await f.api.call(0)

    await f.configure(max_attempts=1, routing={"edit": "haiku"})
    gate.open()
    outcome = await waiting
    f.client.undo()
    following = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert [outcome["status"], following["status"]] == ["applied", "applied"]
    assert f.api.calls[0].json["model"] == "claude-sonnet-5-5"
    assert f.api.calls[1].json["model"] == "claude-haiku-5-5"


async def test_other_settings_keep_the_connection_and_what_was_learnt(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD, GOOD)
    await f.configure()
    uri = f.open("app.py", CODE)

    await f.run(uri, "edit", "n += item", instruction="use sum")
    f.client.undo()
    await f.configure(max_attempts=2)
    await f.run(uri, "edit", "n += item", instruction="use sum")

    first, second = f.api.calls
    assert first.connection == second.connection


# -- which model, and why


async def test_each_tier_has_its_own_model_and_the_outcome_says_which_and_why(
    shared: Flux,
) -> None:
    f = shared
    f.start_over(text("It adds."), GOOD, GOOD)
    await f.configure(models={"haiku": "claude-haiku-4-5"})
    uri = f.open("own_model.py", CODE)

    # in another file: a decision holds for five minutes on its own
    explained = await f.run(f.open("explained.py", CODE), "explain", "n += item")
    edited = await f.run(uri, "edit", "n += item", instruction="use sum")
    f.client.undo()
    chosen = await f.run(uri, "edit", "n += item", instruction="use sum", tier="haiku")

    asked = [call.json["model"] for call in f.api.calls]
    assert asked == ["claude-haiku-4-5", "claude-sonnet-5-5", "claude-haiku-4-5"]
    assert [o["model"] for o in (explained, edited, chosen)] == asked
    assert "`models.haiku` asks for it" in explained["reason"]
    assert "sonnet" in edited["reason"]


async def test_one_model_for_everything_is_asked_for_everything(tmp_path: Path) -> None:
    useless = text("I would rather not.")
    env = {"FLUX_MODEL": "claude-sonnet-5"}
    async with flux(tmp_path, text("It adds."), *[useless] * 3, env=env) as f:
        uri = f.open("app.py", CODE)

        await f.run(uri, "explain", "n += item")
        await f.run(uri, "document", "n += item")  # ends with its words, and may not go elsewhere

        assert [call.json["model"] for call in f.api.calls] == ["claude-sonnet-5"] * 3


async def test_a_pinned_model_that_is_gone_is_named_with_its_replacement(tmp_path: Path) -> None:
    gone = "claude-3-haiku-20240307"
    limits = ("per_action_usd", "per_day_usd", "per_month_usd")  # it has no price any more
    settings = {"models": {"haiku": gone}, "budget": dict.fromkeys(limits, "unlimited")}
    async with flux(tmp_path, settings=settings, capabilities=PLAIN) as f:
        uri = f.open("app.py", CODE)
        await titles(f, uri)

        told = await f.client.execute("flux.status", {})
        shown = await f.client.execute("flux.preview", f.argument(uri, "explain", "n += item"))

        (warning,) = warnings(f)
        for words in (warning, told["models"]["haiku"]["reason"], shown["reason"]):
            assert f"`models.haiku` names {gone}, which is retired" in words
            assert "claude-haiku-5-5" in words


async def test_a_model_the_key_cannot_reach_is_named_with_the_key_to_change(
    tmp_path: Path,
) -> None:
    pinned = "claude-haiku-4-5"
    api = MessagesApi(unreachable={pinned: 403})
    async with flux(tmp_path, api=api, settings={"model": pinned}) as f:
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "explain", "n += item")

        assert outcome["error"]["code"] == "MODEL_UNAVAILABLE"
        assert pinned in outcome["error"]["message"]
        assert "Set `model` to `auto`" in outcome["error"]["hint"]
        assert len(api.calls) == 1


# -- where a value comes from


async def test_the_log_says_where_each_value_comes_from(tmp_path: Path) -> None:
    user_file(tmp_path, 'max_attempts = 2\n[budget]\nper_day_usd = 7\n[routing]\nedit = "haiku"\n')
    env = {"FLUX_MAX_ATTEMPTS": "4"}
    async with flux(tmp_path, settings={"review": "always"}, env=env) as f:
        uri = f.open("app.py", CODE)
        await titles(f, uri)
        told = await f.client.execute("flux.status", {})
        log = (f.home / "flux-data" / "log" / "flux-lsp.log").read_text()

        assert told["budget"]["per_day_usd"] == 7
        assert "max_attempts = 4 (variable FLUX_MAX_ATTEMPTS)" in log
        assert "budget.per_day_usd = 7.0 (user file " in log
        assert "review = always (editor settings)" in log
        assert KEY not in log


# -- the key


def key_command(folder: Path) -> tuple[str, Path]:
    """A command that prints a key, and the file in which it leaves a mark each time it runs."""
    marks = folder / "marks"
    script = folder / "key.py"
    script.write_text(f"open({str(marks)!r}, 'a').write('x')\nprint('sk-ant-from-the-command')\n")
    return f"{sys.executable} {script}", marks


async def test_a_key_command_runs_with_the_first_request_and_once(tmp_path: Path) -> None:
    command, marks = key_command(tmp_path)
    user_file(tmp_path, f"api_key_command = {command!r}\n")
    api = MessagesApi(text("One."), text("Two."))
    async with api:
        env = {"ANTHROPIC_BASE_URL": api.url}
        async with flux(tmp_path, key=None, env=env) as f:
            uri = f.open("app.py", CODE)
            offered = await titles(f, uri)
            await f.client.execute("flux.preview", f.argument(uri, "explain", "n += item"))
            await f.client.execute("flux.status", {})
            before = marks.exists()

            for _ in range(2):
                assert (await f.run(uri, "explain", "n += item"))["status"] == "answered"

            assert offered == ["edit", "explain", "document", "tests", "review"]
            assert not before
            assert marks.read_text() == "x"
            keys = {call.headers["authorization"] for call in api.calls}
            assert keys == {"Bearer sk-ant-from-the-command"}


async def test_a_key_in_the_workspaces_env_file_is_used(tmp_path: Path) -> None:
    async with MessagesApi(text("One.")) as api:
        (tmp_path / "work").mkdir()
        (tmp_path / "work" / ".env").write_text("ANTHROPIC_API_KEY=sk-ant-of-this-project\n")
        async with flux(tmp_path, key=None, env={"ANTHROPIC_BASE_URL": api.url}) as f:
            uri = f.open("app.py", CODE)

            outcome = await f.run(uri, "explain", "n += item")

            assert outcome["status"] == "answered", outcome
            assert api.calls[0].headers["authorization"] == "Bearer sk-ant-of-this-project"


# -- what is mended while the server runs

FREE_OF_CHARGE = """
[[rate]]
match = ["{}"]
input = 0
output = 0
cache_write = 0
cache_read = 0
"""


def own_file(tmp_path: Path, name: str) -> Path:
    """A file of the person's config folder."""
    file = tmp_path / "home" / "xdg_config_home" / "flux" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


async def test_a_key_that_is_mended_in_the_workspace_is_the_one_of_the_next_run(
    tmp_path: Path,
) -> None:
    api = MessagesApi(text("It adds."), key="right")
    env = {"ANTHROPIC_API_KEY": ""}
    async with flux(tmp_path, api=api, env=env, settings={"base_url": None}) as f:
        f.file(".env", "ANTHROPIC_API_KEY=wrong\n")
        uri = f.open("app.py", CODE)
        before = await f.run(uri, "explain", "n += item")
        f.file(".env", "ANTHROPIC_API_KEY=right\n")
        after = await f.run(uri, "explain", "n += item")

    assert before["error"]["code"] == "AUTHENTICATION"
    assert "run the action again" in before["error"]["hint"]
    assert after["status"] == "answered", after


async def test_a_budget_that_is_raised_is_the_one_of_the_next_run(tmp_path: Path) -> None:
    config = own_file(tmp_path, "config.toml")
    config.write_text("[budget]\nper_day_usd = 0.0001\n", encoding="utf-8")
    async with flux(tmp_path, text("It adds.")) as f:
        uri = f.open("app.py", CODE)
        before = await f.run(uri, "explain", "n += item")
        config.write_text("[budget]\nper_day_usd = 5\n", encoding="utf-8")
        after = await f.run(uri, "explain", "n += item")

    assert before["error"]["code"] == "OVER_BUDGET"
    assert after["status"] == "answered", after


async def test_a_price_that_is_added_is_the_one_of_the_next_run(tmp_path: Path) -> None:
    prices = own_file(tmp_path, "prices.toml")
    async with flux(tmp_path, text("It adds."), settings={"model": "qwen3"}) as f:
        uri = f.open("app.py", CODE)
        before = await f.run(uri, "explain", "n += item")
        prices.write_text(FREE_OF_CHARGE.format("qwen*"), encoding="utf-8")
        after = await f.run(uri, "explain", "n += item")

    assert before["error"]["code"] == "OVER_BUDGET"
    assert after["status"] == "answered", after


async def test_a_name_that_is_no_model_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    async with flux(tmp_path, settings={"model": "claude-sonet-5.5"}) as f:
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "explain", "n += item")
        assert not f.api.calls

    assert outcome["error"]["code"] == "MODEL_UNAVAILABLE"
    assert "claude-sonnet-5-5" in outcome["error"]["hint"]


async def test_a_model_that_is_gone_is_replaced_and_the_outcome_names_both(tmp_path: Path) -> None:
    gone = "claude-old"
    own_file(tmp_path, "prices.toml").write_text(FREE_OF_CHARGE.format(gone), encoding="utf-8")
    own_file(tmp_path, "catalogue.toml").write_text(
        f'[[model]]\nid = "{gone}"\nline = "haiku"\nlifecycle = "retired"\n'
        'replacement = "claude-haiku-5-5"\n',
        encoding="utf-8",
    )
    api = MessagesApi(text("It adds."), unreachable={gone: 404})
    async with flux(tmp_path, api=api, settings={"models": {"haiku": gone}}) as f:
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "explain", "n += item")

    assert (outcome["status"], outcome["model"]) == ("answered", "claude-haiku-5-5")
    assert gone in outcome["reason"]
    assert "claude-haiku-5-5" in outcome["reason"]


async def test_a_retired_model_without_a_price_is_told_as_retired(tmp_path: Path) -> None:
    async with flux(tmp_path, settings={"model": "claude-3-haiku-20240307"}) as f:
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "explain", "n += item")
        assert not f.api.calls

    assert outcome["error"]["code"] == "MODEL_UNAVAILABLE"
    assert "retired" in outcome["error"]["message"]
    assert "claude-haiku-5-5" in outcome["error"]["hint"]

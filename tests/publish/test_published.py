"""Every generated file is what the code would make of it now."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.errors import ErrorCode
from flux_lsp.publish.keys import fold_keys, list_keys
from flux_lsp.publish.lua import render_settings, render_types
from flux_lsp.publish.markers import replace_between
from flux_lsp.publish.outputs import generate_outputs
from flux_lsp.publish.package_json import update_package
from flux_lsp.publish.pages import fill_page

ROOT = Path(__file__).parents[2]
REGISTRY = load_registry()
ACTIONS = REGISTRY.actions
KEYS = list_keys(REGISTRY.ids)
HOST = """{
  "contributes": {
    "configuration": [
      {
        "title": "Flux",
        "properties": {
          "flux.old": {}
        }
      }
    ],
    "commands": [
      { "command": "flux.action.tests", "title": "Before", "icon": "$(beaker)" },
      { "command": "flux.action.gone", "title": "No such action" },
      { "command": "flux.other", "title": "Stays" }
    ],
    "menus": {
      "flux.context": [
        { "command": "flux.action.fix", "group": "9_by@hand" }
      ],
      "x": []
    }
  }
}
"""


@pytest.mark.parametrize("path", generate_outputs(ROOT, REGISTRY), ids=lambda path: path.name)
def test_it_is_current(path: Path) -> None:
    made = generate_outputs(ROOT, REGISTRY)[path]

    assert path.is_file(), "run `python -m flux_lsp.publish`"
    assert path.read_text(encoding="utf-8") == made, "run `python -m flux_lsp.publish`"


def test_the_check_writes_nothing_and_ends_with_zero() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "flux_lsp.publish", "--check"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_every_error_code_is_on_its_page_once_with_its_status_and_exit_code() -> None:
    page = generate_outputs(ROOT, REGISTRY)[ROOT / "docs/errors.md"]
    for code in ErrorCode:
        (row,) = re.findall(rf"^\| `{code}` \|.*$", page, re.MULTILINE)
        assert row.startswith(f"| `{code}` | {code.status} | {code.exit_code} | {code.meaning}. |")


def test_every_fixed_key_is_in_the_manual() -> None:
    text = generate_outputs(ROOT, REGISTRY)[ROOT / "docs/settings.md"]
    fixed = """provider base_url api_key_command models.haiku models.sonnet routing.<action>
        max_attempts max_tokens dialect review budget.per_action_usd budget.per_day_usd
        budget.per_month_usd context.max_tokens context.exclude""".split()

    for name in fixed:
        assert f"### `{name}`" in text
    assert "FLUX_BUDGET__PER_DAY_USD" in text
    assert "FLUX_ROUTING__<ACTION>" in text


def test_package_json_keeps_what_is_written_by_hand() -> None:
    made = update_package(HOST, KEYS, ACTIONS)
    contributes = json.loads(made)["contributes"]
    commands = [entry["command"] for entry in contributes["commands"]]

    assert contributes["commands"][0] == {
        "command": "flux.action.tests",
        "title": "Write tests",
        "category": "Flux",
        "icon": "$(beaker)",
        "enablement": "flux.running",
    }
    assert commands[-1] == "flux.other"
    assert "flux.action.gone" not in commands
    assert set(commands) == {
        *(f"flux.action.{action.id}" for action in ACTIONS),
        "flux.other",
    }
    menu = contributes["menus"]["flux.context"]
    assert menu[0] == {"command": "flux.action.fix", "group": "9_by@hand"}
    assert len(menu) == len(ACTIONS)
    assert update_package(made, KEYS, ACTIONS) == made


def test_package_json_shows_every_setting_an_editor_may_set() -> None:
    made = json.loads(update_package(HOST, KEYS, ACTIONS))["contributes"]["configuration"][0]
    settings = made["properties"]

    assert "flux.old" not in settings
    assert "flux.trusted_workspaces" not in settings
    assert settings["flux.budget.perDayUsd"] == {
        "type": "number",
        "minimum": 0,
        "default": 10.0,
        "markdownDescription": settings["flux.budget.perDayUsd"]["markdownDescription"],
        "order": settings["flux.budget.perDayUsd"]["order"],
    }
    assert settings["flux.maxTokens"]["type"] == ["integer", "null"]
    assert settings["flux.maxTokens"]["default"] is None
    assert settings["flux.baseUrl"]["type"] == "string"
    assert settings["flux.routing.fix"]["enum"] == ["haiku", "sonnet", "auto"]
    assert settings["flux.routing.experiment.tier"]["enum"] == ["", "haiku", "sonnet"]
    assert list(settings["flux.budget.per_day_usd"]) == ["markdownDeprecationMessage"]
    for name, setting in settings.items():
        assert setting.get("markdownDescription") or "_" in name, name


def test_each_old_name_in_vs_code_leads_to_a_setting() -> None:
    made = json.loads(update_package(HOST, KEYS, ACTIONS))["contributes"]["configuration"][0]
    settings = made["properties"]
    targets = re.findall(r"`#(\S+)#`", json.dumps(settings))

    assert set(targets) <= set(settings)
    assert not [target for target in targets if "_" in target]


def test_a_new_action_brings_its_command_and_settings_along() -> None:
    new = ACTIONS[0]._replace(id="simplify", title="Simplify", needs_instruction=True)
    actions = (*ACTIONS, new)
    made = update_package(HOST, list_keys([action.id for action in actions]), actions)
    contributes = json.loads(made)["contributes"]

    assert {
        "command": "flux.action.simplify",
        "title": "Simplify…",
        "category": "Flux",
        "enablement": "flux.running",
    } in contributes["commands"]
    assert contributes["menus"]["flux.context"][-1]["command"] == "flux.action.simplify"
    assert "flux.actions.simplify" in contributes["configuration"][0]["properties"]


def test_a_new_setting_renumbers_no_other() -> None:
    new = replace(KEYS[0], name="a_new_one")
    other = replace(KEYS[0], name="inventions.first")
    before, after = (
        json.loads(update_package(HOST, keys, ACTIONS))["contributes"]["configuration"][0][
            "properties"
        ]
        for keys in (KEYS, [new, other, *KEYS])
    )

    assert {name: after[name] for name in before} == before
    assert [name for name in after if name not in before] == [
        "flux.a_new_one",
        "flux.aNewOne",
        "flux.inventions.first",
    ]
    assert after["flux.inventions.first"]["order"] == max(s.get("order", 0) for s in after.values())


_NEVER_BY_AN_EDITOR = ("trusted_workspaces", "telemetry.endpoint", "checks_sandbox")


def test_help_and_types_name_the_same_settings() -> None:
    help_text, lua = render_settings(fold_keys(KEYS)), render_types(KEYS)

    for key in fold_keys(KEYS):
        section = key.name.partition(".")[0]
        named = f"\n{key.name} " in help_text
        assert named is (key.name not in _NEVER_BY_AN_EDITOR)
        assert (f"---@field {section}? " in lua) is named
    assert all(len(line) <= 78 for line in help_text.splitlines())
    tags = re.findall(r"\*flux-\S+\*", help_text)
    assert len(tags) == len(set(tags))


def test_every_tag_of_the_help_file_stands_once() -> None:
    help_text = (ROOT / "editors/neovim/doc/flux.txt").read_text(encoding="utf-8")
    tags = re.findall(r"(?<=\s)\*\S+\*(?=\s)", help_text)

    assert len(tags) > 20
    assert [tag for tag in tags if tags.count(tag) > 1] == []


def test_a_marked_part_is_replaced_and_nothing_else() -> None:
    host = "a\r\n<!-- generated:x:begin -->\nold\n<!-- generated:x:end -->\nb"

    assert replace_between(host, "x", "new\n") == (
        "a\r\n<!-- generated:x:begin -->\nnew\n<!-- generated:x:end -->\nb"
    )


@pytest.mark.parametrize(
    "host",
    ["", "generated:x:begin\n", "generated:x:end\ngenerated:x:begin\n", "generated:x:begin\n" * 2],
)
def test_a_lost_marker_is_an_error(host: str) -> None:
    with pytest.raises(ValueError, match="no marker lines"):
        replace_between(host, "x", "new\n")


def test_a_lost_place_is_an_error() -> None:
    with pytest.raises(ValueError, match="no place"):
        update_package(HOST.replace('"title": "Flux"', '"title": "F"'), KEYS, ACTIONS)
    with pytest.raises(ValueError, match="no place for nonsense"):
        fill_page("errors", nonsense="")

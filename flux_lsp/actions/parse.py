"""One Markdown file becomes an `Action`; a mistake in it is an error that names the key.

Never fills in for a key that has no default. Standard library only.
"""

from collections.abc import Mapping
from typing import Any, get_args

from flux_lsp.actions.action import Action, CheckId, OfferRule, Requirement, Returns, Right, Trigger
from flux_lsp.actions.frontmatter import split_frontmatter, split_list
from flux_lsp.core.characteristics import Characteristic
from flux_lsp.core.tiers import TIERS

# Keys of the file and the words they may hold; the other keys are free text.
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "returns": get_args(Returns),
    "model": TIERS,
    "escalation": (*TIERS, "none"),
    "needs_instruction": ("true", "false"),
    "shows": ("changes",),
}
_LISTS: Mapping[str, tuple[str, ...]] = {
    "offered": get_args(Trigger),
    "requires": get_args(Requirement),
    "rights": get_args(Right),
    "checks": get_args(CheckId),
    "characteristics": get_args(Characteristic),
    "languages": (),
    "except_languages": (),
    "except_symbols": (),
    "paths": (),
}
_REQUIRED = ("description", "returns", "model", "reasoning")
_TEXTS = ("title", "menu", "description", "reasoning", "argument-hint", "order", "points")
_KNOWN = (*_TEXTS, *_CHOICES, *_LISTS)


def parse_action(action_id: str, text: str) -> Action:
    """The action that `text`, a Markdown file with frontmatter, describes; its body is the task.

    Raises ValueError with a sentence that says what is wrong and what is right.
    """
    keys, task = split_frontmatter(text)
    _check(keys, task)
    words = {key: split_list(keys[key]) for key in _LISTS if key in keys}
    title = keys.get("title") or action_id.replace("_", " ").capitalize()
    read: dict[str, Any] = {  # `_check` holds the words to the types
        "id": action_id,
        "title": title,
        "menu": keys.get("menu") or f"{title[0].lower()}{title[1:]} {{target}}",
        "summary": keys["description"],
        "returns": keys["returns"],
        "task": task,
        "tier": keys["model"],
        "reason": keys["reasoning"],
        "offer": _parse_offer(words),
        "needs_instruction": keys.get("needs_instruction") == "true",
        "hint": keys.get("argument-hint", ""),
        "rights": words.get("rights", ()),
        "checks": words.get("checks", ()),
        "characteristics": words.get("characteristics", ()),
        "points": int(keys.get("points", "0")),
        "shows_changes": keys.get("shows") == "changes",
    }
    if "escalation" in keys:
        read["escalates_to"] = None if keys["escalation"] == "none" else keys["escalation"]
    if "order" in keys:
        read["order"] = int(keys["order"])
    return Action(**read)


def _parse_offer(words: Mapping[str, Any]) -> OfferRule:
    named = {key: words[key] for key in OfferRule._fields if key in words}
    return OfferRule(**named, **({"triggers": words["offered"]} if "offered" in words else {}))


def _check(keys: Mapping[str, str], task: str) -> None:
    for key, value in keys.items():
        if key not in _KNOWN:
            raise ValueError(f"unknown key `{key}`; known: {', '.join(_KNOWN)}")
        allowed = _CHOICES.get(key) or _LISTS.get(key)
        entries = split_list(value) if key in _LISTS else (value,)
        wrong = [entry for entry in entries if allowed and entry not in allowed]
        if wrong:
            raise ValueError(
                f"`{key}` cannot be `{wrong[0]}`; it may be {', '.join(allowed or ())}"
            )
    missing = [key for key in _REQUIRED if not keys.get(key)]
    if missing:
        raise ValueError(f"`{missing[0]}` is missing")
    if not task:
        raise ValueError("the task is missing: write below the frontmatter what the model is to do")
    if not keys.get("order", "0").isdecimal():
        raise ValueError("`order` is a whole number")
    if not keys.get("points", "0").removeprefix("-").isdecimal():
        raise ValueError("`points` is a whole number, above 0 for Haiku and below it for Sonnet")
    rights = split_list(keys.get("rights", ""))
    if "create_files" in rights and "leave_target" not in rights:
        raise ValueError(
            "`create_files` needs `leave_target`: a new file lies outside of the target"
        )

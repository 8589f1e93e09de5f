"""Takes the rules of a gitleaks release over as data: `python -m flux_lsp.publish.token_formats FILE`.

Run by hand when a newer release is to be used; `FILE` is its `config/gitleaks.toml`. Never changes
what a rule finds, except for what only widens a match, which would cost time.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "context" / "data" / "token_formats.json"

# Found better by our own rules, no secret by itself, or too often wrong without gitleaks' own filters.
_LEFT_OUT = re.compile(
    r"generic-api-key|private-key|pkcs12-file|jwt.*|curl-auth.*|kubernetes-secret-yaml|"
    r".*client-id|.*-public-key|.*-pub-key|.*-pub-api-key|sumologic-access-id|nuget-config-password|"
    r"hashicorp-tf-password|freemius-secret-key|sidekiq-sensitive-url|facebook-access-token"
)
# What most rules begin with: it widens the match to the whole name, from every place of a text.
_WHOLE_NAME = (r"[\w.-]{0,50}?(?i:[\w.-]{0,50}?", r"(?i)[\w.-]{0,50}?", r"[\w.-]{0,50}?")
# What every rule has that goes by a service's name before the value.
_ASSIGNED = r"(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)"
# A value ends at any of these; a bracket behind it, say, ends it as well.
_END = r"""(?:[\x60'"\s;]|\\[nr]|$)"""
_CLASSES = {"[[:alnum:]]": "[A-Za-z0-9]", "[:alnum:]": "A-Za-z0-9"}


def convert_rules(config: dict[str, Any], release: str) -> str:
    """JSON: the release, and for each rule what a text must hold (lower case), its pattern, the
    least entropy of what it finds, and whether it goes by a service's name before the value.
    """
    rules = [
        {
            "id": rule["id"],
            "needles": rule["keywords"],
            "pattern": _convert_pattern(rule["regex"]),
            "entropy": rule.get("entropy", 0),
            "named": _ASSIGNED in rule["regex"],
        }
        for rule in config["rules"]
        if rule.get("regex") and rule.get("keywords") and not _LEFT_OUT.fullmatch(rule["id"])
    ]
    return json.dumps({"source": f"gitleaks {release} (MIT)", "rules": rules}, indent=1) + "\n"


def _convert_pattern(pattern: str) -> str:
    """The pattern of Go's `regexp` as Python writes it."""
    for name, meant in _CLASSES.items():
        pattern = pattern.replace(name, meant)
    pattern = pattern.replace(r"\z", r"\Z")
    for prefix in _WHOLE_NAME:
        if pattern.startswith(prefix):
            flags = "(?i:" if prefix.endswith("(?i:" + r"[\w.-]{0,50}?") else ""
            flags = flags or ("(?i)" if prefix.startswith("(?i)") else "")
            pattern = flags + pattern.removeprefix(prefix)
            break
    if pattern.endswith(_END):
        pattern = pattern.removesuffix(_END) + "(?![A-Za-z0-9])"
    pattern = _limit_flag(pattern)
    re.compile(pattern)
    return pattern


def _limit_flag(pattern: str) -> str:
    """A `(?i)` in the middle counts up to the end of its group; Python wants it around that."""
    at = pattern.find("(?i)", 1)
    if at < 0:
        return pattern
    depth, place, in_class = 0, at + 4, False
    while place < len(pattern):
        char = pattern[place]
        if char == "\\":
            place += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth < 0:
                break
        place += 1
    return _limit_flag(f"{pattern[:at]}(?i:{pattern[at + 4 : place]}){pattern[place:]}")


def main() -> None:
    """Write the data file from the release's configuration and its name."""
    config = tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    TARGET.write_text(convert_rules(config, sys.argv[2]), encoding="utf-8")


if __name__ == "__main__":
    main()

"""What the fake Messages API answers in the editors' story: chosen by the instruction it is sent."""

import re
from collections.abc import Callable

from tests.fakes.answers import Answer, Json, refusal, status, text, tool
from tests.fakes.flags import Gate
from tests.fakes.messages_command import CommandApi
from tests.fakes.rules import Rule, rewritten, target_of, user_text

EXPLANATION = """This **greets** a person by name.

```python
greet("Ada")
```

It returns a new string; nothing is printed.
"""
TESTS = """from app import greet


def test_greet_names_the_person():
    assert "Ada" in greet("Ada")
"""
SPREAD = [  # a signature and its callers: two files, two places in each
    {
        "path": "spread.py",
        "old_string": "# flux: spread\ndef greet(name):\n",
        "new_string": "def greet(name, end):\n",
    },
    {"path": "spread.py", "old_string": "+ name\n", "new_string": "+ name + end\n"},
    *(
        {
            "path": "callers.py",
            "old_string": f'greet("{name}")',
            "new_string": f'greet("{name}", "!")',
        }
        for name in ("Ada", "Eve")
    ),
]
FINDINGS = ("def greet(name):", None), ("hello", "shout at once")  # a line, and what would mend it
MENDED_TESTS = TESTS.replace("app", "mend")
_INSTRUCTION = re.compile(
    r"^<instruction\b[^>]*>\s*(.*?)\s*</instruction", re.DOTALL | re.MULTILINE
)


def _shouted(target: str) -> str:
    lines = [line for line in target.splitlines(keepends=True) if "flux:" not in line]
    return "".join(lines).replace("hello", "HELLO").replace("goodbye", "GOODBYE")


def _renamed(target: str) -> str:
    return target.replace("result", "amount")


shout = rewritten(_shouted)


def _review(request: Json, _number: int) -> Answer:
    """Findings on the target, one of them with a fix."""
    target = target_of(request)
    assert target is not None
    lines = list(enumerate(target.text.splitlines(), target.first_line))
    findings = []
    for words, fix in FINDINGS:
        number, line = next((number, line) for number, line in lines if words in line)
        place = {"path": target.path, "first_line": number, "last_line": number, "quote": line}
        claim = {"severity": "warning", "title": f"Too quiet: {words}", "text": "Nobody hears it."}
        findings.append({**place, **claim, **({"fix": fix} if fix else {})})
    return tool("report_findings", {"findings": findings, "summary": "It is quiet."})


def _mend(request: Json, number: int) -> Answer:
    """The step of `troubleshoot-fix-test` that the request asks for."""
    handed = tool("hand_over", {"summary": "It is quiet.", "decisions": [], "open": []}, id="hand")
    said = user_text(request)
    if "Find the cause" in said:
        return _review(request, number).then(handed)
    if "Mend the cause" in said:
        return shout(request, number).then(handed)
    return _new_file("tests/test_mend.py", MENDED_TESTS).then(handed)


def story() -> CommandApi:
    """An API that plays the story; its gates are opened by POST /_fake/release/NAME."""
    api = CommandApi(responder=lambda request, number: _answer(api, request, number))
    api.gates.update({f"hold{n}": Gate() for n in ("", *range(1, 20))})
    return api


def _answer(api: CommandApi, request: Json, number: int) -> Answer:
    said = _instructions(request)
    rules: dict[str, Callable[[], Answer | Rule]] = {
        "stall": lambda: shout(request, number).in_pieces(4).stalled(after=3),
        "refuse": lambda: refusal("cyber"),
        "rename": lambda: rewritten(_renamed),
        "spread": lambda: tool("apply_edits", {"edits": SPREAD}),
        "Fix": lambda: rewritten(lambda target: target.replace("prcies", "prices")),
        "Document": lambda: rewritten(
            lambda t: t.replace("):\n", '):\n    """Greet a person."""\n')
        ),
        "Explain": lambda: text(EXPLANATION).in_pieces(6),
        "Write tests": lambda: _new_file("tests/test_app.py", TESTS),
        "shout": lambda: shout,
        "look": lambda: _review,
        "mend": lambda: _mend,
    }
    if said.startswith("hold"):
        gate = api.gates[said.split()[0]]
        return shout(request, number).in_pieces(4).held(gate, after=3)
    for words, make in rules.items():
        if said.startswith(words):
            made = make()
            return made if isinstance(made, Answer) else made(request, number)
    return status(400, f"the story has no answer to {said!r}")


def _new_file(path: str, content: str) -> Answer:
    return tool("apply_edits", {"edits": [], "new_files": [{"path": path, "content": content}]})


def _instructions(request: Json) -> str:
    found = ""
    for turn in request.get("messages", []):
        blocks = turn["content"] if isinstance(turn["content"], list) else []
        for block in blocks:
            if turn["role"] == "user" and block["type"] == "text":
                found = (_INSTRUCTION.findall(block["text"]) or [found])[-1]
    return found

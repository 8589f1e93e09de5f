"""No secret leaves: a thousand of them, planted in everything that is read, with every retry."""

import base64
import json
import random
from collections.abc import Sequence

import pytest

from tests.context.planted import CONTEXTS, FORMATS, TELLING, opaque, planted
from tests.engine.canary_runs import run
from tests.fakes.model import Answer

TOGETHER = 25  # secrets in one run
RUNS = 40

Planted = Sequence[tuple[str, str, str]]
FILLER = "".join(f"plain_{n} = {n} + {n}\n" for n in range(1_500))


def block(secrets: Planted, name: str = "note") -> str:
    """Lines with secrets, for a string of many lines: no syntax is in the way."""
    return "\n".join(f"{name}_{n} = 1\n{line}" for n, (_, _, line) in enumerate(secrets)) + "\n"


def answers(far: str) -> list[Answer]:
    """Useless ones, each of which is told of other lines of the file."""
    nearly = {"path": "app.py", "old_string": f"note_2 = 2\n{far[:20]}x\n", "new_string": "y = 1\n"}
    twice = {"path": "app.py", "old_string": "note_1 = 1\n", "new_string": "y = 2\n"}
    return [
        ("apply_edits", {"edits": [nearly]}),
        ("rewrite_range", {"code": "def target(:\n    return 1\n"}),
        ("apply_edits", {"edits": [twice]}),
        "I would rather not.",
    ]


def leaked(bodies: Sequence[str], secrets: Planted) -> list[str]:
    """What is whole, or by a whole line, in anything that was sent."""
    sent = "\n".join(bodies)
    lines = {kind: secret.split("\n") for kind, secret, _ in secrets}
    return [
        kind
        for kind, parts in lines.items()
        for part in parts
        if not part.startswith("-----") and (part in sent or json.dumps(part)[1:-1] in sent)
    ]


@pytest.mark.parametrize("number", range(RUNS))
async def test_nothing_that_is_planted_leaves_by_any_way(number: int) -> None:
    secrets = list(planted(TOGETHER * RUNS, seed=7))[number::RUNS]
    near, around, far, other = secrets[0:6], secrets[6:12], secrets[12:18], secrets[18:25]
    target = f"def target():\n    '''\n{block(near, 'target')}    '''\n    return 1\n"
    document = f"'''\n{block(around)}'''\n\n\n{target}\n\n{FILLER}\n'''\n{block(far)}'''\n"
    action = ("edit", "fix", "document", "tests")[number % 4]

    outcome, bodies = await run(
        action,
        document,
        target,
        answers(far[0][2]),
        guidance=block(other[0:3]),
        diagnostic=f"bad {other[3][2]}",
        test_file=f"'''\n{block(other[5:7])}'''\n" if action == "tests" else "",
        instruction=f"use this: {other[4][2]}",
    )

    assert outcome.status in {"refused", "failed"}, outcome
    assert len(bodies) >= 3
    assert leaked(bodies, secrets) == []


async def test_an_explanation_is_asked_without_them() -> None:
    secrets = list(planted(200, seed=8))
    document = block(secrets)
    _, bodies = await run("explain", document, "note_3 = 1", ["It is a list."])
    assert leaked(bodies, secrets) == []


@pytest.mark.parametrize("first", [2, 600, 1_000, 1_190])
async def test_a_view_that_begins_inside_of_a_key_shows_no_line_of_it(first: int) -> None:
    """So long that neither its first nor its last line is shown, nor with a wider view."""
    chance = random.Random(9)
    body = [base64.b64encode(chance.randbytes(48)).decode() for _ in range(1_200)]
    key = "\n".join(["-----BEGIN RSA PRIVATE KEY-----", *body, "-----END RSA PRIVATE KEY-----"])
    document = f"{FILLER}KEY = '''\n{key}\n'''\n{FILLER}"
    target = "\n".join(body[first : first + 2])
    _, bodies = await run("edit", document, target, answers(body[first + 1]))
    assert len(bodies) >= 2
    assert leaked(bodies, [("key", key, "")]) == []


async def test_a_value_is_known_for_a_secret_however_far_above_it_is_named() -> None:
    chance = random.Random(10)
    secret = opaque(chance)
    document = f'password = "{secret}"\n{FILLER}connect("{secret}")\n'
    _, bodies = await run("edit", document, f'connect("{secret}")', answers("connect"))
    assert leaked(bodies, [("password", secret, "")]) == []


def test_the_measure_is_wide_enough() -> None:
    assert len(FORMATS) >= 60
    assert len(CONTEXTS) >= 12
    assert len(TELLING) >= 12
    assert TOGETHER * RUNS == 1_000

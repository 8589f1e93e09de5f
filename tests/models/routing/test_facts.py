"""What the words, the place and the shape of a request say about it."""

import time

import pytest

from flux_lsp.models.routing.facts import RoutingFacts, read_characteristics


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("rename `total` to `amount`", "pattern_application well_defined_spec"),
        ("Add a method count_leaves to the tree", "code_generation well_defined_spec"),
        ("figure out why this sometimes hangs", "novel_problem"),
        ("make this lock-free", "complex_reasoning"),
        ("redesign this as a plugin system", "architecture_design"),
        ("make every function async", "batch_processing pattern_application"),
        ("make this nicer", "creative_synthesis"),
        ("add a docstring", "code_generation documentation pattern_application"),
        ("hash the password with argon2", "security_critical"),
        ("hashe das Passwort", "security_critical"),
        ("", ""),
        ("mach das bitte schön", ""),
    ],
)
def test_words_of_the_instruction(instruction: str, expected: str) -> None:
    assert read_characteristics(RoutingFacts(instruction)) == set(expected.split())


@pytest.mark.parametrize(
    ("facts", "critical"),
    [
        (RoutingFacts("shorten it", ["src/auth/middleware.py"]), True),
        (RoutingFacts("shorten it", ["src/author/names.py"]), False),
        (RoutingFacts("shorten it", ["app/token_bucket.py"]), False),
        (RoutingFacts("shorten it", ["a.py"], "if hmac.compare_digest(a, b):"), True),
        (RoutingFacts("shorten it", ["a.py"], "def verifyPasswordHash(self):"), True),
        (RoutingFacts("shorten it", ["a.py"], "def check(password_hash):"), True),
        (RoutingFacts("", ["a.py"], "x = 1", ["bandit S105 possible hardcoded password"]), True),
        (RoutingFacts("", ["auth/a.py"], "password", keeps_code=True), False),
        (RoutingFacts("say what is secret here", ["a.py"], keeps_code=True), True),
        (RoutingFacts("draw the authors", ["a.py"], "for author in authors:"), False),
    ],
)
def test_what_is_critical_for_security(facts: RoutingFacts, critical: bool) -> None:
    assert ("security_critical" in read_characteristics(facts)) is critical


def test_own_words_on_long_code_need_thought_and_named_code_does_not() -> None:
    long = "x = 1\n" * 200

    assert "complex_reasoning" in read_characteristics(RoutingFacts("mend this", target=long))
    assert "complex_reasoning" not in read_characteristics(
        RoutingFacts("replace `a` by `b`", target=long)
    )
    assert "complex_reasoning" in read_characteristics(RoutingFacts(diagnostics=["unused"] * 5))


def test_what_each_request_of_an_action_has_is_always_there() -> None:
    assert read_characteristics(RoutingFacts(always=["pattern_application"])) == {
        "pattern_application"
    }


@pytest.mark.parametrize(
    "text", ["a " * 500_000, "`" * 500_000, "rename " * 100_000, "_" * 500_000]
)
def test_no_text_makes_it_slow(text: str) -> None:
    started = time.process_time()
    read_characteristics(RoutingFacts(text, [text[:1000]], text, [text] * 60))

    assert time.process_time() - started < 1.0

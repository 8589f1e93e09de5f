"""`models --learned` and `usage --experiment` say what the rows of runs say."""

from datetime import UTC, datetime, timedelta

from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.run_values import RunRow
from flux_lsp.ledger.store import Ledger
from flux_lsp.settings.paths import get_ledger_path
from tests.cli.commands import Shell, flux
from tests.ledger.ledgers import StillClock
from tests.ledger.test_experiment import alternate, arm_row
from tests.ledger.test_learning import HAIKU, reject

__all__ = ["flux"]

EXPERIMENT = '[routing.experiment]\nname = "cheaper"\naction = "edit"\ntier = "haiku"\n'


def fill(flux: Shell, *rows: RunRow) -> None:
    ledger = Ledger(get_ledger_path(flux.data), StillClock(datetime.now(UTC) - timedelta(days=1)))
    RunLog(ledger).record(*rows)
    ledger.close()


def test_without_a_ledger_nothing_is_learned_and_none_is_made(flux: Shell) -> None:
    ran = flux("models", "--learned")

    assert ran.code == 0
    assert "Nothing is learned yet" in ran.out
    assert not flux.data.exists()


def test_a_step_is_shown_with_its_reason_and_a_reset_takes_it_back(flux: Shell) -> None:
    fill(flux, *(reject(n) for n in range(4)))

    shown = flux("models", "--learned").out
    document = flux("models", "--learned", "--json").json
    reset = flux("models", "--learned", "--reset").out
    after = flux("models", "--learned", "--json").json

    assert "edit in python: Haiku only for clear cases (score above 3)" in shown
    assert "3 of Haiku's 3 answers to `edit` in python could not be used" in shown
    assert "`routing.learn` is off" in shown
    assert document["haiku"] == HAIKU
    (entry,) = document["learned"]
    assert (entry["cut"], entry["steps"][0]["cause"], entry["rejected"]["of"]) == (
        "3",
        "rejected",
        1,
    )
    assert "starts anew" in reset
    assert after["learned"] == []
    assert after["since"] is not None


def test_reset_alone_is_refused(flux: Shell) -> None:
    ran = flux("models", "--reset")

    assert ran.code == 1
    assert "--learned --reset" in ran.err


def test_without_an_experiment_usage_says_what_to_set(flux: Shell) -> None:
    ran = flux("usage", "--experiment")

    assert ran.code == 3
    assert "routing.experiment.name" in ran.err


def test_both_arms_are_shown_with_intervals_and_what_is_still_needed(flux: Shell) -> None:
    (flux.config / "config.toml").write_text(EXPERIMENT)
    fill(flux, *alternate(40))

    shown = flux("usage", "--experiment").out
    document = flux("usage", "--experiment", "--json").json

    assert "The experiment `cheaper` goes on" in shown
    assert "control" in shown
    assert "Wilson" in shown
    assert "Newcombe" in shown
    assert "more working days" in shown
    assert document["arms"]["treatment"]["runs"] == 20
    assert document["state"] == "runs"
    assert document["days_for_5_points"] > 0


def test_an_experiment_that_was_rolled_back_says_so(flux: Shell) -> None:
    (flux.config / "config.toml").write_text(EXPERIMENT)
    fill(flux, *(arm_row(n, "treatment", first_result="ELISION") for n in range(20)))

    assert "was rolled back" in flux("usage", "--experiment").out

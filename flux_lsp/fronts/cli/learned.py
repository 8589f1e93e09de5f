"""`flux-lsp models --learned`: shows the cuts that learning moved, and takes them back.

Never asks the provider, and makes no ledger where there is none.
"""

from datetime import UTC, datetime

from flux_lsp.fronts.cli.exit_codes import DONE
from flux_lsp.fronts.cli.say import print_json
from flux_lsp.fronts.cli.workspace import load_command_context, open_ledger
from flux_lsp.ledger.learning import Learned, describe_step, find_haiku, learn_all
from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.run_rows import RunFilter
from flux_lsp.settings import paths

_WORDS = {
    "0": "as the settings say",
    "3": "Haiku only for clear cases (score above 3)",
    "never": "never Haiku",
}


def show_learned(*, reset: bool, as_json: bool) -> int:
    """Print what was learned of each action and language. Raises FluxError without a usable ledger."""
    place = load_command_context()
    log = RunLog(open_ledger(place.data))
    exists = paths.get_ledger_path(place.data).exists()
    if reset and exists:
        log.reset_learning(datetime.now(UTC))
    since = log.find_last_reset() if exists else None
    rows = log.list_runs(RunFilter(since=since)) if exists else []
    haiku = find_haiku(rows)
    learned = learn_all(rows, haiku or "", datetime.now(UTC))
    known = {key: each for key, each in sorted(learned.items()) if _has_evidence(each)}
    is_on = place.loaded.settings.routing.learn
    if as_json:
        print_json(
            {
                "learn": is_on,
                "haiku": haiku,
                "since": since and since.isoformat(),
                "learned": [_build_entry(*key, each) for key, each in known.items()],
            }
        )
        return DONE
    if reset:
        print("Learning starts anew: every cut is as the settings say.")
    for (action, language), each in known.items():
        print("\n".join(_format_entry(action, language, each)))
    if not known and not reset:
        print("Nothing is learned yet: no run that the score decided has asked Haiku.")
    if not is_on:
        print("`routing.learn` is off, so no cut is moved. This is what the runs say.")
    return DONE


def _has_evidence(learned: Learned) -> bool:
    return bool(learned.steps or learned.plain.all or learned.checked.all or learned.corrected.all)


def _format_entry(action: str, language: str, learned: Learned) -> list[str]:
    lines = [f"{action} in {language}: {_WORDS[learned.cut]}"]
    for step in learned.steps:
        when = f"{step.time.astimezone():%Y-%m-%d %H:%M}" if step.time else ""
        lines.append(f"    {when} {describe_step(action, language, step).split(', so ')[0]}")
    answers, bad = learned.plain.all + learned.checked.all, learned.plain.bad + learned.checked.bad
    proof = max(learned.rejection_proof, learned.correction_proof, 0.0)
    lines.append(
        f"    since then {bad} of {answers} answers not usable, {learned.corrected.bad} of "
        f"{learned.corrected.all} undone or rejected: {min(proof, 1.0):.0%} of a proof"
    )
    return lines


def _build_entry(action: str, language: str, learned: Learned) -> dict[str, object]:
    return {
        "action": action,
        "language": language,
        "cut": learned.cut,
        "steps": [
            {
                "cut": step.cut,
                "cause": step.cause,
                "bad": step.tally.bad,
                "of": step.tally.all,
                "run": step.run,
                "time": step.time and step.time.isoformat(),
            }
            for step in learned.steps
        ],
        "rejected": {
            "bad": learned.plain.bad + learned.checked.bad,
            "of": learned.plain.all + learned.checked.all,
            "proof": round(learned.rejection_proof, 3),
        },
        "corrected": {
            "bad": learned.corrected.bad,
            "of": learned.corrected.all,
            "proof": round(learned.correction_proof, 3),
        },
    }

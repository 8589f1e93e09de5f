"""`flux-lsp models`: the model of each tier, why Flux chose it, and whether this key can use it.

Never asks the provider unless told to.
"""

import argparse

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.fronts.cli.exit_codes import DONE, FAILED, NOT_CONFIGURED
from flux_lsp.fronts.cli.learned import show_learned
from flux_lsp.fronts.cli.say import print_json
from flux_lsp.fronts.cli.tiers import ModelsReport, TierReport, report_models
from flux_lsp.fronts.cli.workspace import load_command_context
from flux_lsp.models.prices import Price


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--check", action="store_true", help="ask the provider which models your key can use"
    )
    parser.add_argument(
        "--learned", action="store_true", help="show where learning took work away from Haiku"
    )
    parser.add_argument("--reset", action="store_true", help="with --learned: start anew")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Print both tiers, or what was learned.

    With `--check` it returns 3 without a key, 1 if a model cannot be used.
    """
    if options.learned or options.reset:
        return _show_learned(options)
    models_report = report_models(load_command_context(), check=options.check)
    if options.json:
        print_json(_build_document(models_report))
    else:
        _show(models_report, options.check)
    if not options.check:
        return DONE
    if not models_report.credentials.is_usable:
        return NOT_CONFIGURED
    return DONE if all(tier.standing == "available" for tier in models_report.tiers) else FAILED


def _show_learned(options: argparse.Namespace) -> int:
    if options.reset and not options.learned:
        raise FluxError(
            ErrorCode.BAD_REQUEST, "`--reset` says nothing alone", "Write `--learned --reset`"
        )
    return show_learned(reset=options.reset, as_json=options.json)


def _build_document(models_report: ModelsReport) -> dict[str, object]:
    return {
        "tiers": [tier.to_json() for tier in models_report.tiers],
        "prices_as_of": models_report.prices.as_of.isoformat(),
        "fault": models_report.fault or None,
        "warnings": list(models_report.warnings),
    }


def _show(models_report: ModelsReport, check: bool) -> None:
    for tier in models_report.tiers:
        print("\n".join(format_tier(tier)))
    for sentence in (models_report.fault, *models_report.warnings):
        if sentence:
            print(f"! {sentence.removesuffix('.')}.")
    if check and not models_report.credentials.is_usable:
        print(f"! {models_report.credentials.problem}. {models_report.credentials.hint}.")
    elif not check:
        print("`flux-lsp models --check` asks whether your key can use them.")
    print(f"Prices as of {models_report.prices.as_of}.")


def format_tier(tier: TierReport) -> list[str]:
    """Format a tier for a person."""
    lines = [f"{tier.tier:<7} {tier.model}  [{tier.standing}]", f"        {tier.why}"]
    facts = []
    if tier.context_tokens:
        facts.append(f"{tier.context_tokens:,} tokens context")
    facts.append(_format_price(tier.price))
    if tier.retires_on:
        facts.append(f"retires {tier.retires_on}")
    lines.append(f"        {' · '.join(facts)}")
    return [*lines, f"        ! {tier.warning}"] if tier.warning else lines


def _format_price(price: Price | None) -> str:
    if price is None:
        return "price unknown: add it to prices.toml in the config folder"
    text = f"${price.rates.input:g} in, ${price.rates.output:g} out per million"
    if price.long is None or price.over is None:
        return text
    return f"{text} (${price.long.input:g}, ${price.long.output:g} above {price.over:,} tokens)"

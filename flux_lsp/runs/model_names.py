"""Says why a name without a price cannot be a model of the person's own.

Never asks a server.
"""

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.models.client import Route
from flux_lsp.models.selection import ModelPreferences, Selection


def explain_unknown_name(
    route: Route, wanted: ModelPreferences, selection: Selection
) -> Problem | None:
    """Explain what is wrong with the name of a route's model, which has no price; None for nothing."""
    if selection.is_gone(route.model, wanted):
        return Problem(
            ErrorCode.MODEL_UNAVAILABLE,
            f"{route.model} is retired, and it has no price any more",
            f"Set `{route.setting}` to `auto` or to {route.replacement}",
        )
    meant = selection.suggest_model(route.model, wanted)
    if meant is None:
        return None
    return Problem(
        ErrorCode.MODEL_UNAVAILABLE,
        f"No model is known as `{route.model}`, and it has no price",
        f"Did you mean {meant}? Set `{route.setting}` to it or to `auto`; should it be a model of "
        "your own, add its price to `prices.toml` in the config folder",
    )

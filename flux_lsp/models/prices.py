"""Computes what a call costs, and its highest price, from a dated price table.

A model without a price costs "unknown" (None), never 0. Does no I/O but reading the two tables.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from flux_lsp.core.usage import Usage
from flux_lsp.files import CONFIG_BYTES, parse_toml, read_text
from flux_lsp.models.catalogue import DATA, strip_provider

_PER = 1_000_000
_KINDS = ("input", "output", "cache_write", "cache_read")
_REGION_FACTOR = 1.1  # the price of a call that is bound to a region (`inference_geo`)
_BATCH_FACTOR = 0.5  # the price of a call in a batch, of every kind of token
_HOUR_FACTOR = 2.0  # of the input's price: what writing the one-hour cache costs
_NO_REGION = frozenset({"", "global", "not_available"})


@dataclass(frozen=True, slots=True)
class Rates:
    """US dollars per million tokens of each kind."""

    input: float
    output: float
    cache_write: float
    cache_read: float

    @property
    def cache_write_hour(self) -> float:
        """What is written to the cache for an hour."""
        return _HOUR_FACTOR * self.input


@dataclass(frozen=True, slots=True)
class Price:
    """The price of the matched models from a day on; `long` is for prompts over `over` tokens."""

    match: tuple[str, ...]
    since: date
    rates: Rates
    over: int | None = None
    long: Rates | None = None

    def choose_rates(self, tokens: int) -> Rates:
        """Choose the rates of a whole request by the length of its prompt, cached or not."""
        return (
            self.long if self.long and self.over is not None and tokens > self.over else self.rates
        )

    def is_for(self, model: str) -> bool:
        """Whether this is the price of `model`."""
        return any(fnmatchcase(model, pattern) for pattern in self.match)


@dataclass(frozen=True, slots=True)
class Prices:
    """The table; the person's own entries come first. `warnings` names what was wrong with them."""

    as_of: date
    table: tuple[Price, ...]
    own: tuple[Price, ...] = ()
    warnings: tuple[str, ...] = ()

    def find_price(self, model: str, at: date) -> Price | None:
        """Find the price of `model` on a day; None when there is none.

        Before the first day of any price it is that first one: a model that answers is out, so it
        is the clock that is behind.
        """
        for table in (self.own, self.table):
            for name in dict.fromkeys((model, strip_provider(model))):
                known = [p for p in table if p.is_for(name)]
                if known:
                    dated = [p for p in known if p.since <= at]
                    first = min(known, key=lambda p: p.since)
                    return max(dated, key=lambda p: p.since, default=first)
        return None

    def find_step(self, model: str, at: date) -> int | None:
        """Find the prompt's length in tokens above which a whole call of `model` costs more."""
        price = self.find_price(model, at)
        return None if price is None or price.long is None else price.over


def compute_price(
    usage: Usage, model: str, at: date, prices: Prices | None = None, *, batch: bool = False
) -> float | None:
    """Compute what the call cost in US dollars, None if unknown; the answer names `model`.

    `batch`: the call was part of a batch.
    """
    price = (prices or load_prices()).find_price(model, at)
    if price is None:
        return None
    rates = price.choose_rates(usage.prompt)
    total = sum(getattr(usage, kind) * getattr(rates, kind) for kind in _KINDS)
    total += usage.cache_write_hour * (rates.cache_write_hour - rates.cache_write)
    region = 1.0 if usage.region in _NO_REGION else _REGION_FACTOR
    return float(total) / _PER * region * (_BATCH_FACTOR if batch else 1.0)


def compute_highest_price(
    prompt_tokens: int,
    max_tokens: int,
    model: str,
    at: date,
    prices: Prices | None = None,
    *,
    batch: bool = False,
) -> float | None:
    """Compute the most that a call can cost in US dollars, None if unknown.

    That is all of the prompt written to the cache, all of the answer used, the long-prompt price
    where the prompt may reach it, and the price of a region. Flux never asks for a region: the
    provider's workspace or a proxy may (`default_inference_geo`), for any model, and no setting,
    variable or earlier answer tells. Only the call's own answer does, when the money is spent.
    `batch`: the call is part of a batch, whose prompts are cached for an hour.
    """
    price = (prices or load_prices()).find_price(model, at)
    if price is None:
        return None
    rates = price.choose_rates(prompt_tokens)
    dearest = max(rates.input, rates.cache_write_hour if batch else rates.cache_write)
    total = (prompt_tokens * dearest + max_tokens * rates.output) / _PER * _REGION_FACTOR
    return total * (_BATCH_FACTOR if batch else 1.0)


def load_prices(user_file: Path | None = None) -> Prices:
    """Load the shipped table, `user_file` before it. Reads files; a bad user file becomes a warning."""
    shipped = _load_shipped()
    if user_file is None or not user_file.exists():
        return shipped
    try:
        own = tuple(_read_table(parse_toml(read_text(user_file, CONFIG_BYTES))))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        return replace(shipped, warnings=(f"{user_file} is not used: {error}",))
    return replace(shipped, own=own)


@cache
def _load_shipped() -> Prices:
    table = tomllib.loads((DATA / "prices.toml").read_text(encoding="utf-8"))
    return Prices(table["as_of"], tuple(_read_table(table)))


def _read_table(table: Mapping[str, object]) -> Iterator[Price]:
    entries = table.get("rate", [])
    if not isinstance(entries, list):
        raise TypeError("`rate` must be a list of tables, [[rate]]")
    for entry in entries:
        yield _read_price(entry)


def _read_price(entry: Mapping[str, object]) -> Price:
    match = entry.get("match")
    if not isinstance(match, list) or not match or not all(isinstance(m, str) for m in match):
        raise TypeError("`match` must be a list of model ids")
    since = entry.get("from", date.min)
    if not isinstance(since, date):
        raise TypeError(f"{match[0]}: `from` must be a date, as 2026-10-07")
    long = entry.get("long_prompt")
    if long is None:
        return Price(tuple(match), since, _read_rates(match[0], entry))
    if not isinstance(long, dict) or not isinstance(long.get("over"), int):
        raise TypeError(f"{match[0]}: `long_prompt` must say `over` how many tokens it holds")
    return Price(
        tuple(match), since, _read_rates(match[0], entry), long["over"], _read_rates(match[0], long)
    )


def _read_rates(name: str, entry: Mapping[str, object]) -> Rates:
    return Rates(*(_read_rate(name, kind, entry.get(kind)) for kind in _KINDS))


def _read_rate(name: str, kind: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
        raise TypeError(f"{name}: `{kind}` must be US dollars per million tokens")
    return float(value)

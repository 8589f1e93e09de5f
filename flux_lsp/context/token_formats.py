"""Keys and tokens of services by their documented formats: gitleaks' rules, and prefixes it lacks.

The rules are data, taken over by `flux_lsp.publish.token_formats`; a pattern is compiled when a text
first holds its needle.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from flux_lsp.context.secret_values import is_stand_in, is_token, measure_entropy

# What begins a token and what follows: "w" letters, digits, `_` and `-`; "a" letters and digits; "h"
# hexadecimal digits; "b" base64; "d" like "w" with dots; and how many of them at least. From the
# services' own documentation.
_PREFIXES = (
    ("gsk_", "a40"), ("xai-", "w40"), ("pplx-", "a40"), ("r8_", "a30"), ("csk-", "a30"),
    ("nvapi-", "w40"), ("tgp_v1_", "w30"), ("jina_", "a30"), ("pcsk_", "w30"), ("fw_", "a20"),
    ("lsv2_pt_", "w30"), ("lsv2_sk_", "w30"), ("pylf_v1_", "w30"), ("wandb_v1_", "w30"), ("e2b_", "h30"),
    ("dckr_pat_", "w20"), ("dckr_oat_", "w20"), ("ATATT3", "b40"), ("ATCTT3", "b40"), ("ATBB", "a30"),
    ("sbp_", "h36"), ("sb_secret_", "w20"), ("nfp_", "a30"), ("nfc_", "a30"), ("nfo_", "a30"), ("nfu_", "a30"),
    ("nfb_", "a30"), ("figd_", "w30"), ("figo_", "w30"), ("figu_", "w30"), ("figor_", "w30"), ("ntn_", "a40"),
    ("secret_", "a43"), ("dp.st.", "d40"), ("dp.ct.", "a40"), ("dp.sa.", "a40"), ("dp.scim.", "a40"),
    ("dp.audit.", "a40"), ("pul-", "h40"), ("NRAK-", "a27"), ("NRII-", "w30"), ("NRJS-", "h19"),
    ("NRAA-", "h27"), ("NRRA-", "h40"), ("NRIQ-", "w30"), ("cio", "a32"), ("squ_", "h40"), ("sqp_", "h40"),
    ("sqa_", "h40"), ("sqb_", "h40"), ("sl.", "w60"), ("pat", "a14.h64"), ("LTAI", "a16"), ("EAA", "a80"),
    ("fm2_", "b60"), ("fm1r_", "b60"), ("fm1a_", "b60"), ("fo1_", "w40"), ("sntrya_", "w40"), ("re_", "a8_a20"),
    ("glffct-", "w20"), ("glsoat-", "w20"), ("GR1348941", "w20"), ("oy2", "a43"), ("vcp_", "a24"),
    ("vci_", "a24"), ("vca_", "a24"), ("vcr_", "a24"), ("vck_", "a24"), ("rnd_", "a28"), ("napi_", "a40"),
    ("pdl_live_apikey_", "w20"), ("polar_oat_", "w30"), ("rzp_live_", "a14"), ("rzp_test_", "a14"),
    ("APP_USR-", "w30"), ("mlsn.", "h60"), ("xsmtpsib-", "w60"), ("phx_", "a40"), ("hcaik_", "a40"),
    ("hcbik_", "a40"), ("sk-lf-", "w30"), ("CCIPAT_", "w30"), ("bkua_", "h36"), ("bkpt_", "h36"),
    ("snyk_uat.", "d30"), ("tskey-", "w20"), ("hvr.", "w24"), ("1//0", "w40"), ("AKID", "a32"),
    ("AQVN", "w30"), ("y0_", "w40"), ("bce-v3/ALTAK-", "b20"), ("shptka_", "h30"), ("CFPAT-", "w40"),
    ("pat-na1-", "w30"), ("pat-eu1-", "w30"), ("essu_", "b30"), ("dose", "h32"), ("secret-live-", "w30"),
    ("secret-test-", "w30"), ("access-production-", "w36"), ("access-sandbox-", "w36"),
    ("access-development-", "w36"), ("packagist_ort_", "h40"), ("packagist_out_", "h40"),
    ("packagist_uut_", "h40"), ("rk_live_", "a16"), ("sk_org_", "w20"),
    ("sk.eyJ", "d60"), ("EAAA", "w50"), ("sq0", "w30"), ("AQE", "w80"), ("lin_oauth_", "a40"), ("KGAT_", "h32"),
    ("cfut_", "w30"), ("cfat_", "w30"), ("cfk_", "w30"), ("st.", "w36.w30"), ("pk_prod_", "w30"),
    ("tok_live_", "w20"), ("apify_api_", "a30"), ("fc-", "h32"), ("tvly-", "w24"), ("sk_live_", "a16"),
    ("ghs_", "d36"), ("v1.0-", "h24-h100"), ("waka_", "w36"), ("GCP-SCC-", "w20"), ("ddp_", "w30"),
    ("stx_", "w40"), ("uat_", "a40"), ("pat_", "a40"), ("api_org_", "a30"), ("xoxe.xox", "d60"), ("xoxd-", "b40"),
)  # fmt: skip
_CLASSES = {
    "w": "[A-Za-z0-9_-]",
    "a": "[A-Za-z0-9]",
    "h": "[A-Fa-f0-9]",
    "b": "[A-Za-z0-9+/=_-]",
    "d": "[A-Za-z0-9._-]",
}
# A token in the manner of most new services: words for what it is, and a long tail drawn by chance.
_NEW_STYLE = re.compile(
    r"(?<![A-Za-z0-9_./+-])(?!(?:sha\d|md5|blake))[A-Za-z][A-Za-z0-9]{1,11}"
    r"(?:[_-][A-Za-z0-9]{1,8}(?=[_-])){0,3}+[_-]"
    r"([A-Za-z0-9]{28,200})(?![A-Za-z0-9_./+-])"
)
# Secrets that stand beside something else that is telling, and whose place is not at the beginning.
_PLACED = (
    ("sdk-", r"\b(sdk-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"),
    ("mob-", r"\b(mob-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"),
    ("ingest", r"//([a-f0-9]{32})(?::[a-f0-9]{32})?@[\w.-]*ingest"),
    ("sentry", r"//([a-f0-9]{32})(?::[a-f0-9]{32})?@[\w.-]*sentry"),
    ("q~", r"(?<![\w~.-])([A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34})(?![\w~-])"),
    ("azdo", r"\b([A-Za-z0-9]{60,80}AZDO[A-Za-z0-9]{4})\b"),
    ("sig=", r"[?&]sig=([A-Za-z0-9%+/=]{40,100})"),
    ("-signature=", r"(?i)X-(?:Amz|Goog)-Signature=([a-f0-9]{64,600})"),
    ("azurefunctions", r"azurewebsites\.net/api/[^\s\"'?]{1,80}\?code=([A-Za-z0-9_=/+%-]{30,100})"),
    ("aaaa", r"\b(AAAA[A-Za-z0-9_-]{7}:[A-Za-z0-9_-]{100,180})"),
    ("00d", r"\b(00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{60,120})"),
)  # fmt: skip

# Private keys whose first lines are missing: their encoding begins in the same way.
_KEYS = (
    ("MII", r"MII[A-Za-z0-9]{2}[A-Za-z0-9+/]{4,30}(?:IBAAKC|ADANBgkqhkiG9w0BAQEFAASC)[A-Za-z0-9+/=\s]{20,8000}+"),
    ("b3BlbnNzaC1rZXktdjE", r"b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=\s]{20,8000}+"),
)  # fmt: skip
_SHORTEST_LINE, _LONGEST_LINE = 14, 1_000
_LONG_VALUE = re.compile(r"[A-Za-z0-9_=-]{14}")  # the shortest that a rule with a name asks for
_COUNTED = re.compile(r"([wahbd])(\d+)")


def find_by_format(text: str, words: str, vocabulary: str) -> Iterator[str]:
    """Tokens in `text` whose form is documented.

    `words`: its long words, one a line; `vocabulary`: all its words in lower case.
    """
    yield from _find_by_rule(words, _load_rules()[0])
    yield from _find_by_rule(_select_lines(text, vocabulary), _load_rules()[1])
    for prefix, _ in _PREFIXES:
        if prefix in words:
            yield from (token for token in _find_tokens(words, prefix) if _is_drawn(token, prefix))
    lowered = words.lower()
    for needle, pattern in _PLACED:
        if needle in lowered:
            yield from (m[m.lastindex or 0] for m in _compile(pattern).finditer(words))
    for start, pattern in _KEYS:
        if start in text:
            yield from (m[0].strip() for m in _compile(pattern).finditer(text))


def _find_by_rule(text: str, rules: "tuple[_FormatRule, ...]") -> Iterator[str]:
    lowered = text.lower()
    for rule in rules:
        if any(needle in lowered for needle in rule.needles):
            for match in _compile(rule.pattern).finditer(text):
                value = max((g for g in match.groups() if g), key=len, default=match[0])
                fits = is_token(value) if rule.named else not is_stand_in(value)
                if fits and measure_entropy(value) >= rule.entropy:
                    yield value


def _select_lines(text: str, vocabulary: str) -> str:
    """The lines that name a service; what is too long to be read through is left out."""
    present = [needle for needle in _list_named_needles() if needle.split()[0] in vocabulary]
    if not present:
        return ""
    pairs = zip(text.split("\n"), text.lower().split("\n"), strict=True)
    lines = [(line, low) for line, low in pairs if _SHORTEST_LINE <= len(line) < _LONGEST_LINE]
    telling = [line for line, low in lines if any(needle in low for needle in present)]
    return "\n".join(line for line in telling if _LONG_VALUE.search(line))


def _find_tokens(text: str, prefix: str) -> Iterator[str]:
    for match in _compile_prefix(prefix).finditer(text):
        if not text[match.start() - 1 : match.start()].isalnum():
            yield match[0]


def find_by_style(words: str) -> Iterator[str]:
    """Tokens of services nobody has named yet among `words`, one a line."""
    yield from (m[0] for m in _NEW_STYLE.finditer(words) if looks_drawn(m[1]))


def looks_drawn(tail: str) -> bool:
    """Whether letters of both cases and digits follow one another as only chance has it."""
    kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" for c in tail]
    if min(kinds.count(kind) for kind in "dul") < 3:
        return False
    changes = sum(a != b for a, b in pairwise(kinds))
    return changes >= len(tail) * 0.45 and measure_entropy(tail) >= 3.8


def _is_drawn(token: str, prefix: str) -> bool:
    body = token.removeprefix(prefix)
    return any(c.isdigit() for c in body) and measure_entropy(body) >= 2.5 and not is_stand_in(body)


@cache
def _compile_prefix(prefix: str) -> re.Pattern[str]:
    """It begins with the prefix itself: then the search for it costs next to nothing."""
    body = dict(_PREFIXES)[prefix].replace(".", r"\.")
    body = _COUNTED.sub(lambda m: f"{_CLASSES[m[1]]}{{{m[2]},}}+", body)
    return re.compile(re.escape(prefix) + body)


@dataclass(frozen=True)
class _FormatRule:
    """One of gitleaks': `named` goes by a service's name before the value."""

    needles: tuple[str, ...]
    pattern: str
    entropy: float
    named: bool


@cache
def _load_rules() -> tuple[tuple[_FormatRule, ...], tuple[_FormatRule, ...]]:
    """Those for single words, and those for lines."""
    file = Path(__file__).parent / "data" / "token_formats.json"
    entries = json.loads(file.read_text(encoding="utf-8"))["rules"]
    rules = [
        _FormatRule(tuple(r["needles"]), r["pattern"], r["entropy"], r["named"]) for r in entries
    ]
    return tuple(r for r in rules if not r.named), tuple(r for r in rules if r.named)


@cache
def _list_named_needles() -> tuple[str, ...]:
    return tuple(needle for rule in _load_rules()[1] for needle in rule.needles)


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)

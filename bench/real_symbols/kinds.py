"""Every kind of answer, in the order in which they are reported."""

from bench.real_symbols import directed, documented, inside, meant, narrow, selected, whole, wide

KINDS = (
    *whole.KINDS,
    *meant.KINDS,
    *narrow.KINDS,
    *wide.KINDS,
    *selected.KINDS,
    *inside.KINDS,
    *directed.KINDS,
    *documented.KINDS,
)
GROUPS = ("ordinary", "form", "meant", "narrow", "wide", "forbidden")

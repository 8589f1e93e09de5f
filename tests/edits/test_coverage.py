"""An answer that is less, more or other than its target never destroys or doubles code."""

from dataclasses import dataclass

import pytest

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import EditScope, Plan, Reject, Target
from tests.edits.reading import after, rewrite

JS = """\
export function shipping(order) {
  const weight = order.lines.reduce((w, l) => w + l.grams, 0);
  if (weight > 2000) {
    return "parcel";
  }
  return "letter";
}

export function tax(order) {
  return order.total * 0.19;
}
"""
SHIPPING = JS[: JS.index("\nexport function tax")]
RUBY = """\
class Bill
  def invoice(lines)
    total = 0
    lines.each do |line|
      total += line.net
    end
    total
  end
end
"""
PY = """\
import app


@app.get("/health")
def health(request):
    checks = run_checks(request)
    failed = [check for check in checks if not check.passed]
    return {"ok": not failed}


def clear():
    return None
"""
HEALTH = PY[PY.index("@app") : PY.index("\n\ndef clear")]
SH = """\
#!/bin/sh
# Licence: MIT
build() {
  make all
}

build "$@"
"""
VUE = """\
<script>
function price(line) {
  const net = line.net
  return net
}
</script>
"""
NOTED = """\
def health(request):
    # nothing is asked of the database
    return "ok"
"""
MARGINAL = NOTED.replace("    # nothing", "# return None\n    # nothing")
ELIXIR = """\
defmodule Bill do
  def net(line) do
    price = line.price
    price * line.count
  end
end
"""


@dataclass(frozen=True)
class Answered:
    """What an answer came to: the text, and whether it waits for a yes."""

    text: str
    proposed: bool
    code: ErrorCode | None


def answer(code: str, text: str, target: str, path: str, *, ask: bool = True) -> Answered:
    snapshot = Snapshot(f"file:///{path}", path, "", 1, text)
    at = text.index(target)
    span = snapshot.expand_to_lines(Span(at, at + len(target)))
    work = EditScope({path: snapshot}, Target(path, span), may_leave_target=ask)
    plan = read_reply(rewrite(code), work)
    if isinstance(plan, Reject):
        return Answered(text, proposed=False, code=plan.code)
    assert isinstance(plan, Plan)
    return Answered(after(plan, work, path), bool(plan.outside or plan.doubt), None)


APPLIED = [
    pytest.param(
        '/** How an order is sent. */\n', JS, SHIPPING, "a.js",
        JS.replace("export function s", "/** How an order is sent. */\nexport function s"),
        id="only the doc comment",
    ),
    pytest.param(
        '"""Whether the service is up."""\n', PY, HEALTH, "a.py",
        PY.replace("request):\n", 'request):\n    """Whether the service is up."""\n'),
        id="only the docstring",
    ),
    pytest.param(
        '"""Whether the service is up."""\n', NOTED, NOTED, "a.py",
        NOTED.replace("request):\n", 'request):\n    """Whether the service is up."""\n'),
        id="only the docstring, where a comment stands below the header",
    ),
    pytest.param(
        '"""Whether the service is up."""\n', MARGINAL, MARGINAL, "a.py",
        MARGINAL.replace("request):\n", 'request):\n    """Whether the service is up."""\n'),
        id="only the docstring, where code is commented out at the margin",
    ),
    pytest.param(
        '```js\n/** How an order is sent. */\n```\n', JS, SHIPPING, "a.js",
        JS.replace("export function s", "/** How an order is sent. */\nexport function s"),
        id="only the doc comment, fenced",
    ),
    pytest.param(
        "    price = line.price || 0\n    price * line.count\n  end\n", ELIXIR,
        "    price = line.price\n    price * line.count", "a.ex",
        ELIXIR.replace("line.price\n    p", "line.price || 0\n    p"),
        id="the body and its `end`",
    ),
    pytest.param(
        "  const net = line.net ?? 0\n  return net\n}\n", VUE,
        "  const net = line.net\n  return net", "a.vue", VUE.replace("line.net\n", "line.net ?? 0\n"),
        id="the body and its bracket",
    ),
    pytest.param(
        RUBY.replace("total = 0", "total = 1"), RUBY, "    total = 0\n    lines.each", "a.rb",
        RUBY.replace("total = 0", "total = 1"),
        id="the class instead of two lines",
    ),
    pytest.param(
        "build() {\n  make -j all\n}\n", SH, SH[: SH.index("\nbuild \"")], "a.sh",
        SH.replace("make all", "make -j all"),
        id="without the shebang and the licence",
    ),
    pytest.param(
        SHIPPING.rstrip().removesuffix("}").replace("2000", "1000"), JS, SHIPPING, "a.js",
        JS.replace("2000", "1000"),
        id="without the closing bracket",
    ),
    pytest.param(
        "Here it is:\n```js\n" + SHIPPING.replace("2000", "1000") + "```\nIt uses kilograms now.\n",
        JS, SHIPPING, "a.js", JS.replace("2000", "1000"),
        id="words around the code",
    ),
    pytest.param(
        "\ufeff" + SHIPPING.replace("2000", "1000"), "\ufeff" + JS, SHIPPING, "a.js",
        "\ufeff" + JS.replace("2000", "1000"),
        id="a copied byte order mark",
    ),
    pytest.param(
        "def invoice(lines)\n  total = 1\n  lines.each do |line|\n    total += line.net\n  end\n"
        "  total\nend\n", RUBY, RUBY[RUBY.index("  def") : RUBY.rindex("end")], "a.rb",
        RUBY.replace("total = 0", "total = 1"),
        id="at the margin",
    ),
    pytest.param(
        "build: gen\n    go build -v\n    go vet ./...\n",
        "build:\n\tgo build\n\nclean:\n\trm -rf out\n", "build:\n\tgo build", "Makefile",
        "build: gen\n\tgo build -v\n\tgo vet ./...\n\nclean:\n\trm -rf out\n",
        id="blanks for tabs in new lines",
    ),
    pytest.param(
        'def label(n):\n    unit = "kg net"\n    return unit * n\n',
        'def label(n):\n    unit = "kg\u00a0net"\n    return unit\n',
        'def label(n):\n    unit = "kg\u00a0net"\n    return unit', "a.py",
        'def label(n):\n    unit = "kg\u00a0net"\n    return unit * n\n',
        id="a no-break space in a line that nobody meant to touch",
    ),
    pytest.param(
        'def label(n):\n    unit = "kg net"\n    return unit\n',
        'def label(n):\n    unit = "kg\u00a0net"\n    return unit\n',
        'def label(n):\n    unit = "kg\u00a0net"\n    return unit', "a.py",
        'def label(n):\n    unit = "kg net"\n    return unit\n',
        id="a no-break space that is all there is to change",
    ),
    pytest.param(
        SHIPPING + "\nexport function shippingOf(orders) {\n  return orders.map(shipping);\n}\n",
        JS, SHIPPING, "a.js",
        JS.replace(SHIPPING, SHIPPING + "\nexport function shippingOf(orders) {\n"
                   "  return orders.map(shipping);\n}\n"),
        id="a helper below",
    ),
    pytest.param(
        "const LIMIT = 2000;\n\n" + SHIPPING.replace("2000", "LIMIT"), JS, SHIPPING, "a.js",
        "const LIMIT = 2000;\n\n" + JS.replace("2000", "LIMIT"),
        id="a constant above",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "target", "path", "expected"), APPLIED)
def test_what_is_plain_is_applied(
    code: str, text: str, target: str, path: str, expected: str
) -> None:
    assert answer(code, text, target, path) == Answered(expected, proposed=False, code=None)


PROPOSED = [
    pytest.param(
        '  if (weight > 1000) {\n    return "parcel";\n  }\n', JS, SHIPPING, "a.js",
        JS.replace("2000", "1000"), id="only the changed lines",
    ),
    pytest.param(
        "  if (weight > 1000) {\n", JS, SHIPPING, "a.js", JS.replace("2000", "1000"),
        id="only the changed line",
    ),
    pytest.param(
        SHIPPING.split("\n", 1)[1].replace("2000", "1000"), JS, SHIPPING, "a.js",
        JS.replace("2000", "1000"), id="without the first line",
    ),
    pytest.param(
        "export function shipping(parcel) {\n", JS, SHIPPING, "a.js",
        JS.replace("shipping(order)", "shipping(parcel)"), id="only the first line",
    ),
    pytest.param(
        RUBY.replace("total = 0", "total = 1").replace("    total\n", "    total.round\n"),
        RUBY, "    total = 0\n    lines.each", "a.rb",
        RUBY.replace("total = 0", "total = 1").replace("    total\n", "    total.round\n"),
        id="the class, changed outside of the two lines too",
    ),
    pytest.param(
        "Install the tool first.\nThen write the settings.\nThen start it.\n",
        "# Setup\n\nInstall the tool.\nWrite the settings.\nStart it.\n", "Install the tool.", "a.md",
        "# Setup\n\nInstall the tool first.\nThen write the settings.\nThen start it.\n",
        id="the paragraph instead of its first line",
    ),
    pytest.param(
        HEALTH.split("\n", 1)[1].replace("request", "req"), PY, HEALTH, "a.py",
        PY.replace("request", "req"), id="without the decorator",
    ),
    pytest.param(
        'export function shipping(order) {\n  return "parcel";\n}\n', JS, SHIPPING, "a.js",
        JS.replace(SHIPPING, 'export function shipping(order) {\n  return "parcel";\n}\n'),
        id="much shorter",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "target", "path", "expected"), PROPOSED)
def test_what_is_in_doubt_is_proposed(
    code: str, text: str, target: str, path: str, expected: str
) -> None:
    assert answer(code, text, target, path) == Answered(expected, proposed=True, code=None)


@pytest.mark.parametrize(("code", "text", "target", "path", "_"), PROPOSED)
def test_without_a_question_what_is_in_doubt_is_refused(
    code: str, text: str, target: str, path: str, _: str
) -> None:
    result = answer(code, text, target, path, ask=False)

    assert result.code in {ErrorCode.INCOMPLETE, ErrorCode.OUT_OF_SCOPE}
    assert result.text == text


REFUSED = [
    pytest.param("console.log(order);\n", JS, SHIPPING, "a.js", ErrorCode.INCOMPLETE, id="one new line"),
    pytest.param(
        "export function tax(order) {\n  return order.total * 0.2;\n}\n", JS, SHIPPING, "a.js",
        ErrorCode.OUT_OF_SCOPE, id="another function",
    ),
    pytest.param(
        SHIPPING.split("\n", 1)[1], JS, SHIPPING, "a.js", ErrorCode.INCOMPLETE,
        id="the function as it is without its first line",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "target", "path", "expected"), REFUSED)
def test_what_cannot_be_right_is_refused(
    code: str, text: str, target: str, path: str, expected: ErrorCode
) -> None:
    assert answer(code, text, target, path) == Answered(text, proposed=False, code=expected)


def test_a_method_that_is_gone_is_asked_about() -> None:
    text = "class Till:\n" + "".join(
        f"    def {name}(self):\n        self.count += {n}\n        return self.{name}s\n\n"
        for n, name in enumerate(("add", "take", "read", "close", "open", "count", "lock"))
    )
    code = text.replace(
        "    def lock(self):\n        self.count += 6\n        return self.locks\n\n", ""
    )

    result = answer(code, text, text, "a.py")

    assert result.proposed
    assert result.text.rstrip() == code.rstrip()

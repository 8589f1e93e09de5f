"""Small files in four languages, their symbols, and a sample of any kind on one of them."""

import random

from bench.real_symbols.kinds import KINDS
from bench.real_symbols.sample import Sample
from bench.real_symbols.source import File
from bench.real_symbols.subject import Subject, subjects
from flux_lsp.syntax.languages import find_language

Place = tuple[str, str]  # a file and a symbol in it

PYTHON = '''\
import os


class Store:
    # keeps texts
    @cached(size=10)
    def load(self, name, times=3):
        """Read a text."""
        self.check(name)
        count = times + 20
        text = self.fetch(name, count)
        self.note("loaded")
        return text

    def clear(self):
        self.texts = {}
        self.count = 40
        if self.count > 20:
            self.note("many")
            self.check(self.count)
        self.note("cleared")
        for text in self.texts:
            self.drop(text, 7)
        return self.count

    def drop(self, text, times):
        for number in range(times + 1):
            self.note(number)
        return text
'''
GO = """\
package quota

// Allow takes n tokens.
func (b *Bucket) Allow(n int) bool {
\tb.refill(n)
\tif b.tokens < 12 {
\t\tb.denied += 1
\t\treturn false
\t}
\tb.tokens -= n
\treturn true
}

func (b *Bucket) Fill(n int) bool {
\tb.tokens = 100
\treturn n > 7
}
"""
JAVA = """\
class Store {
  private int count;

  /** Loads. */
  @Override
  public String load(String name) {
    check(name, 12);
    String text = fetch(name);
    note("loaded");
    return text;
  }
}
"""
ELIXIR = """\
defmodule Bill do
  def net(line) do
    price = line.price
    count = fetch(line, 12)
    price * count
  end

  def other(line) do
    line
  end
end
"""
TEXTS = {"store.py": PYTHON, "quota.go": GO, "Store.java": JAVA, "bill.ex": ELIXIR}


def file(name: str, text: str) -> File:
    return File(f"src/{name}", find_language("", name), tuple(text.split("\n")))


def subject(place: Place, seed: int = 1) -> Subject:
    name, symbol = place
    drawn = subjects(file(name, TEXTS[name]), random.Random(seed), 9)
    return next(one for one in drawn if one.name == symbol)


def made(kind: str, one: Subject) -> Sample:
    make = next(k.make for k in KINDS if k.name == kind)
    sample = make(one, random.Random(1))
    assert sample is not None
    return sample


LOAD = ("store.py", "load")
ALLOW = ("quota.go", "Allow")
JAVA_LOAD = ("Store.java", "load")
NET = ("bill.ex", "net")
ALL = (LOAD, ALLOW, JAVA_LOAD, NET)

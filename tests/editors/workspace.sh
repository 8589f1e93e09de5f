#!/bin/bash
# The small project every editor's story is played in. usage: tests/editors/workspace.sh FOLDER
set -euo pipefail
mkdir -p "${1:?usage: workspace.sh FOLDER}/tests"
cd "$1"

cat >app.py <<'PYTHON'
"""Prices of a small shop."""


def total(prices):
    result = 0
    for price in prcies:
        result += price
    return result


def greet(name):
    party = "🎉🎉"
    return party + " 𝒜 hello " + name


def farewell(name):
    party = "🎉🎉"
    return party + " 𝒜 goodbye " + name
PYTHON

# one file per comment directive, for editors that cannot ask for an instruction
directive() {
  cat >$1.py <<PYTHON
first = "🎉"


# flux: $2
def greet(name):
    return "🎉 𝒜 hello " + name


last = 1
PYTHON
}
for words in shout stall refuse hold; do directive $words $words; done
directive look '@code-reviewer look'
directive agent '@python-pro shout'
directive mend '@troubleshoot-fix-test mend'

# a function whose signature is to change, and its callers in another file
cat >spread.py <<'PYTHON'
# flux: spread
def greet(name):
    party = "🎉"
    return party + " 𝒜 hello " + name
PYTHON
cat >callers.py <<'PYTHON'
from spread import greet


def morning():
    return "🌞" + greet("Ada")


def evening():
    return "🌙" + greet("Eve")
PYTHON

cat >pyproject.toml <<'TOML'
[project]
name = "shop"
version = "1.0"

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
TOML

cat >tests/test_other.py <<'PYTHON'
def test_nothing_yet():
    assert True
PYTHON

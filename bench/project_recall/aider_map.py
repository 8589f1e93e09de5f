"""aider's repository map for the same functions, in its own Python: all names mentioned, all files candidates."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from bench.project_recall.sample import Function, Repository
from bench.project_recall.truth import Use

_COMPARED = 60  # characters of a line that have to stand in the map
_SCRIPT = r"""
import json, os, re, sys
from aider.repomap import RepoMap

class Model:
    def token_count(self, text):
        return len(text) / 2.8

class IO:
    encoding = "utf-8"
    def read_text(self, path):
        try:
            return open(path, encoding="utf-8", errors="replace").read()
        except OSError:
            return ""
    def tool_warning(self, *words, **more): pass
    tool_error = tool_output = tool_warning

setup = json.loads(sys.stdin.readline())
root, files = setup["root"], [os.path.join(setup["root"], f) for f in setup["files"]]
os.chdir(root)
RepoMap.CACHE_VERSION = 0
RepoMap.load_tags_cache = lambda self: setattr(self, "TAGS_CACHE", {})
RepoMap.save_tags_cache = lambda self: None
maps = RepoMap(map_tokens=setup["tokens"], root=root, main_model=Model(), io=IO(), map_mul_no_files=1,
               refresh="always")
for line in sys.stdin:
    asked = json.loads(line)
    own = os.path.join(root, asked["path"])
    others = [f for f in files if f != own]
    names = set(asked["names"])
    text = maps.get_ranked_tags_map([own], others, mentioned_idents=names, mentioned_fnames=set()) or ""
    print(json.dumps(text), flush=True)
"""


class AiderMap:
    """A running map maker for one repository."""

    def __init__(self, python: Path, repository: Repository, tokens: int) -> None:
        self._repository = repository
        self._process = subprocess.Popen(
            [str(python), "-c", _SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._send({"root": str(repository.root), "files": repository.files, "tokens": tokens})

    def __enter__(self) -> "AiderMap":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def make_judge(self, function: Function) -> Callable[[Use], bool]:
        """Says of a use whether the map for `function` shows the line with its name, in its file."""
        own = self._repository.read(function.path)
        text = function.span.extract(own.text)
        names = sorted(set(_split_words(text)))
        self._send({"path": function.path, "names": names})
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("the given Python cannot run aider's map")
        by_file = _split_by_file(json.loads(line))

        def is_shown(use: Use) -> bool:
            snapshot = self._repository.read(use.path)
            lines = snapshot.text.split("\n")
            shown = by_file.get(use.path, "")
            heads = (lines[n - 1].strip()[:_COMPARED] for n in use.lines if n <= len(lines))
            return any(head and head in shown for head in heads)

        return is_shown

    def _send(self, value: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()


def _split_words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "_" else " " for c in text).split()


def _split_by_file(text: str) -> dict[str, str]:
    """The map begins each file with its path and a colon on a line of its own."""
    by_file: dict[str, str] = {}
    path = ""
    for line in text.split("\n"):
        if line.endswith(":") and not line.startswith((" ", "│", "⋮")):
            path = line[:-1]
        by_file[path] = by_file.get(path, "") + line + "\n"
    return by_file

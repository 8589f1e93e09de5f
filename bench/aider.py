"""aider's own applier on the same cases, in its own Python, as one subprocess.

python -m venv aider-venv && aider-venv/bin/pip install aider-chat
python -m bench.edits CORPORA --aider-python aider-venv/bin/python
"""

import json
import subprocess
from collections.abc import Mapping

from bench.edit_cases import Case, Files

_SCRIPT = r"""
import json, sys
from aider.coders.editblock_coder import find_original_update_blocks, do_replace
from aider.coders.editblock_coder import replace_most_similar_chunk

FENCE = ("```", "```")

def blocks(case):
    if case["text"] is None:
        return [(e["path"], e["search"], e["replace"]) for e in case["edits"]]
    return list(find_original_update_blocks(case["text"], FENCE, list(case["files"])))

def applied(case):
    files = dict(case["files"])
    for path, old, new in blocks(case):
        tries = [path] if path in files else []
        tries += [other for other in files if other not in tries]
        made = None
        for name in tries:
            made = do_replace(name, files[name], old, new, FENCE)
            if made:
                files[name] = made
                break
        if not made:
            return None
    return files

for line in sys.stdin:
    try:
        result = applied(json.loads(line))
    except ValueError:
        result = None
    print(json.dumps(result), flush=True)
"""


class Aider:
    """A running applier; one case in, the files afterwards out."""

    def __init__(self, python: str) -> None:
        """`python`: an interpreter that can import aider."""
        self.process = subprocess.Popen(
            [python, "-c", _SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def apply(self, case: Case) -> Files | None:
        """What aider makes of `case`; None when it refuses."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked = {"files": dict(case.files), "text": case.text, "edits": list(map(dict, case.edits))}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the given Python cannot import aider")
        answer: Mapping[str, str] | None = json.loads(line)
        return answer

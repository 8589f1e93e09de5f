"""What the names of Python functions mean, by jedi: JSON of functions in, JSON of definitions out.

    echo '{"root": "/repo", "functions": [{"path": "a.py", "first": 3, "last": 9}]}' | python python_names.py

Runs in an interpreter that has jedi, and imports nothing of this project.
"""

# mypy: ignore-errors
import json
import sys
from pathlib import Path

import jedi
import parso


def main():
    asked = json.load(sys.stdin)
    root = Path(asked["root"]).resolve()
    project = jedi.Project(root, added_sys_path=[str(root / "src")])
    scripts = {}
    answers = []
    for function in asked["functions"]:
        path = root / function["path"]
        if path not in scripts:
            text = path.read_text("utf-8", "replace")
            scripts[path] = (jedi.Script(text, path=path, project=project), parso.parse(text))
        script, tree = scripts[path]
        answers.append(list(uses(script, tree, path, root, function)))
    json.dump(answers, sys.stdout)


def uses(script, tree, path, root, function):
    leaf = tree.get_leaf_for_position((function["first"], 0), include_prefixes=True)
    while leaf is not None and leaf.start_pos[0] <= function["last"]:
        before, leaf_here = leaf.get_previous_leaf(), leaf
        leaf = leaf.get_next_leaf()
        if leaf_here.type != "name" or leaf_here.start_pos[0] < function["first"]:
            continue
        if before is not None and before.value in {"def", "class"}:
            continue
        if leaf is not None and leaf.value == "=" and leaf_here.parent.type == "argument":
            continue  # a keyword: jedi follows it into the function's parameters
        is_member = before is not None and before.value == "."
        if not is_member and leaf_here.is_definition():
            continue  # jedi takes a parameter for the attribute of that name in a base class
        yield from definitions(script, leaf_here, before if is_member else None, path, root)


def definitions(script, leaf, dot, path, root):
    try:
        found = script.goto(*leaf.start_pos, follow_imports=True)
    except Exception:  # jedi fails on some code, in any way
        return
    by_file = {}
    for definition in found:
        file = definition.module_path
        if file is None or definition.type in {"param", "module"}:
            continue
        file = Path(file).resolve()
        if file == path or not file.is_relative_to(root) or file.suffix != ".py":
            continue
        by_file.setdefault(file.relative_to(root).as_posix(), []).append(definition.line)
    for file, lines in list(by_file.items())[:1]:
        by_import = dot is None or is_module(script, dot)
        yield {"name": leaf.value, "path": file, "lines": lines, "by_import": by_import}


def is_module(script, dot):
    base = dot.get_previous_leaf()
    if base is None or base.type != "name":
        return False
    try:
        return any(d.type == "module" for d in script.infer(*base.start_pos))
    except Exception:
        return False


main()

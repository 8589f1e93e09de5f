"""Checks the files that an answer with tests makes: it may create or extend the announced one.

Another file waits for a person's consent. Never allows files in places that belong to tools.
"""

import sys
from dataclasses import replace

from flux_lsp.context.test_place import check_extension
from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import apply_changes
from flux_lsp.edits.values import NewFile, Plan, Reject, reject
from flux_lsp.engine.prepare import PreparedRequest
from flux_lsp.engine.services import TestFile
from flux_lsp.syntax.languages import find_language

# Folders whose files belong to tools, or run without anyone's asking.
_FOLDERS_OF_TOOLS = frozenset(
    {
        "node_modules",
        "site-packages",
        "dist-packages",
        "venv",
        "virtualenv",
        "vendor",
        "__pycache__",
    }
)
_BUILDS = frozenset(
    {
        "azure-pipelines.yml", "azure-pipelines.yaml", "bitbucket-pipelines.yml", "jenkinsfile",
        "appveyor.yml", "cloudbuild.yaml", "cloudbuild.yml", "buildspec.yml", "wercker.yml",
    }
)  # fmt: skip
# Modules that Python imports by name for every test run, beside its own library's.
_RUNNERS = frozenset({"pytest", "_pytest", "pluggy", "nose", "sitecustomize", "usercustomize"})
_OWN_TESTS = "test"  # a module of the library that nobody imports, and a usual folder for tests


def check_tests(plan: Plan, place: TestFile, prepared: PreparedRequest) -> Plan | Reject:
    """Return `plan`, `outside` if it makes more than the file at `place`; a Reject if it may not."""
    plan = _move_to_place(plan, place.path, is_new=place.snapshot is None)
    for change in plan.files:
        snapshot = prepared.scope.files[change.path]
        after = apply_changes(snapshot.text, change.changes)
        language = find_language(snapshot.language_id, snapshot.path)
        fault = check_extension(snapshot.text, after, language)
        if fault is not None:
            return reject(ErrorCode.OUT_OF_SCOPE, fault[0].upper() + fault[1:], fault)
    plan_or_reject = check_new_files(plan, prepared, announced=place.path)
    if isinstance(plan_or_reject, Reject):
        return plan_or_reject
    return _add_piece(plan_or_reject, place, prepared)


def check_new_files(plan: Plan, prepared: PreparedRequest, announced: str = "") -> Plan | Reject:
    """Return `plan`, with `outside` set when it makes files beside the `announced` one.

    `announced` is the file for the tests, "" for every other action. A Reject says that no answer
    may make one of the files.
    """
    beside = [new.path for new in plan.new_files if new.path != announced]
    for path in beside:
        why = explain_refusal(path) or prepared.workspace.explain_exclusion(path)
        if why is None and not prepared.scope.may_leave_target:
            why = "`review` is never, so that nobody could look at it"
        if why is not None:
            return reject(
                ErrorCode.OUT_OF_SCOPE,
                f"The answer wants to make `{path}`: {why}",
                f"{path} cannot be made: {why}. {_where_instead(announced)}",
            )
    if not beside:
        return replace(plan, outside=False) if announced else plan
    doubt = f"it makes {', '.join(beside[:3])}"
    doubt += f" beside the announced {announced}" if announced else ""
    return replace(plan, outside=True, doubt=plan.doubt or doubt)


def _add_piece(plan: Plan, place: TestFile, prepared: PreparedRequest) -> Plan:
    """Add the file without which the runner does not find what is tested, and say why."""
    if place.advice:
        return replace(plan, doubt=plan.doubt or place.advice)
    if place.piece is None:
        return plan
    path, content = place.piece
    if any(new.path == path for new in plan.new_files):
        return plan
    why = f"without {path}, {place.framework} does not find the module that is tested"
    if not prepared.scope.may_leave_target or prepared.workspace.explain_exclusion(path):
        return replace(plan, note="; ".join(filter(None, (plan.note, why))))
    new_files = (*plan.new_files, NewFile(path, content))
    return replace(plan, new_files=new_files, outside=True, doubt=plan.doubt or why)


def _where_instead(announced: str) -> str:
    if announced:
        return f"Write the tests into {announced} and make no other file"
    return "Make the change without that file"


def explain_refusal(path: str) -> str | None:
    """Say why no answer may make a file at `path` (posix, below the root); None if a person decides."""
    if reason := explain_tool_place(path):
        return reason
    if _find_module(path) in (sys.stdlib_module_names | _RUNNERS) - {_OWN_TESTS}:
        return "it would stand in for a module of Python or of the test runner"
    return None


def explain_tool_place(path: str) -> str | None:
    """Say which tool a file at `path` (posix, below the root) belongs to; None for a person's own."""
    *folders, name = path.split("/")
    if any(part.startswith(".") for part in (*folders, name)):
        return "hidden files and folders belong to tools"
    if any(folder.lower() in _FOLDERS_OF_TOOLS for folder in folders):
        return "its folder belongs to a tool"
    return "a build server runs it" if name.lower() in _BUILDS else None


def _find_module(path: str) -> str:
    """Return the name by which Python imports the file; "" for another file."""
    if not path.endswith((".py", ".pyi")):
        return ""
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0]
    return folders[-1] if stem == "__init__" and folders else stem


def _move_to_place(plan: Plan, place: str, *, is_new: bool) -> Plan:
    """Give the only new file the announced path, if the answer left out the first folders."""
    if not is_new or plan.files or len(plan.new_files) != 1:
        return plan
    new = plan.new_files[0]
    if not place.endswith(f"/{new.path}"):
        return plan
    return replace(plan, new_files=(replace(new, path=place),))

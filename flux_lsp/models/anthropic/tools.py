"""Defines the tools by which a model returns an edit, findings or a hand-over: schemas and descriptions.

Never reads an answer: `edits` does.
"""

from flux_lsp.core.conversation import ToolName

Schema = dict[str, object]

_REWRITE = """\
Replace the whole <target> by `code`. Choose this when the target is short or most of it changes. \
Everything in the target that should stay has to be in `code` again, character for character; \
everything outside the target stays as it is and must not be repeated."""

_CODE = """\
The new text of the whole target and nothing else: all of its lines from the first to the last, \
each with its full indentation as in the file, no line numbers, no code fence, nothing left out."""

_EDITS = """\
Replace exact pieces of the files that were shown. Choose this for small changes in a long \
target, and for changes in several places or files. All edits are made at once on the text as it \
was shown, so none may depend on another and none may overlap another."""

_OLD = """\
Text copied character for character from the file as it was shown, indentation and blank lines \
included. It must occur in exactly one place: take 3 to 40 whole lines, as many as make it unique. \
No line numbers, nothing left out, and no lines that are not in the file yet."""

_NEW = """\
The lines that take the place of `old_string`, indentation included; empty to delete them. To \
insert, repeat the lines of `old_string` and add the new ones."""

_ALL = "Replace every place where `old_string` occurs instead of exactly one; for renames."

_PATH = "The path exactly as in the `path` of the <file> or <target> that holds the text."

_FILES = "Files that do not exist yet, where the task asks for one."

_NOTE = "At most one sentence for the programmer, if something has to be said; no code."

_FINDINGS = """\
Report what you found in the files that were shown; nothing is changed by it. Report each problem \
once, at the place where it would be mended. With nothing to report, give an empty list."""

_FIRST_LINE = "The number of the first line concerned; the `first_line` of an element counts."

_QUOTE = """\
The first of these lines copied character for character from the file, without a line number. A \
finding whose quote does not stand there is thrown away."""

_SEVERITY = """\
error: it breaks or endangers something. warning: it may. information: it could be better. \
hint: a matter of taste."""

_FIX = "One instruction to a programmer that would mend it; leave it out when there is none."

_HAND_OVER = """\
Leave to the next agent what it has to know and cannot see in the code. It gets nothing else of what \
you know."""

_CONFIDENCE = "How sure you are that this is right and complete, from 0 to 1."


def define_tools(names: tuple[ToolName, ...]) -> list[Schema]:
    """Return the tools of these names in the API's form: name, description, input_schema."""
    return [
        {"name": name, "description": _DEFINITIONS[name][0], "input_schema": _DEFINITIONS[name][1]}
        for name in names
    ]


def _describe_text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _describe_object(required: Schema, optional: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def _describe_list(description: str, item: Schema) -> Schema:
    return {"type": "array", "description": description, "items": item}


_EDIT = _describe_object(
    {
        "path": _describe_text(_PATH),
        "old_string": _describe_text(_OLD),
        "new_string": _describe_text(_NEW),
    },
    {"replace_all": {"type": "boolean", "description": _ALL}},
)
_NEW_FILE = _describe_object(
    {
        "path": _describe_text(
            "Where the file goes, relative to the workspace, with forward slashes."
        ),
        "content": _describe_text("The whole text of the file."),
    },
    {},
)
_ASIDE: Schema = {
    "note": _describe_text(_NOTE),
    "confidence": {"type": "number", "description": _CONFIDENCE},
}
_FINDING = _describe_object(
    {
        "path": _describe_text(_PATH),
        "first_line": {"type": "integer", "description": _FIRST_LINE},
        "last_line": {"type": "integer", "description": "The number of the last line concerned."},
        "quote": _describe_text(_QUOTE),
        "severity": {
            "type": "string",
            "enum": ["error", "warning", "information", "hint"],
            "description": _SEVERITY,
        },
        "title": _describe_text("What is wrong, in at most ten words."),
        "text": _describe_text("Why it is wrong and when it shows, in one to three sentences."),
    },
    {"fix": _describe_text(_FIX)},
)
_DEFINITIONS: dict[ToolName, tuple[str, Schema]] = {
    "rewrite_range": (
        _REWRITE,
        _describe_object({"code": _describe_text(_CODE)}, _ASIDE),
    ),
    "apply_edits": (
        _EDITS,
        _describe_object(
            {"edits": _describe_list("The edits; empty when only files are new.", _EDIT)},
            {"new_files": _describe_list(_FILES, _NEW_FILE), **_ASIDE},
        ),
    ),
    "report_findings": (
        _FINDINGS,
        _describe_object(
            {
                "findings": _describe_list("The most serious first.", _FINDING),
                "summary": _describe_text("The whole in one or two sentences."),
            },
            {
                "approved": {
                    "type": "boolean",
                    "description": "Whether it can stay as it is, where the task asks for a verdict.",
                },
                "confidence": _ASIDE["confidence"],
            },
        ),
    ),
    "hand_over": (
        _HAND_OVER,
        _describe_object(
            {
                "summary": _describe_text("What you found or did, and what comes next."),
                "decisions": _describe_list(
                    "What is decided, each with its reason in one sentence.", {"type": "string"}
                ),
                "open": _describe_list("What is still to be cleared up.", {"type": "string"}),
            },
            {"confidence": _ASIDE["confidence"]},
        ),
    ),
}

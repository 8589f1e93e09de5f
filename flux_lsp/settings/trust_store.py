"""Writes the files in which Flux keeps what a person trusts: whole, or not at all.

Never reads one.
"""

import json
import os
from pathlib import Path

from flux_lsp.core.errors import ErrorCode, FluxError


def write_store(store: Path, content: object, what: str) -> None:
    """Write `content` as JSON in place of `store`; `what` names it for the person.

    Raises FluxError when that cannot be done.
    """
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    draft = store.with_name(f"{store.name}.{os.getpid()}.new")
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(store)
    except OSError as error:
        raise FluxError(
            ErrorCode.NOT_CONFIGURED,
            f"The list of {what}, {store}, cannot be written: {error.strerror}",
            "Make the folder writable, or set `FLUX_DATA_DIR` to one that is",
        ) from error

"""A job on disk: its order, files, items, rounds and answers, in one SQLite database for its owner only.

Holds source text and answers, as a patch does; money is in the ledger. Every write is committed before
it returns, so that a kill at any moment loses nothing that was paid for.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from flux_lsp.core.text import Span
from flux_lsp.runs.batch.job_database import explain_errors, open_job_database
from flux_lsp.runs.batch.job_values import ItemEnd, ItemState, Round, StoredReply
from flux_lsp.runs.batch.values import BatchItem

_ROWS = 200  # in memory at a time


class JobStore:
    """The database of one job; methods block, may be called from any thread, and raise FluxError."""

    def __init__(self, folder: Path) -> None:
        """Open the job in `folder`, or make an empty one."""
        self.folder = folder
        self._database = open_job_database(folder)
        self._lock = RLock()  # ordinary calls end in several threads

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def write_order(
        self,
        facts: Mapping[str, object],
        files: Iterable[tuple[str, str]],
        items: Iterable[BatchItem],
    ) -> None:
        """Write what the job is about: all of it or nothing."""
        with self._open_transaction() as database:
            self._write_facts(database, facts)
            database.executemany("INSERT INTO files VALUES (?, ?)", files)
            database.executemany(
                "INSERT INTO items (number, path, symbol, first, last) VALUES (?, ?, ?, ?, ?)",
                ((i.number, i.path, i.symbol, i.span.start, i.span.end) for i in items),
            )

    def write_facts(self, facts: Mapping[str, object]) -> None:
        """Write facts of the job, each in place of an earlier one of its name."""
        with self._open_transaction() as database:
            self._write_facts(database, facts)

    def claim(self, holder: str, is_free: Callable[[str], bool]) -> str | None:
        """Claim the job for one process; returns who holds it where `is_free` says no, else None."""
        with self._open_transaction() as database:
            row = database.execute("SELECT value FROM facts WHERE name = 'holder'").fetchone()
            other = json.loads(row[0]) if row else ""
            if other and other != holder and not is_free(other):
                return str(other)
            self._write_facts(database, {"holder": holder})
        return None

    def read_facts(self) -> dict[str, Any]:
        """Read the facts of the job by name."""
        rows = self._select("SELECT name, value FROM facts")
        return {name: json.loads(value) for name, value in rows}

    def read_text(self, path: str) -> str | None:
        """Read a file as it was when the job began; None for one that is not of the job."""
        row = next(iter(self._select("SELECT text FROM files WHERE path = ?", path)), None)
        return None if row is None else str(row[0])

    def keep_text(self, path: str, text: str) -> None:
        """Keep a further file as it is now, if none is kept of this path."""
        with self._open_transaction() as database:
            database.execute("INSERT OR IGNORE INTO files VALUES (?, ?)", (path, text))

    def list_paths(self) -> list[str]:
        """List the files of the job."""
        return [path for (path,) in self._select("SELECT path FROM files ORDER BY path")]

    def list_items(self, *statuses: str, path: str | None = None) -> list[ItemState]:
        """List the items with one of `statuses`, or all; of one file where `path` is given."""
        marks = ", ".join("?" * len(statuses))
        where = f"status IN ({marks})" if statuses else "1"
        query = f"SELECT * FROM items WHERE {where} AND path = coalesce(?, path) ORDER BY number"  # noqa: S608 - marks
        return [_decode_item(row) for row in self._select(query, *statuses, path)]

    def pick_items(self, numbers: Iterable[int]) -> list[ItemState]:
        """Return the items of these numbers."""
        query = "SELECT * FROM items WHERE number = ?"
        return [_decode_item(row) for number in numbers for row in self._select(query, number)]

    def iterate_items(self) -> Iterator[ItemState]:
        """Iterate over the items, one in memory at a time."""
        for row in self._select("SELECT * FROM items ORDER BY number"):
            yield _decode_item(row)

    def count_statuses(self) -> dict[str, int]:
        """Count the items by their status."""
        return dict(self._select("SELECT status, count(*) FROM items GROUP BY status"))

    def sum_usd(self) -> float:
        """Sum what the items cost so far, as far as prices are known."""
        query = "SELECT coalesce(sum(json_extract(ending, '$.usd')), 0.0) FROM items"
        return float(next(self._select(query))[0])

    def end_items(self, endings: Iterable[tuple[int, ItemEnd]]) -> None:
        """Write how items ended."""
        with self._open_transaction() as database:
            database.executemany(
                "UPDATE items SET status = ?, ending = ? WHERE number = ?",
                ((e.status, json.dumps(e.to_json()), number) for number, e in endings),
            )

    def open_round(self, round_: Round, items: Sequence[int]) -> None:
        """Write a new round with its items: all of it or nothing."""
        with self._open_transaction() as database:
            database.execute(
                "INSERT INTO rounds (number, kind, tier) VALUES (?, ?, ?)",
                (round_.number, round_.kind, round_.tier),
            )
            database.executemany(
                "INSERT INTO members (round, item) VALUES (?, ?)",
                ((round_.number, item) for item in items),
            )

    def close_round(self, number: int) -> None:
        """Write that everything of a round is read."""
        with self._open_transaction() as database:
            database.execute("UPDATE rounds SET closed = 1 WHERE number = ?", (number,))

    def drop_round(self, number: int) -> None:
        """Take back a round of which nothing was sent."""
        with self._open_transaction() as database:
            database.execute("DELETE FROM members WHERE round = ?", (number,))
            database.execute("DELETE FROM rounds WHERE number = ?", (number,))

    def list_rounds(self) -> list[Round]:
        """List the rounds, the oldest first."""
        rows = self._select("SELECT number, kind, tier, closed FROM rounds ORDER BY number")
        return [Round(number, kind, tier, bool(closed)) for number, kind, tier, closed in rows]

    def list_members(self, round_: int) -> list[ItemState]:
        """List the items of a round."""
        query = "SELECT items.* FROM items JOIN members ON item = number WHERE round = ? ORDER BY number"
        return [_decode_item(row) for row in self._select(query, round_)]

    def write_secrets(self, round_: int, secrets: Iterable[tuple[int, Mapping[str, str]]]) -> None:
        """Write, by item, which placeholder stands for which secret in what is about to be sent."""
        with self._open_transaction() as database:
            database.executemany(
                "UPDATE members SET secrets = ? WHERE round = ? AND item = ?",
                ((json.dumps(dict(placeholders)), round_, item) for item, placeholders in secrets),
            )

    def read_secrets(self, round_: int, item: int) -> dict[str, str]:
        """Read the placeholders of one question, with the secret of each."""
        query = "SELECT secrets FROM members WHERE round = ? AND item = ?"
        return next((json.loads(text) for (text,) in self._select(query, round_, item)), {})

    def write_replies(self, round_: int, replies: Iterable[tuple[int, StoredReply]]) -> None:
        """Write what came back of items; the first answer of an item in a round stays."""
        with self._open_transaction() as database:
            database.executemany(
                "INSERT OR IGNORE INTO replies VALUES (?, ?, ?)",
                ((item, round_, json.dumps(reply.to_json())) for item, reply in replies),
            )

    def iterate_replies(self, round_: int) -> Iterator[tuple[int, StoredReply]]:
        """Iterate over what came back in a round, by item."""
        query = "SELECT item, reply FROM replies WHERE round = ? ORDER BY item"
        for item, reply in self._select(query, round_):
            yield item, StoredReply.from_json(json.loads(reply))

    def list_replies(self, item: int) -> list[tuple[int, StoredReply]]:
        """List what came back of an item: the round, and the reply; the oldest first."""
        query = "SELECT round, reply FROM replies WHERE item = ? ORDER BY round"
        return [
            (number, StoredReply.from_json(json.loads(text)))
            for number, text in self._select(query, item)
        ]

    def has_replies(self) -> bool:
        """Whether any answer has come."""
        return bool(list(self._select("SELECT 1 FROM replies LIMIT 1")))

    def _select(self, query: str, *values: object) -> Iterator[Any]:
        """Select rows; a part of them is in memory at a time."""
        with explain_errors(self.folder):
            with self._lock:
                cursor = self._database.execute(query, values)
            while True:
                with self._lock:
                    rows = cursor.fetchmany(_ROWS)
                if not rows:
                    return
                yield from rows

    def _write_facts(self, database: sqlite3.Connection, facts: Mapping[str, object]) -> None:
        database.executemany(
            "INSERT OR REPLACE INTO facts VALUES (?, ?)",
            ((name, json.dumps(value)) for name, value in facts.items()),
        )

    @contextmanager
    def _open_transaction(self) -> Iterator[sqlite3.Connection]:
        with explain_errors(self.folder), self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.rollback()
                raise
            self._database.commit()


def _decode_item(row: Sequence[Any]) -> ItemState:
    number, path, symbol, first, last, status, ending = row
    item = BatchItem(number, path, symbol, Span(first, last))
    return ItemState(item, status, ItemEnd.from_json(status, json.loads(ending)))

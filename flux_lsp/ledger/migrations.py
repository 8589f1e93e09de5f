"""The ledger's schema as numbered steps; a database knows how many it has taken.

Append only: a step that was released is never changed, the next one mends it.
"""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE calls (
            id INTEGER PRIMARY KEY,
            time TEXT NOT NULL,
            run TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            action TEXT NOT NULL,
            agent TEXT,
            tier TEXT NOT NULL,
            model_asked TEXT NOT NULL,
            model_answered TEXT,
            provider TEXT NOT NULL,
            input_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            cache_write_tokens INTEGER NOT NULL,
            cache_read_tokens INTEGER NOT NULL,
            usd REAL,
            first_token_ms INTEGER,
            total_ms INTEGER NOT NULL,
            result TEXT NOT NULL,
            error TEXT,
            escalated INTEGER NOT NULL,
            fallback INTEGER NOT NULL,
            workspace TEXT
        )
        """,
        "CREATE INDEX calls_by_run ON calls (run)",
    ),
    (
        # What was held for a call counts where its price turned out to be unknown.
        "ALTER TABLE calls ADD COLUMN held_usd REAL",
        "CREATE INDEX calls_by_time ON calls (time, usd, held_usd)",
        # AUTOINCREMENT: a number is never given twice, since it becomes the call's own.
        """
        CREATE TABLE reservations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run TEXT NOT NULL,
            usd REAL,
            host TEXT NOT NULL,
            pid INTEGER NOT NULL,
            expires TEXT NOT NULL
        )
        """,
    ),
    (
        # A call has its row from before it is sent, with what was reserved for it: one row, two
        # states, and nothing between them in which a call can be lost.
        "ALTER TABLE calls ADD COLUMN estimated INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE calls ADD COLUMN host TEXT",
        "ALTER TABLE calls ADD COLUMN pid INTEGER",
        # What was held before this step belongs to calls that may be paid for.
        """
        INSERT INTO calls (time, run, attempt, action, tier, model_asked, provider, input_tokens,
            output_tokens, cache_write_tokens, cache_read_tokens, usd, total_ms, result, escalated,
            fallback, held_usd, estimated, host, pid)
        SELECT strftime('%Y-%m-%dT%H:%M:%f000Z', expires, '-3900 seconds'), run, 1, 'unknown',
            'unknown', 'unknown', 'unknown', 0, 0, 0, 0, NULL, 0, 'LOST', 0, 0, usd, 1, host, pid
        FROM reservations
        """,
        # A server of an older version can reserve nothing any more, so it sends nothing either.
        "DROP TABLE reservations",
        """
        CREATE VIEW reservations AS
        SELECT id, run, held_usd AS usd, host, pid, time FROM calls WHERE result = 'begun'
        """,
        "CREATE INDEX calls_begun ON calls (result) WHERE result = 'begun'",
        "DROP INDEX calls_by_time",
        "CREATE INDEX calls_by_time ON calls (time, result, usd, held_usd)",
    ),
)

# What each column says, for the manual.
COLUMNS: dict[str, str] = {
    "id": "The number of the call.",
    "time": "When the call ended, UTC; while `result` is begun or LOST, when it began.",
    "run": "The run it belongs to; all attempts of one action share it.",
    "attempt": "The number of the call within its run, from 1.",
    "action": "The id of the action.",
    "agent": "The agent the run was for, if any.",
    "tier": "The tier that was asked: haiku or sonnet.",
    "model_asked": "The model id in the request.",
    "model_answered": "The model id in the answer; null when there was no answer.",
    "provider": "anthropic, bedrock, vertex, foundry or offline.",
    "input_tokens": "Prompt tokens that came from no cache.",
    "output_tokens": "Tokens of the answer, thinking included.",
    "cache_write_tokens": "Prompt tokens written to the cache.",
    "cache_read_tokens": "Prompt tokens read from the cache.",
    "usd": "The price in US dollars; null when it is not known.",
    "first_token_ms": "Milliseconds to the first token.",
    "total_ms": "Milliseconds to the end of the answer.",
    "result": "begun (under way), LOST (its process died before the call ended), answered (Flux did "
    "not read the answer), ok, or the error code.",
    "error": "The error code; null when there is none.",
    "escalated": "1 when the tier had gone up in this run.",
    "fallback": "1 when another tier stood in for one that could not be reached.",
    "workspace": "A hash of the workspace's path.",
    "held_usd": "What was reserved for the call; budgets count it where `usd` is null.",
    "estimated": "1 when the server did not tell all tokens, so that text was measured instead.",
    "host": "The machine that made the call, and the space in which the process id counts.",
    "pid": "The process that made the call.",
}

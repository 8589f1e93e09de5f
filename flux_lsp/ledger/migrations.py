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
    (
        "ALTER TABLE calls ADD COLUMN session TEXT",
        # One row a run, written when the run ends and again when more is known of what became of it.
        """
        CREATE TABLE runs (
            run TEXT PRIMARY KEY,
            time TEXT NOT NULL,
            action TEXT NOT NULL,
            agent TEXT,
            language TEXT NOT NULL,
            workspace TEXT,
            session TEXT,
            parent TEXT,
            step INTEGER,
            status TEXT NOT NULL,
            error TEXT,
            attempts INTEGER NOT NULL,
            usd REAL,
            total_ms INTEGER NOT NULL,
            checks TEXT,
            confidence REAL,
            first_tier TEXT,
            first_result TEXT,
            last_tier TEXT,
            last_model TEXT,
            tier TEXT,
            model TEXT,
            band TEXT,
            score INTEGER,
            rule TEXT,
            points TEXT,
            cut TEXT,
            usd_haiku REAL,
            usd_sonnet REAL,
            experiment TEXT,
            arm TEXT,
            applied INTEGER NOT NULL,
            accepted REAL NOT NULL,
            rejected REAL NOT NULL,
            undone INTEGER NOT NULL,
            undone_within INTEGER,
            retried INTEGER NOT NULL,
            rerun INTEGER NOT NULL,
            corrected INTEGER NOT NULL,
            kept_half REAL,
            kept_5 REAL,
            kept_10 REAL,
            watched TEXT NOT NULL
        )
        """,
        "CREATE INDEX runs_by_time ON runs (time)",
        "CREATE INDEX runs_by_action ON runs (action, language, time)",
        "CREATE INDEX runs_by_experiment ON runs (experiment, time) WHERE experiment IS NOT NULL",
        # Learning starts anew after the last of these times.
        "CREATE TABLE resets (time TEXT NOT NULL)",
    ),
    (
        "CREATE INDEX calls_by_session ON calls (session, result, usd, held_usd)",
        # What the person was told, so that no second window tells it again.
        """
        CREATE TABLE notices (
            name TEXT NOT NULL,
            period TEXT NOT NULL,
            PRIMARY KEY (name, period)
        ) WITHOUT ROWID
        """,
    ),
    (
        # Money set aside for calls that come later; AUTOINCREMENT: a number is never given twice.
        """
        CREATE TABLE holds (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            run TEXT NOT NULL,
            session TEXT,
            agent TEXT,
            usd REAL NOT NULL,
            host TEXT NOT NULL,
            pid INTEGER NOT NULL
        )
        """,
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
    "workspace": "A hash of the workspace's path, or `demo`.",
    "held_usd": "What was reserved for the call; budgets count it where `usd` is null.",
    "estimated": "1 when the server did not tell all tokens, so that text was measured instead.",
    "host": "The machine that made the call, and the space in which the process id counts.",
    "pid": "The process that made the call.",
    "session": "The session of an editor or a command that made the call: a random name.",
}
RUN_COLUMNS: dict[str, str] = {
    "run": "The run.",
    "time": "When it ended, UTC.",
    "action": "The id of the action.",
    "agent": "The id of the agent, if one was asked.",
    "language": "The language of the document, as the editor names it.",
    "workspace": "A hash of the workspace's path.",
    "session": "The session of an editor or a command that the run belonged to: a random name.",
    "parent": "The run of the pipeline that this run was a step of.",
    "step": "The number of that step, from 1.",
    "status": "applied, answered, proposed, refused, failed or cancelled.",
    "error": "The error code; null when there is none.",
    "attempts": "How many calls the run made.",
    "usd": "What the run cost; null when a price is not known.",
    "total_ms": "Milliseconds from the start of the run to its end.",
    "checks": "passed or failed: the project's own checks; null when none ran.",
    "confidence": "How sure the model said it was, 0 to 1; null when it did not say.",
    "first_tier": "The tier that gave the first answer.",
    "first_result": "What reading the first answer showed: ok or an error code; null without an answer.",
    "last_tier": "The tier that gave the last answer.",
    "last_model": "The model that gave the last answer.",
    "tier": "The tier that the router decided on; null when the run ended before that.",
    "model": "The model of that tier.",
    "band": "How clear the score was, for either tier: strong, moderate or tie.",
    "score": "Haiku's points minus Sonnet's.",
    "rule": "The rule that decided: pinned, model, security, unreachable, price, score, default, "
    "sticky or escalated.",
    "points": "The points of each characteristic, as a JSON object; they add up to the score.",
    "cut": "The score that Haiku had to exceed, or never; a setting names it, and learning moves it.",
    "usd_haiku": "The estimate for Haiku before the call.",
    "usd_sonnet": "The estimate for Sonnet before the call.",
    "experiment": "The experiment that the run took part in, by its name.",
    "arm": "The run's part in the experiment: control or treatment.",
    "applied": "1 when the edit was applied without a question.",
    "accepted": "The share of a proposal's pieces that were accepted.",
    "rejected": "The share of a proposal's pieces that were rejected.",
    "undone": "1 when the edited text went back to what it was before.",
    "undone_within": "The seconds within which that happened: 30, 300 or 600; null when later.",
    "retried": "1 when the run was retried with a remark.",
    "rerun": "1 when the same place was edited by the same action again.",
    "corrected": "1 when something inside of the edit was typed over within ten minutes.",
    "kept_half": "The share of the edit that was still there after half a minute, without white space.",
    "kept_5": "The share after 5 minutes.",
    "kept_10": "The share after 10 minutes.",
    "watched": "How the look at the edit ended: none (there was none), open (still going on), whole "
    "(ten minutes), closed, replaced (the file was loaded again or changed as a whole), silent (the "
    "editor told of no changes) or lost (Flux ended).",
}

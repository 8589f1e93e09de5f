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
    (
        # A batch, written down before it is made; `call` is the row that counts it until it ends.
        """
        CREATE TABLE batches (
            job TEXT NOT NULL,
            round INTEGER NOT NULL,
            time TEXT NOT NULL,
            token TEXT NOT NULL,
            anchor TEXT NOT NULL,
            requests INTEGER NOT NULL,
            batch TEXT NOT NULL,
            settled INTEGER NOT NULL,
            call INTEGER NOT NULL,
            PRIMARY KEY (job, round)
        ) WITHOUT ROWID
        """,
    ),
)

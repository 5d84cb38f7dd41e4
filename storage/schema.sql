-- What all migrations together give: documentation, which a test compares. Change migrations.cpp.
CREATE TABLE transactions (
    id INTEGER PRIMARY KEY,
    connector INTEGER NOT NULL CHECK (connector BETWEEN -2147483648 AND 2147483647),
    id_tag TEXT NOT NULL,
    parent_id_tag TEXT NOT NULL,
    meter_start_wh INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    reservation_id INTEGER CHECK (reservation_id BETWEEN -2147483648 AND 2147483647),
    server_id INTEGER CHECK (server_id BETWEEN -2147483648 AND 2147483647),
    start_given_up INTEGER NOT NULL CHECK (start_given_up IN (0, 1)),
    deauthorized INTEGER NOT NULL CHECK (deauthorized IN (0, 1)),
    plug_count INTEGER NOT NULL,
    hal_instance TEXT NOT NULL,
    last_energy_mwh INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    stop_wish_reason TEXT,
    stop_wish_id_tag TEXT,
    stop_wish_at_ms INTEGER,
    stop_meter_wh INTEGER,
    stop_at_ms INTEGER,
    finished INTEGER NOT NULL CHECK (finished IN (0, 1)), energy_limit_mwh INTEGER, server_number INTEGER,
    CHECK ((stop_wish_reason IS NULL) = (stop_wish_id_tag IS NULL)),
    CHECK ((stop_wish_reason IS NULL) = (stop_wish_at_ms IS NULL)),
    CHECK ((stop_meter_wh IS NULL) = (stop_at_ms IS NULL))
) STRICT;
CREATE TABLE queue (
    sequence INTEGER PRIMARY KEY,
    transaction_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts BETWEEN -2147483648 AND 2147483647)
) STRICT;
CREATE TABLE connectors (
    connector INTEGER PRIMARY KEY CHECK (connector BETWEEN -2147483648 AND 2147483647),
    operative INTEGER NOT NULL CHECK (operative IN (0, 1)),
    scheduled INTEGER CHECK (scheduled IN (0, 1))
) STRICT;
CREATE TABLE keys (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE facts (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE counters (
    name TEXT PRIMARY KEY NOT NULL,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE authorization_cache (
    id_tag TEXT PRIMARY KEY NOT NULL,
    status TEXT NOT NULL,
    parent_id_tag TEXT NOT NULL,
    expires_ms INTEGER,
    heard INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE documents (
    name TEXT PRIMARY KEY NOT NULL,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE security_log (
    name TEXT PRIMARY KEY NOT NULL,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

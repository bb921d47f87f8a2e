-- The ledger. The same text runs on SQLite and PostgreSQL; instants are ISO 8601 UTC, documents are JSON text.

CREATE TABLE run (
    id TEXT PRIMARY KEY,
    pipeline TEXT NOT NULL,
    actor TEXT NOT NULL,
    parameters TEXT NOT NULL,
    started TEXT NOT NULL,
    finished TEXT,
    status TEXT NOT NULL CHECK (status IN ('running', 'done', 'blocked', 'failed')),
    summary TEXT NOT NULL
);

CREATE TABLE version (
    layer TEXT NOT NULL,
    version TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('raster', 'suitability', 'vector')),
    source TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    pipeline TEXT NOT NULL,
    software TEXT NOT NULL,
    parameters TEXT NOT NULL,
    inputs TEXT NOT NULL,
    metadata TEXT NOT NULL,
    run TEXT NOT NULL REFERENCES run (id),
    created TEXT NOT NULL,
    PRIMARY KEY (layer, version)
);

-- A finding of a blocked layer has no version.
CREATE TABLE finding (
    run TEXT NOT NULL REFERENCES run (id),
    number INTEGER NOT NULL,
    layer TEXT NOT NULL,
    version TEXT,
    check_id TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('block', 'warn', 'note')),
    message TEXT NOT NULL,
    count BIGINT,
    evidence TEXT NOT NULL,
    created TEXT NOT NULL,
    PRIMARY KEY (run, number)
);

CREATE INDEX finding_layer ON finding (layer, version);

CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    created TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    run TEXT REFERENCES run (id)
);

CREATE TABLE snapshot_layer (
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    layer TEXT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (snapshot, layer),
    FOREIGN KEY (layer, version) REFERENCES version (layer, version)
);

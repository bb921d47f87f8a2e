-- Questions too large to be answered at once: taken by workers, one each, and kept with their answers.
CREATE TABLE job (
    id TEXT PRIMARY KEY,
    process TEXT NOT NULL,
    inputs TEXT NOT NULL,
    response TEXT NOT NULL,
    snapshot INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('accepted', 'running', 'successful', 'failed', 'dismissed')),
    progress INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL,
    started TEXT,
    finished TEXT,
    updated TEXT NOT NULL,
    worker TEXT,
    heartbeat TEXT,
    result TEXT,
    error TEXT,
    error_status INTEGER
);

CREATE INDEX job_status ON job (status, created);

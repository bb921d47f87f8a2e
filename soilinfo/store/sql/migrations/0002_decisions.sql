-- Decisions of people, what waits for one, what is kept out; order by number instead of by clock.

ALTER TABLE run ADD COLUMN number INTEGER;

UPDATE run SET number = (SELECT count(*) FROM run earlier WHERE (earlier.started, earlier.id) <= (run.started, run.id));

CREATE UNIQUE INDEX run_number ON run (number);

ALTER TABLE version ADD COLUMN number INTEGER;

UPDATE version SET number = (SELECT count(*) FROM version earlier
WHERE (earlier.created, earlier.layer, earlier.version) <= (version.created, version.layer, version.version));

CREATE UNIQUE INDEX version_number ON version (number);

-- When the files of a version were removed; NULL while they are kept.
ALTER TABLE version ADD COLUMN removed TEXT;

-- 'publication' by a run, 'release' or 'rollback' by a person.
ALTER TABLE snapshot ADD COLUMN kind TEXT NOT NULL DEFAULT 'publication';

UPDATE snapshot SET kind = 'rollback' WHERE run IS NULL;

-- The version of a layer that a person has to release before it is served.
CREATE TABLE waiting (
    layer TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    run TEXT NOT NULL REFERENCES run (id),
    created TEXT NOT NULL,
    FOREIGN KEY (layer, version) REFERENCES version (layer, version)
);

-- The version that a layer's input would have made, had its checks not blocked it.
CREATE TABLE quarantine (
    layer TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    source TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    software TEXT NOT NULL,
    run TEXT NOT NULL REFERENCES run (id),
    created TEXT NOT NULL
);

CREATE TABLE decision (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('release', 'pin', 'unpin')),
    layer TEXT NOT NULL,
    version TEXT NOT NULL,
    snapshot INTEGER REFERENCES snapshot (id),
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    created TEXT NOT NULL,
    FOREIGN KEY (layer, version) REFERENCES version (layer, version)
);

CREATE INDEX decision_layer ON decision (layer, version);

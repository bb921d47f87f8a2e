-- The versions that a rollback withdrew, until a person has them, or the same content again, published.
CREATE TABLE withdrawal (
    layer TEXT NOT NULL,
    version TEXT NOT NULL,
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    PRIMARY KEY (layer, version),
    FOREIGN KEY (layer, version) REFERENCES version (layer, version)
);

-- Rollbacks made before: what they ended and nothing has published since.
INSERT INTO withdrawal (layer, version, snapshot)
SELECT ended.layer, ended.version, max(back.id)
FROM snapshot back JOIN snapshot_layer ended ON ended.snapshot = back.id - 1
WHERE back.kind = 'rollback' AND NOT EXISTS (
    SELECT 1 FROM snapshot_layer later
    WHERE later.layer = ended.layer AND later.version = ended.version AND later.snapshot >= back.id
)
GROUP BY ended.layer, ended.version;

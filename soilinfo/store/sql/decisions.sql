-- name: set_waiting
INSERT INTO waiting (layer, version, run, created) VALUES (:layer, :version, :run, :created)

-- name: waiting
SELECT layer, version, run, created FROM waiting ORDER BY layer

-- name: end_waiting
DELETE FROM waiting WHERE layer = :layer

-- name: set_quarantine
INSERT INTO quarantine (layer, version, source, source_sha256, software, run, created)
VALUES (:layer, :version, :source, :source_sha256, :software, :run, :created)

-- name: quarantine
SELECT layer, version, source, source_sha256, software, run, created FROM quarantine ORDER BY layer

-- name: end_quarantine
DELETE FROM quarantine WHERE layer = :layer

-- name: add_decision
INSERT INTO decision (number, kind, layer, version, snapshot, actor, reason, created)
SELECT coalesce(max(number), 0) + 1, :kind, :layer, :version, CAST(:snapshot AS INTEGER), :actor,
       :reason, :created FROM decision

-- name: decisions
SELECT number, kind, layer, version, snapshot, actor, reason, created FROM decision
WHERE CAST(:layer AS TEXT) IS NULL OR layer = :layer ORDER BY number

-- name: version_number
SELECT coalesce(max(number), 0) AS number FROM version WHERE layer = :layer AND version = :version

-- name: was_published
SELECT 1 AS yes FROM snapshot_layer WHERE layer = :layer AND version = :version LIMIT 1

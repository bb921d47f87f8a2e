-- name: start_run
INSERT INTO run (id, pipeline, actor, parameters, started, status, summary)
VALUES (:id, :pipeline, :actor, :parameters, :started, 'running', '{}')

-- name: finish_run
UPDATE run SET finished = :finished, status = :status, summary = :summary WHERE id = :id RETURNING id

-- name: runs
SELECT id, pipeline, actor, started, finished, status, summary FROM run ORDER BY started DESC, id DESC LIMIT :limit

-- name: record_version
INSERT INTO version (layer, version, kind, source, source_sha256, pipeline, software, parameters, inputs,
                     metadata, run, created)
VALUES (:layer, :version, :kind, :source, :source_sha256, :pipeline, :software, :parameters, :inputs,
        :metadata, :run, :created)

-- name: version
SELECT layer, version, kind, source, source_sha256, pipeline, software, parameters, inputs, metadata, run, created
FROM version WHERE layer = :layer AND version = :version

-- name: versions
SELECT layer, version, kind, source, source_sha256, pipeline, software, parameters, inputs, metadata, run, created
FROM version ORDER BY layer, created DESC, version DESC

-- name: versions_of
SELECT layer, version, kind, source, source_sha256, pipeline, software, parameters, inputs, metadata, run, created
FROM version WHERE layer = :layer ORDER BY created DESC, version DESC

-- name: next_finding
SELECT coalesce(max(number), 0) + 1 AS number FROM finding WHERE run = :run

-- name: record_finding
INSERT INTO finding (run, number, layer, version, check_id, severity, message, count, evidence, created)
VALUES (:run, :number, :layer, :version, :check_id, :severity, :message, :count, :evidence, :created)

-- name: findings
SELECT run, layer, version, check_id, severity, message, count, evidence, created FROM finding
WHERE (CAST(:layer AS TEXT) IS NULL OR layer = :layer)
  AND (CAST(:version AS TEXT) IS NULL OR version = :version)
  AND (CAST(:run AS TEXT) IS NULL OR run = :run)
ORDER BY created, run, number

-- name: current_id
SELECT coalesce(max(id), 0) AS id FROM snapshot

-- name: snapshot
SELECT id, created, actor, reason, run FROM snapshot WHERE id = :id

-- name: snapshot_layers
SELECT layer, version FROM snapshot_layer WHERE snapshot = :id ORDER BY layer

-- name: snapshots
SELECT id, created, actor, reason, run FROM snapshot ORDER BY id DESC LIMIT :limit

-- name: snapshot_ids
SELECT id FROM snapshot ORDER BY id

-- name: create_snapshot
INSERT INTO snapshot (id, created, actor, reason, run) VALUES (:id, :created, :actor, :reason, :run)

-- name: add_snapshot_layer
INSERT INTO snapshot_layer (snapshot, layer, version) VALUES (:snapshot, :layer, :version)

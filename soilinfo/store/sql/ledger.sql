-- name: born
SELECT applied FROM migration ORDER BY name LIMIT 1

-- name: start_run
INSERT INTO run (id, number, pipeline, actor, parameters, started, status, summary)
SELECT :id, coalesce(max(number), 0) + 1, :pipeline, :actor, :parameters, :started, 'running', '{}' FROM run

-- name: run
SELECT id, pipeline, actor, started, finished, status, summary FROM run WHERE id = :id

-- name: finish_run
UPDATE run SET finished = :finished, status = :status, summary = :summary WHERE id = :id

-- name: unfinished_runs
SELECT id, pipeline, actor, started, finished, status, summary FROM run WHERE status = 'running' ORDER BY number

-- name: runs
SELECT id, pipeline, actor, started, finished, status, summary FROM run ORDER BY number DESC LIMIT :limit

-- name: runs_since
SELECT id, pipeline, actor, started, finished, status, summary FROM run
WHERE started >= :started OR finished IS NULL ORDER BY number DESC

-- name: record_version
INSERT INTO version (layer, version, number, kind, source, source_sha256, pipeline, software, parameters, inputs,
                     metadata, run, created)
SELECT :layer, :version, coalesce(max(number), 0) + 1, :kind, :source, :source_sha256, :pipeline, :software,
       :parameters, :inputs, :metadata, :run, :created FROM version

-- name: version
SELECT layer, version, kind, source, source_sha256, pipeline, software, parameters, inputs, metadata, run, created,
       removed
FROM version WHERE layer = :layer AND version = :version

-- name: versions
SELECT layer, version, kind, source, source_sha256, pipeline, software, parameters, inputs, metadata, run, created,
       removed
FROM version WHERE CAST(:layer AS TEXT) IS NULL OR layer = :layer ORDER BY layer, number DESC

-- name: set_removed
UPDATE version SET removed = :removed WHERE layer = :layer AND version = :version

-- name: next_finding
SELECT coalesce(max(number), 0) + 1 AS number FROM finding WHERE run = :run

-- name: record_finding
INSERT INTO finding (run, number, layer, version, check_id, severity, message, count, evidence, created)
VALUES (:run, :number, :layer, :version, :check_id, :severity, :message, :count, :evidence, :created)

-- name: findings
SELECT finding.run, layer, version, check_id, severity, message, count, evidence, created
FROM finding JOIN run ON run.id = finding.run
WHERE (CAST(:layer AS TEXT) IS NULL OR layer = :layer)
  AND (CAST(:version AS TEXT) IS NULL OR version = :version)
  AND (CAST(:run AS TEXT) IS NULL OR finding.run = :run)
ORDER BY run.number, finding.number

-- name: current_id
SELECT coalesce(max(id), 0) AS id FROM snapshot

-- name: mark
SELECT (SELECT coalesce(max(id), 0) FROM snapshot) AS snapshot,
       (SELECT coalesce(max(number), 0) FROM decision) AS decision,
       (SELECT count(removed) FROM version) AS removed,
       (SELECT coalesce(max(removed), '') FROM version) AS last,
       (SELECT count(*) FROM country_report_event) AS reported,
       (SELECT coalesce(max(number), 0) FROM received_report) AS received

-- name: snapshot
SELECT id, created, actor, reason, run, kind FROM snapshot WHERE id = :id

-- name: snapshot_layers
SELECT layer, version FROM snapshot_layer WHERE snapshot = :id ORDER BY layer

-- name: snapshots
SELECT id, created, actor, reason, run, kind FROM snapshot ORDER BY id DESC LIMIT :limit

-- name: snapshot_ids
SELECT id FROM snapshot ORDER BY id

-- name: create_snapshot
INSERT INTO snapshot (id, created, actor, reason, run, kind) VALUES (:id, :created, :actor, :reason, :run, :kind)

-- name: withdraw
INSERT INTO withdrawal (layer, version, snapshot) VALUES (:layer, :version, :snapshot)

-- name: withdrawn
SELECT version.layer, version.version, kind, source, source_sha256, pipeline, software, parameters, inputs, metadata,
       run, created, removed
FROM withdrawal JOIN version ON version.layer = withdrawal.layer AND version.version = withdrawal.version
WHERE withdrawal.layer = :layer ORDER BY withdrawal.snapshot, version.number

-- name: withdrawn_by
SELECT snapshot FROM withdrawal WHERE layer = :layer AND version = :version

-- name: end_withdrawal
DELETE FROM withdrawal WHERE layer = :layer AND version = :version

-- name: add_snapshot_layer
INSERT INTO snapshot_layer (snapshot, layer, version) VALUES (:snapshot, :layer, :version)

-- name: servings
SELECT held.layer, held.version, held.first AS snapshot, began.created AS since, ended.created AS until, version.removed
FROM (
    SELECT layer, version, min(snapshot) AS first, max(snapshot) AS last
    FROM snapshot_layer
    WHERE snapshot <= :snapshot AND (CAST(:layer AS TEXT) IS NULL OR layer = :layer)
    GROUP BY layer, version
) held
JOIN snapshot began ON began.id = held.first
LEFT JOIN snapshot ended ON ended.id = held.last + 1 AND ended.id <= :snapshot
JOIN version ON version.layer = held.layer AND version.version = held.version
ORDER BY held.first DESC, held.layer, held.version

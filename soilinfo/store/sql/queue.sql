-- name: last_created
SELECT max(created) AS created FROM job

-- name: add_job
INSERT INTO job (id, process, inputs, bytes, response, snapshot, status, created, updated)
VALUES (:id, :process, :inputs, :bytes, :response, :snapshot, 'accepted', :created, :created)

-- name: add_answered
INSERT INTO job (id, process, inputs, bytes, response, snapshot, status, progress, result, created, started, finished,
                 updated)
VALUES (:id, :process, :inputs, :bytes, :response, :snapshot, 'successful', 100, :result, :created, :created, :created,
        :created)

-- name: job
SELECT id, process, response, snapshot, status, progress, attempts, created, started, finished, updated,
       worker, heartbeat, error, error_status
FROM job WHERE id = :id

-- name: jobs
SELECT id, process, response, snapshot, status, progress, attempts, created, started, finished, updated,
       worker, heartbeat, error, error_status
FROM job ORDER BY created DESC, id DESC

-- name: unfinished
SELECT count(*) AS number FROM job WHERE status IN ('accepted', 'running')

-- name: open_job
SELECT id, attempts FROM job
WHERE status = 'accepted' OR (status = 'running' AND heartbeat NOT BETWEEN :first AND :last)
ORDER BY created, id LIMIT 1

-- name: take
UPDATE job SET status = 'running', worker = :worker, heartbeat = :now, updated = :now,
       started = coalesce(started, :now), attempts = attempts + 1
WHERE id = :id

-- name: beat
UPDATE job SET heartbeat = :now
WHERE id = :id AND status = 'running' AND worker = :worker AND attempts = :attempts RETURNING id

-- name: advance
UPDATE job SET heartbeat = :now, updated = :now,
       progress = CASE WHEN progress < :progress THEN :progress ELSE progress END
WHERE id = :id AND status = 'running' AND worker = :worker AND attempts = :attempts RETURNING id

-- name: give_back
UPDATE job SET status = 'accepted', worker = NULL, heartbeat = NULL, updated = :now, attempts = :left
WHERE id = :id AND status = 'running' AND worker = :worker AND attempts = :attempts RETURNING id

-- name: succeed
UPDATE job SET status = 'successful', progress = 100, result = :result, bytes = bytes + :bytes,
       finished = :now, updated = :now
WHERE id = :id AND status = 'running' AND worker = :worker AND attempts = :attempts RETURNING id

-- name: keep_document
INSERT INTO job_document (job, form, language, content)
SELECT id, CAST(:form AS TEXT), CAST(:language AS TEXT), :content FROM job
WHERE id = :id AND status = 'running' AND worker = :worker AND attempts = :attempts
ON CONFLICT (job, form, language) DO UPDATE SET content = excluded.content RETURNING job

-- name: fail
UPDATE job SET status = 'failed', error = :error, error_status = :error_status, finished = :now, updated = :now
WHERE id = :id AND status = 'running' AND worker = :worker AND attempts = :attempts RETURNING id

-- name: give_up
UPDATE job SET status = 'failed', error = :error, error_status = 500, finished = :now, updated = :now WHERE id = :id

-- name: dismiss
UPDATE job SET status = 'dismissed', inputs = '{}', result = NULL, bytes = 0, finished = coalesce(finished, :now),
       updated = :now
WHERE id = :id AND status <> 'dismissed'

-- name: forget_documents
DELETE FROM job_document WHERE job = :id

-- name: inputs
SELECT inputs FROM job WHERE id = :id

-- name: result
SELECT result FROM job WHERE id = :id AND status = 'successful'

-- name: document
SELECT content FROM job_document JOIN job ON job.id = job_document.job
WHERE job.id = :id AND status = 'successful' AND form = :form AND language = :language

-- name: kept_bytes
SELECT coalesce((SELECT sum(bytes) FROM job), 0) + coalesce((SELECT sum(length(content)) FROM job_document), 0) AS number

-- name: make_room
DELETE FROM job WHERE finished IS NOT NULL AND id IN (
    SELECT id FROM (
        SELECT id, sum(bytes + coalesce((SELECT sum(length(content)) FROM job_document WHERE job_document.job = job.id), 0))
               OVER (ORDER BY created DESC, id DESC) AS kept
        FROM job
    ) AS listed
    WHERE kept > :most
)
RETURNING id

-- name: forget
DELETE FROM job WHERE finished < :before RETURNING id

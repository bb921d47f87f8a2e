-- How much a job keeps, known without reading it: beyond so much the oldest go.
ALTER TABLE job ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;

UPDATE job SET bytes = length(inputs) + coalesce(length(result), 0);

CREATE INDEX job_kept ON job (created, id, bytes);

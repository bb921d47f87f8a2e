-- name: newest_of_series
SELECT id, content_sha256 FROM country_report WHERE series = :series ORDER BY number DESC LIMIT 1

-- name: next_number
SELECT count(*) + 1 AS number FROM country_report WHERE series = :series

-- name: add_report
INSERT INTO country_report (id, series, number, software, inputs, content_sha256, content)
VALUES (:id, :series, :number, :software, :inputs, :content_sha256, :content)

-- name: add_event
INSERT INTO country_report_event (report, number, state, actor, note, created)
VALUES (:report, :number, :state, :actor, :note, :created)

-- name: events
SELECT report, number, state, actor, note, created FROM country_report_event WHERE report = :id ORDER BY number

-- name: content
SELECT content FROM country_report WHERE id = :id

-- name: reports
SELECT record.id, series, record.number, software, inputs, content_sha256, latest.state, drafted.actor, drafted.created
FROM country_report record
JOIN country_report_event drafted ON drafted.report = record.id AND drafted.number = 1
JOIN country_report_event latest ON latest.report = record.id AND latest.number =
    (SELECT max(each.number) FROM country_report_event each WHERE each.report = record.id)
WHERE (CAST(:id AS TEXT) IS NULL OR record.id = :id)
ORDER BY series DESC, record.number DESC

-- name: next_received
SELECT count(*) + 1 AS number FROM received_report

-- name: add_received
INSERT INTO received_report (number, iso3, origin, status, reason, etag, sha256, content, fetched)
VALUES (:number, :iso3, :origin, :status, :reason, :etag, :sha256, :content, :fetched)

-- name: last_received
SELECT number, iso3, origin, status, reason, etag, sha256, fetched FROM received_report each
WHERE iso3 = :iso3 AND number = (SELECT max(number) FROM received_report
    WHERE iso3 = :iso3 AND (content IS NOT NULL OR NOT CAST(:whole AS BOOLEAN)))

-- name: received_content
SELECT content FROM received_report WHERE number = :number

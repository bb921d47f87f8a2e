-- Country reports: what each says, and what was decided about it when.
CREATE TABLE country_report (
    id TEXT PRIMARY KEY,
    series TEXT NOT NULL,
    number INTEGER NOT NULL,
    software TEXT NOT NULL,
    inputs TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    content BYTEA NOT NULL,
    UNIQUE (series, number),
    CHECK (id = series || '-' || number)
);

-- The state of a report is that of its last event.
CREATE TABLE country_report_event (
    report TEXT NOT NULL REFERENCES country_report (id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL,
    created TEXT NOT NULL,
    PRIMARY KEY (report, number),
    CHECK ((number = 1 AND state = 'draft') OR (number = 2 AND state = 'submitted')
        OR (number = 3 AND state = 'approved'))
);

-- Reports of other countries: every time that one was asked for, and what came.
CREATE TABLE received_report (
    number INTEGER PRIMARY KEY,
    iso3 TEXT NOT NULL,
    origin TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    etag TEXT NOT NULL,
    sha256 TEXT,
    content BYTEA,
    fetched TEXT NOT NULL,
    CHECK (content IS NULL OR sha256 IS NOT NULL)
);

CREATE INDEX received_report_iso3 ON received_report (iso3, number);

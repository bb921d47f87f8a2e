-- What is made of a job's result for those who take it away as a file; SQLite keeps bytes under any type's name.
CREATE TABLE job_document (
    job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    form TEXT NOT NULL,
    language TEXT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (job, form, language)
);

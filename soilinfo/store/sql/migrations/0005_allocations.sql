-- Allocations of subsidised fertilizer: what each was made of and gives, and what was decided about it when.
CREATE TABLE allocation (
    id TEXT PRIMARY KEY,
    plan TEXT NOT NULL,
    number INTEGER NOT NULL,
    year INTEGER NOT NULL,
    parent TEXT REFERENCES allocation (id),
    choices TEXT NOT NULL,
    inputs TEXT NOT NULL,
    tables TEXT NOT NULL,
    run TEXT NOT NULL REFERENCES run (id),
    UNIQUE (plan, number),
    CHECK (id = plan || '-' || number)
);

-- The state of an allocation is that of its last event.
CREATE TABLE allocation_event (
    allocation TEXT NOT NULL REFERENCES allocation (id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL,
    snapshot INTEGER REFERENCES snapshot (id),
    created TEXT NOT NULL,
    PRIMARY KEY (allocation, number),
    CHECK ((number = 1 AND state = 'draft') OR (number = 2 AND state = 'submitted')
        OR (number = 3 AND state = 'approved'))
);

-- Whatever program writes to the ledger: allocations and their events are only added, in their order.
-- INSERT OR REPLACE deletes what is in its way without firing triggers, be it of the same key or of the same rowid.
CREATE TRIGGER allocation_kept BEFORE UPDATE ON allocation
BEGIN SELECT RAISE(ABORT, 'an allocation never changes'); END;

CREATE TRIGGER allocation_there BEFORE DELETE ON allocation
BEGIN SELECT RAISE(ABORT, 'an allocation never changes'); END;

CREATE TRIGGER allocation_follows BEFORE INSERT ON allocation
WHEN NEW.number <> 1 + (SELECT count(*) FROM allocation WHERE plan = NEW.plan)
    OR EXISTS (SELECT 1 FROM allocation WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'the allocations of a plan are numbered one by one'); END;

CREATE TRIGGER allocation_event_kept BEFORE UPDATE ON allocation_event
BEGIN SELECT RAISE(ABORT, 'the history of an allocation never changes'); END;

CREATE TRIGGER allocation_event_there BEFORE DELETE ON allocation_event
BEGIN SELECT RAISE(ABORT, 'the history of an allocation never changes'); END;

CREATE TRIGGER allocation_event_follows BEFORE INSERT ON allocation_event
WHEN NEW.number <> 1 + (SELECT count(*) FROM allocation_event WHERE allocation = NEW.allocation)
    OR EXISTS (SELECT 1 FROM allocation_event WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'an allocation is drafted, submitted and approved in this order'); END;

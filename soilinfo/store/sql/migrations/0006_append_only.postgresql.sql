-- Whatever program writes to the ledger: allocations and their events are only added, in their order.
CREATE OR REPLACE FUNCTION allocation_kept() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'an allocation and its history never change'; END $$;

CREATE OR REPLACE FUNCTION allocation_follows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF NEW.number <> 1 + (SELECT count(*) FROM allocation WHERE plan = NEW.plan)
THEN RAISE EXCEPTION 'the allocations of a plan are numbered one by one'; END IF; RETURN NEW; END $$;

CREATE OR REPLACE FUNCTION allocation_event_follows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF NEW.number <> 1 + (SELECT count(*) FROM allocation_event WHERE allocation = NEW.allocation)
THEN RAISE EXCEPTION 'an allocation is drafted, submitted and approved in this order'; END IF; RETURN NEW; END $$;

CREATE TRIGGER allocation_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON allocation
FOR EACH STATEMENT EXECUTE FUNCTION allocation_kept();

CREATE TRIGGER allocation_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON allocation_event
FOR EACH STATEMENT EXECUTE FUNCTION allocation_kept();

CREATE TRIGGER allocation_follows BEFORE INSERT ON allocation
FOR EACH ROW EXECUTE FUNCTION allocation_follows();

CREATE TRIGGER allocation_event_follows BEFORE INSERT ON allocation_event
FOR EACH ROW EXECUTE FUNCTION allocation_event_follows();

-- Whatever program writes to the ledger: reports, their events and what was received are only added, in their order.
CREATE OR REPLACE FUNCTION report_kept() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a country report, its history and what was received never change'; END $$;

CREATE OR REPLACE FUNCTION country_report_follows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF NEW.number <> 1 + (SELECT count(*) FROM country_report WHERE series = NEW.series)
THEN RAISE EXCEPTION 'the reports of a country and period are numbered one by one'; END IF; RETURN NEW; END $$;

CREATE OR REPLACE FUNCTION country_report_event_follows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF NEW.number <> 1 + (SELECT count(*) FROM country_report_event WHERE report = NEW.report)
THEN RAISE EXCEPTION 'a country report is drafted, submitted and approved in this order'; END IF; RETURN NEW; END $$;

CREATE OR REPLACE FUNCTION received_report_follows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF NEW.number <> 1 + (SELECT count(*) FROM received_report)
THEN RAISE EXCEPTION 'what is received is numbered one by one'; END IF; RETURN NEW; END $$;

CREATE TRIGGER country_report_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON country_report
FOR EACH STATEMENT EXECUTE FUNCTION report_kept();

CREATE TRIGGER country_report_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON country_report_event
FOR EACH STATEMENT EXECUTE FUNCTION report_kept();

CREATE TRIGGER received_report_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON received_report
FOR EACH STATEMENT EXECUTE FUNCTION report_kept();

CREATE TRIGGER country_report_follows BEFORE INSERT ON country_report
FOR EACH ROW EXECUTE FUNCTION country_report_follows();

CREATE TRIGGER country_report_event_follows BEFORE INSERT ON country_report_event
FOR EACH ROW EXECUTE FUNCTION country_report_event_follows();

CREATE TRIGGER received_report_follows BEFORE INSERT ON received_report
FOR EACH ROW EXECUTE FUNCTION received_report_follows();

-- Whatever program writes to the ledger: reports, their events and what was received are only added, in their order.
-- INSERT OR REPLACE deletes what is in its way without firing triggers, be it of the same key or of the same rowid.
CREATE TRIGGER country_report_kept BEFORE UPDATE ON country_report
BEGIN SELECT RAISE(ABORT, 'a country report never changes'); END;

CREATE TRIGGER country_report_there BEFORE DELETE ON country_report
BEGIN SELECT RAISE(ABORT, 'a country report never changes'); END;

CREATE TRIGGER country_report_follows BEFORE INSERT ON country_report
WHEN NEW.number <> 1 + (SELECT count(*) FROM country_report WHERE series = NEW.series)
    OR EXISTS (SELECT 1 FROM country_report WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'the reports of a country and period are numbered one by one'); END;

CREATE TRIGGER country_report_event_kept BEFORE UPDATE ON country_report_event
BEGIN SELECT RAISE(ABORT, 'the history of a country report never changes'); END;

CREATE TRIGGER country_report_event_there BEFORE DELETE ON country_report_event
BEGIN SELECT RAISE(ABORT, 'the history of a country report never changes'); END;

CREATE TRIGGER country_report_event_follows BEFORE INSERT ON country_report_event
WHEN NEW.number <> 1 + (SELECT count(*) FROM country_report_event WHERE report = NEW.report)
    OR EXISTS (SELECT 1 FROM country_report_event WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'a country report is drafted, submitted and approved in this order'); END;

CREATE TRIGGER received_report_kept BEFORE UPDATE ON received_report
BEGIN SELECT RAISE(ABORT, 'what was received never changes'); END;

CREATE TRIGGER received_report_there BEFORE DELETE ON received_report
BEGIN SELECT RAISE(ABORT, 'what was received never changes'); END;

CREATE TRIGGER received_report_follows BEFORE INSERT ON received_report
WHEN NEW.number <> 1 + (SELECT count(*) FROM received_report)
BEGIN SELECT RAISE(ABORT, 'what is received is numbered one by one'); END;

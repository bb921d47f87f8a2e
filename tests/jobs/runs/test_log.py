"""The log of a run is JSON lines in one place; where that takes none, they are on standard error."""

import json
import logging

import pytest

from soilinfo.jobs.runs.log import Unexpected, run_log
from soilinfo.settings import Settings


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_file_that_takes_no_more_lines_is_told_once_and_the_lines_are_on_standard_error(tmp_path, capsys):
    log = run_log(Settings(log="/dev/full"), run="one")
    log.info("run_started")
    log.info("run_ended")
    told = lines(capsys.readouterr().err)
    assert [line["event"] for line in told] == ["log_not_written", "run_started", "run_ended"]
    assert (told[0]["file"], told[0]["message"]) == ("/dev/full", "No space left on device")
    assert {line["run"] for line in told} == {"one"}


def test_lines_go_on_in_a_file_that_was_moved_away(tmp_path):
    file = tmp_path / "soilinfo.log"
    log = run_log(Settings(log=file))
    log.info("run_started")
    file.rename(tmp_path / "soilinfo.log.1")
    log.info("run_ended")
    assert [line["event"] for line in lines(file.read_text())] == ["run_ended"]


@pytest.fixture
def jobs():
    """A logger of soilinfo's jobs with the handler of the command line."""
    logger, handler = logging.getLogger("soilinfo.jobs.test"), Unexpected()
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)


def met(logger):
    try:
        raise ZeroDivisionError("of a library")
    except ZeroDivisionError:
        logger.exception("'soc' was not ingested")


def test_what_nobody_expected_is_in_the_log_with_its_traceback(jobs, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SOILINFO_LOG", str(tmp_path / "soilinfo.log"))
    met(jobs)
    (line,) = lines((tmp_path / "soilinfo.log").read_text())
    assert (line["event"], line["level"]) == ("unexpected", "error")
    assert line["message"].startswith("'soc' was not ingested\nTraceback")
    assert capsys.readouterr().err == ""
    monkeypatch.delenv("SOILINFO_LOG")
    met(jobs)
    (line,) = lines(capsys.readouterr().err)
    assert "ZeroDivisionError: of a library" in line["message"], "a scheduler keeps standard error"
    jobs.warning("something odd")
    (line,) = lines(capsys.readouterr().err)
    assert (line["level"], line["message"]) == ("warning", "something odd")


def test_a_person_at_a_terminal_is_told_in_one_line_how_to_get_the_traceback(jobs, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    met(jobs)
    assert capsys.readouterr().err == "'soc' was not ingested; SOILINFO_LOG=FILE keeps the traceback\n"

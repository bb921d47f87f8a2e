"""A child under watch: what it says is heard, and it and all that it started end when they must."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from soilinfo.jobs.nightly import watch as module
from soilinfo.jobs.nightly.watch import watch
from tests.country import ROOT

FOREVER = "import time; time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); " + FOREVER
PARENT = (
    "import subprocess, sys; "
    f"child = subprocess.Popen([sys.executable, '-c', {FOREVER!r}], stdout=subprocess.DEVNULL); "
    "print(child.pid, flush=True); "
)


def watched(program, limit=60.0):
    heard = []
    ending = watch([sys.executable, "-c", program], os.environ, limit, heard.append)
    return ending, heard


def ends(pid):
    """True when a process is gone, or is a zombie that nobody has reaped yet, within a while."""
    for _ in range(500):
        try:
            if Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


def test_lines_exit_code_memory_and_last_words_are_told():
    ending, heard = watched("import sys; print('one'); print('two'); sys.exit('gone wrong')")
    assert heard == ["one\n", "two\n"]
    assert (ending.code, ending.overdue, ending.last_words) == (1, False, "gone wrong")
    assert ending.peak_memory > 1_000_000


def test_at_the_limit_it_is_asked_to_end():
    ending, _ = watched(FOREVER, limit=0.5)
    assert (ending.code, ending.overdue) == (-15, True)


def test_one_that_does_not_listen_is_ended_after_the_grace(monkeypatch):
    monkeypatch.setattr(module, "GRACE", 0.5)
    ending, _ = watched(DEAF, limit=3.0)
    assert (ending.code < 0, ending.overdue) == (True, True)


@pytest.mark.parametrize("last", ["sys.exit(0)", "__import__('os').kill(__import__('os').getpid(), 9)"])
def test_what_it_leaves_behind_is_ended_with_it(last):
    _, heard = watched(PARENT + last)
    assert ends(int(heard[0]))


LISTENING = "from soilinfo.jobs.nightly.watch import end_with_the_watcher; end_with_the_watcher(); "
FAMILY = LISTENING + "print(__import__('os').getpid()); " + PARENT + DEAF
WATCHER = f"""
import os, sys
from soilinfo.jobs.nightly.watch import watch
tell = lambda line: print(line, end="", flush=True)
watch([sys.executable, "-c", {FAMILY!r}], os.environ, 600, tell)
"""


def test_a_watcher_that_is_killed_takes_with_it_a_child_that_does_not_listen_and_all_it_started():
    command = [sys.executable, "-c", WATCHER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as watcher:
        child, grandchild, deaf = (watcher.stdout.readline().strip() for _ in range(3))
        assert deaf == "deaf"
        watcher.kill()
    assert ends(int(child))
    assert ends(int(grandchild))


def test_an_interruption_of_the_watcher_ends_the_watched():
    heard = []

    def interrupt(line):
        heard.append(line)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch([sys.executable, "-c", PARENT + FOREVER], os.environ, 60.0, interrupt)
    assert ends(int(heard[0]))

"""A disk that fills up while a map is written: the map is not published, and the one before it stays."""

import json
import os
import subprocess
import sys

from tests.country import ROOT
from tests.faults.full_disk import ROOMS_KB

FULL = ("No space left", "disk is full", "would need", "are free")
"""How a full disk is told, by the system, SQLite, and soilinfo before and while it writes."""


def test_a_full_disk_ends_the_run_with_its_own_code_and_loses_nothing(tmp_path, tell):
    # A mount namespace of its own, so that the small file system is nobody else's and goes with the process.
    mine = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", *mine, "--mount", sys.executable, "-m", "tests.faults.full_disk", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    first, *full, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert (first["code"], first["snapshot"]) == (0, 1)
    for step in full:
        assert step["code"] == 6, step
        assert any(text in step["errors"] for text in FULL), step
        assert "Traceback" not in step["errors"], step
        assert step["whole"], step
        assert (step["snapshot"], step["sums"]) == (1, first["sums"])
    assert (last["code"], last["snapshot"], last["leftovers"], last["whole"]) == (0, 2, [], True)
    assert last["sums"] != first["sums"]
    tell(f"{len(ROOMS_KB)} runs met a full disk; each left snapshot 1 as it was")

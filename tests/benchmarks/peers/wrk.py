"""Load by wrk: requests that differ from one another, and what came back."""

import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 8
_SCRIPT = """
local paths = {%s}
local at = 0
local threads = 0
function setup(thread) thread:set("start", threads * 977); threads = threads + 1 end
function init() at = start end
function request() at = at + 1; return wrk.format("GET", paths[at %% #paths + 1]) end
function done(summary, latency, requests)
  io.write(string.format(
    '{"seconds":%%f,"requests":%%d,"bytes":%%d,"failed":%%d,"lost":%%d,"p50":%%f,"p99":%%f}\\n',
    summary.duration / 1e6, summary.requests, summary.bytes, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""


@dataclass(frozen=True)
class Load:
    """What a server answered in a time: requests per second and milliseconds of each."""

    rate: float
    p50: float
    p99: float
    failed: int
    """Answers other than 2xx and 3xx, and connections that broke or were too slow."""
    seconds: float
    """How long it was asked."""

    @property
    def answered(self) -> float:
        """Answers per second, without those that were refused or came too late."""
        return self.rate - self.failed / self.seconds


def load(
    url: str,
    paths: Sequence[str],
    seconds: float,
    connections: int = CONNECTIONS,
    patience: int = 30,
    nice: int = 0,
) -> Load:
    """Ask for the paths in turn, over and over, by so many connections at a time.

    What takes longer than ``patience`` seconds counts as failed. ``nice``: how far wrk stands back behind
    other programs for the processor.
    """
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory) / "paths.lua"
        script.write_text(_SCRIPT % ",".join(map(json.dumps, paths)), "utf-8")
        words = [
            *("nice", f"-n{nice}", "wrk"),
            "-t2",
            f"-c{connections}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            f"{patience}s",
            "-s",
            str(script),
            url,
        ]
        told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    found = re.search(r"^\{.*\}$", told, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"wrk told no summary: {told}")
    summary = json.loads(found[0])
    rate, failed = summary["requests"] / summary["seconds"], summary["failed"] + summary["lost"]
    return Load(rate, summary["p50"], summary["p99"], failed, summary["seconds"])

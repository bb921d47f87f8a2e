"""Timers that run the pipelines: systemd units and crontab lines, as texts by file name."""

import os
import shlex
import sys
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path

from soilinfo.jobs.nightly.pipeline import Pipeline
from soilinfo.jobs.nightly.schedule import period
from soilinfo.settings import Settings

ENVIRONMENT = "soilinfo.env"
"""File of the settings; it may hold the database's password, so only its owner may read it."""
CRONTAB = "soilinfo.crontab"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_DAYS = {1: "*-*-*", 7: "Mon *-*-*"}
_AFTER_FAILURE = timedelta(minutes=15)
_ATTEMPTS = timedelta(hours=12)
"""Most time in which systemd counts to five starts, and then starts no more; the timer's count as well."""
_NOT_AGAIN = "2 3 5 7"
"""Exit codes that another attempt would not change: faults, bad input, blocked layers, running already."""

_SERVICE = """\
[Unit]
Description=soilinfo pipeline {name}: {source}
After=network-online.target postgresql.service
Wants=network-online.target
StartLimitIntervalSec={attempts}
StartLimitBurst=5

[Service]
Type=oneshot
WorkingDirectory={here}
EnvironmentFile={environment}
ExecStart={command} pipelines run {name}
# soilinfo ends a run at its own limit and tells of it; this is for the case that it cannot.
TimeoutStartSec={limit}
# When the kernel ends a step for want of memory, the process that watches it tells of that.
OOMPolicy=continue
KillMode=mixed
Restart=on-failure
RestartSec={again}
RestartPreventExitStatus={not_again}
Nice=10
NoNewPrivileges=yes
{hardening}"""

_HARDENING = """\
ProtectSystem=strict
ReadWritePaths={writable}
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
PrivateDevices=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes
"""

_TIMER = """\
[Unit]
Description=soilinfo pipeline {name}, every {every}

[Timer]
{when}
RandomizedDelaySec=60

[Install]
WantedBy=timers.target
"""


def systemd(
    pipelines: Iterable[Pipeline], settings: Settings, directory: Path, *, user: bool
) -> dict[str, str]:
    """A service and a timer for each pipeline and the file of settings that they share, in ``directory``.

    ``user``: for a user's own service manager, which may not set up a sandbox everywhere.
    """
    files = {ENVIRONMENT: _environment_file(settings.environment())}
    for pipeline in pipelines:
        unit = f"soilinfo-{pipeline.name}"
        files[f"{unit}.service"] = _service(pipeline, settings, directory, user=user)
        files[f"{unit}.timer"] = _TIMER.format(
            name=pipeline.name, every=period(pipeline.every), when=_when(pipeline)
        )
    return files


def crontab(settings: Settings) -> dict[str, str]:
    """Crontab lines: the settings, and every quarter of an hour whatever is due."""
    command = f"cd {shlex.quote(str(Path.cwd()))} && {shlex.quote(_command())} pipelines run --due"
    lines = [f"{name}={value}" for name, value in settings.environment().items()]
    # A bare % ends the command of a crontab line.
    return {CRONTAB: "\n".join([*lines, f"*/15 * * * * {command.replace('%', chr(92) + '%')}", ""])}


def _service(pipeline: Pipeline, settings: Settings, directory: Path, *, user: bool) -> str:
    hardening = "" if user else _HARDENING.format(writable=" ".join(map(_quoted, _writable(settings))))
    return _SERVICE.format(
        name=pipeline.name,
        source=pipeline.source.replace("%", "%%"),
        here=str(Path.cwd()).replace("%", "%%"),
        environment=str(directory.absolute() / ENVIRONMENT).replace("%", "%%"),
        command=_quoted(_command()),
        limit=_seconds(pipeline.timeout + timedelta(minutes=10)),
        again=_seconds(_AFTER_FAILURE),
        # The regular start of the next period must find the count begun anew.
        attempts=_seconds(min(_ATTEMPTS, pipeline.every / 2)),
        not_again=_NOT_AGAIN,
        hardening=hardening,
    )


def _when(pipeline: Pipeline) -> str:
    """The [Timer] lines of a period: by the calendar where it has a place there, else from run to run."""
    every, clock = pipeline.every, f"{pipeline.at:%H:%M:%S}"
    if not every % DAY and every // DAY in _DAYS:
        return f"OnCalendar={_DAYS[every // DAY]} {clock}\nPersistent=true"
    if every < DAY and not DAY % every and not every % HOUR:
        return f"OnCalendar=*-*-* 00/{every // HOUR}:{pipeline.at:%M:%S}\nPersistent=true"
    return f"OnBootSec=15min\nOnUnitActiveSec={_seconds(every)}"


def _seconds(duration: timedelta) -> str:
    return f"{duration.total_seconds():.0f}s"


def _environment_file(variables: Mapping[str, str]) -> str:
    """Variables quoted as a shell does it, which systemd reads alike."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items())


def _quoted(path: Path | str) -> str:
    """A path in a unit file."""
    text = str(path).replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"' if " " in text else text


def _writable(settings: Settings) -> list[Path]:
    files = [path.absolute().parent for path in (settings.log, settings.metrics) if path]
    return sorted({settings.store.absolute(), *files})


def _command() -> str:
    """The soilinfo command of the Python that runs now."""
    return os.fspath(Path(sys.executable).parent / "soilinfo")

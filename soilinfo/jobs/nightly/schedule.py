"""When a pipeline is due, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from soilinfo.jobs.nightly.pipeline import Pipeline
from soilinfo.jobs.runs.history import Conclusion, Histories, History

FIRST_BACK_OFF = timedelta(minutes=15)
"""After a failure; doubled with each further one, and never longer than the pipeline's period."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """How a pipeline stands now: times in UTC, None for what never was."""

    name: str
    every: timedelta
    state: Literal["never", "running"] | Conclusion
    last_run: datetime | None
    last_success: datetime | None
    exit_code: int | None
    next_due: datetime
    due: bool
    late: bool
    """True when it has not ended well for more than twice its period: since it last did, else since its
    first run began, else since the store first published something."""


def standings(
    pipelines: Mapping[str, Pipeline], histories: Histories, now: datetime, since: datetime | None = None
) -> list[Standing]:
    """How each pipeline stands at ``now`` (with a time zone); ``since``: when the store first published."""
    return [_standing(pipeline, histories, now, since) for pipeline in pipelines.values()]


def _standing(pipeline: Pipeline, histories: Histories, now: datetime, since: datetime | None) -> Standing:
    history = histories.of(pipeline.name)
    running = histories.running(pipeline.name) is not None
    last = history.last if history else None
    success = history.last_success if history else None
    due_at = next_due(pipeline, history, now)
    well = success or (history.first if history else since)
    return Standing(
        name=pipeline.name,
        every=pipeline.every,
        state="running" if running else last.outcome if last else "never",
        last_run=last.started if last else None,
        last_success=success,
        exit_code=last.exit_code if last else None,
        next_due=due_at,
        due=not running and due_at <= now,
        late=well is not None and now - well > 2 * pipeline.every,
    )


def period(every: timedelta) -> str:
    """A period as people say it: '1 d', '6 h', '90 min'."""
    for unit, name in ((DAY, "d"), (timedelta(hours=1), "h")):
        if not every % unit:
            return f"{every // unit} {name}"
    return f"{every / timedelta(minutes=1):g} min"


def next_due(pipeline: Pipeline, history: History | None, now: datetime) -> datetime:
    """When the pipeline is to run next: now when it never ran, after a failure when the back-off is over.

    A run that began in the future (a clock that went back) does not count.
    """
    if history is None or history.last.started > now:
        return now
    regular = _following(pipeline, history.last.started)
    if not history.failures:
        return regular
    back_off = FIRST_BACK_OFF * (1 << min(history.failures - 1, 20))
    return min(regular, history.last.finished + back_off)


def _following(pipeline: Pipeline, started: datetime) -> datetime:
    """One period after a start; a pipeline of whole days begins at its hour, however late it last did."""
    if pipeline.every % DAY:
        return started + pipeline.every
    day = started.astimezone().date() + pipeline.every
    return datetime.combine(day, pipeline.at).astimezone(started.tzinfo)

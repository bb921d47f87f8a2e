"""The one place that tells the time.

A clock may be moved back: nothing is ordered by it (the ledger numbers what it records), and an
instant is never written before the one that it follows.
"""

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present instant, UTC."""
    return datetime.now(UTC)


def not_before(instant: datetime | None) -> datetime:
    """The present instant, or the given one where a clock was moved back behind it."""
    return max(now(), instant) if instant else now()


def age(instant: datetime) -> timedelta:
    """Time since an instant, never negative."""
    return max(now() - instant, timedelta(0))

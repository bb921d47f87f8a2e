"""The places and the queue of one kind of requests.

A burst, as of a map that asks for thirty tiles, waits its turn. A queue that stands would only add its length
to every answer: it is cut to what gets its turn while one answer is made, and who finds no room in it is
turned away at once, so that those who are admitted are answered about as soon as on an idle server (after
controlled delay; Nichols and Jacobson 2012).
"""

import asyncio
from collections import deque
from time import monotonic
from typing import NamedTuple


class Terms(NamedTuple):
    """How one kind of requests is admitted."""

    places: int
    """Requests at work at a time, in each server process."""
    queue: int
    """Requests that wait for a place; in a crowd as many as there are places."""
    retry: int
    """Seconds after which a refused client is told to ask again."""


EAGER, UNNOTICED = 8, 0.01
"""Clients that ask one process without a pause and are no crowd: who gets a place after longer than they wait
for one another, and after more than so many seconds, gets it late. There is a crowd and no burst when late
ones outnumber prompt ones by as many as fit in the queue."""
FORGOTTEN = 10.0
"""Seconds after which as many late ones as fit in the queue are forgotten: who comes now and then, however
late the server reads what he asks, is no crowd."""
CALM = 2.0
"""Seconds without a refusal after which there is no crowd any more."""
SHORTEST = 0.003
"""Seconds that one waits in a crowd at least, where such requests usually take less than that: the web server
itself is not always at hand."""
LONGEST = 30.0
"""Seconds that anybody waits at most: where there is no crowd a server that stood still is waited for."""
RECENT = 16
"""Requests that what is usual is learnt from."""


class Lane:
    """Admits requests of one kind, for one event loop."""

    def __init__(self, terms: Terms) -> None:
        self.terms, self._free = terms, terms.places
        self._waiting: deque[_Turn] = deque()
        self._usual, self._late, self._counted = 0.0, 0.0, monotonic()
        self._is_crowded = False

    def turns_away(self, since: float) -> bool:
        """Whether one who has waited since a time has done so too long, or finds no room to go on waiting.

        Where there is a place and no crowd nobody is: then the server did not look, no queue was long.
        """
        is_crowded = self._crowded
        if self._free and not is_crowded:
            return False
        room = self.terms.places if is_crowded else self.terms.queue
        is_full = not self._free and len(self._waiting) >= room
        if is_full or monotonic() - since > self._patience:
            self._count_refused()
            return True
        return False

    async def enter(self, since: float) -> bool:
        """Take a place, waiting for it if need be; False when there is none in time."""
        if self.turns_away(since):
            return False
        if self._free:
            self._free -= 1
            self._count(since)
            return True
        turn = _Turn(asyncio.get_running_loop().create_future(), since)
        self._waiting.append(turn)
        left = since + self._patience - monotonic()
        impatient = turn.admitted.get_loop().call_later(left, self._give_up, turn)
        try:
            return await turn.admitted
        except asyncio.CancelledError:
            if not turn.admitted.cancelled() and turn.admitted.result():
                # The place came in the very turn in which its taker left.
                self._pass_on()
            raise
        finally:
            impatient.cancel()
            if turn in self._waiting:
                self._waiting.remove(turn)

    def leave(self, seconds: float) -> None:
        """Give the place back, or to the next, after so many seconds at work."""
        self._usual += (seconds - self._usual) / (RECENT if self._usual else 1)
        if self._crowded:
            self._tell_the_late()
        self._pass_on()

    def _pass_on(self) -> None:
        """Give a place to who waits longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.admitted.cancelled():
                self._count(turn.since)
                turn.admitted.set_result(True)
                return
        self._free += 1

    def _count(self, since: float) -> None:
        """Who gets a place: a crowd is not over because some of those who are let in came in time."""
        if monotonic() - since > max(EAGER / self.terms.places * self._usual, UNNOTICED):
            self._press(1)
        elif not self._crowded:
            self._press(-1)

    def _count_refused(self) -> None:
        """Who gets none: the first one tells that there is a crowd, each further one that there still is."""
        self._press(1 if self._crowded else self.terms.queue)

    def _press(self, by: float) -> None:
        now, most = monotonic(), self.terms.queue
        self._late = max(self._late - most * (now - self._counted) / FORGOTTEN, 0.0)
        self._late, self._counted = min(max(self._late + by, 0.0), most), now
        if self._is_crowded and self._late < most * (1 - CALM / FORGOTTEN):
            self._is_crowded, self._late = False, 0.0
        elif not self._is_crowded and self._late > most - 1:
            self._is_crowded, self._late = True, most

    def _tell_the_late(self) -> None:
        """Refuse those who came before the crowd and have waited longer than is waited now."""
        while self._waiting and monotonic() - self._waiting[0].since > self._patience:
            self._give_up(self._waiting[0])

    @property
    def _patience(self) -> float:
        return min(max(SHORTEST, self._usual), LONGEST) if self._crowded else LONGEST

    @property
    def _crowded(self) -> bool:
        self._press(0)
        return self._is_crowded

    def _give_up(self, turn: "_Turn") -> None:
        if turn in self._waiting:
            self._waiting.remove(turn)
            self._count_refused()
        if not turn.admitted.done():
            turn.admitted.set_result(False)


class _Turn(NamedTuple):
    """One who waits for a place, and since when."""

    admitted: "asyncio.Future[bool]"
    since: float

"""So many requests at work, a short queue, and who is turned away."""

import asyncio
from time import monotonic

import pytest

from soilinfo.serve.delivery import lane
from soilinfo.serve.delivery.lane import Lane, Terms

TERMS = Terms(places=1, queue=3, retry=1)
LONG = 1.0
"""Seconds that an answer takes, in which nothing here is late unless it comes late."""
LATE = 9 * LONG


class Works:
    """Requests at a lane: who was admitted and who refused, in which order."""

    def __init__(self, terms: Terms) -> None:
        self.lane, self.admitted, self.refused = Lane(terms), [], []

    async def ask(self, name: str, waited: float) -> None:
        is_admitted = await self.lane.enter(monotonic() - waited)
        (self.admitted if is_admitted else self.refused).append(name)

    async def come(self, *names: str, waited: float = 0.0) -> list[asyncio.Task[None]]:
        """They come, having waited for so many seconds before the server read what they ask."""
        tasks = [asyncio.create_task(self.ask(name, waited)) for name in names]
        await asyncio.sleep(0)
        return tasks

    async def leave(self, seconds: float) -> None:
        self.lane.leave(seconds)
        await asyncio.sleep(0)


def test_a_burst_waits_its_turn_in_the_order_it_came():
    async def run() -> Works:
        works = Works(TERMS)
        tasks = await works.come("a", "b", "c")
        for _ in tasks:
            works.lane.leave(0.01)
        await asyncio.gather(*tasks)
        return works

    assert asyncio.run(run()).admitted == ["a", "b", "c"]


def test_who_finds_the_queue_full_or_waits_too_long_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lane, "LONGEST", 0.2)

    async def run() -> Works:
        works = Works(TERMS)
        await asyncio.gather(*await works.come("at work", "b", "c", "d", "too many"))
        return works

    works = asyncio.run(run())
    assert works.admitted == ["at work"]
    assert works.refused == ["too many", "b", "c", "d"]


def test_once_somebody_was_refused_no_more_wait_than_get_their_turn_meanwhile():
    async def run() -> Works:
        works = Works(TERMS)
        await works.come("at work", "b", "c", "d", "too many")
        for _ in "bcd":
            await works.leave(LONG)
        await works.come("e", "f")
        assert works.refused == ["too many", "f"]
        await works.leave(LONG)
        return works

    assert asyncio.run(run()).admitted == ["at work", "b", "c", "d", "e"]


def test_a_queue_that_does_not_end_is_a_crowd_and_who_waits_since_before_is_told_at_once():
    async def run() -> Works:
        works = Works(TERMS)
        await works.come("at work")
        await works.leave(LONG)
        await works.come("at work", "b", "c", "d", waited=LATE)
        for late in "ef":
            await works.leave(LONG)
            await works.come(late, waited=LATE)
        # Three in a row got their places late, as many as fit in the queue.
        assert works.refused == ["f"]
        await works.leave(LONG)
        return works

    works = asyncio.run(run())
    assert works.admitted == ["at work", "at work", "b", "c"]
    assert sorted(works.refused) == ["d", "e", "f"]


def test_a_few_who_ask_without_a_pause_are_no_crowd():
    async def run() -> Works:
        works = Works(TERMS)
        await works.come("at work", "b", "c")
        for _ in range(20):
            await works.leave(LONG)
            await works.come("again")
        return works

    works = asyncio.run(run())
    assert (len(works.admitted), works.refused) == (21, [])


def test_bursts_with_quiet_between_them_are_no_crowd():
    async def run() -> Works:
        works = Works(TERMS)
        for _ in range(5):
            for _ in "quiet":
                await works.come("alone")
                await works.leave(LONG)
            await works.come("at once", "b", waited=LATE)
            for _ in "ab":
                await works.leave(LONG)
        return works

    works = asyncio.run(run())
    assert (len(works.admitted), works.refused) == (35, [])


def test_a_crowd_is_over_when_nobody_has_been_refused_for_a_while(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lane, "CALM", 0.1)

    async def run() -> Works:
        works = Works(TERMS)
        await works.come("at work", "b", "c", "d", "too many")
        for _ in "abcd":
            await works.leave(LONG)
        await asyncio.sleep(0.15)
        await works.come("e", "f", "g", "h")
        return works

    assert asyncio.run(run()).refused == ["too many"]


def test_who_comes_alone_to_a_free_place_is_admitted_however_late_the_server_looked():
    async def run() -> Works:
        works = Works(TERMS)
        for _ in range(2):
            await works.come("alone", waited=LATE)
            await works.leave(0.01)
        return works

    assert asyncio.run(run()).admitted == ["alone", "alone"]


def test_who_comes_now_and_then_to_a_server_that_always_looks_late_is_no_crowd(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(lane, "FORGOTTEN", 0.1)
    monkeypatch.setattr(lane, "CALM", 0.02)

    async def run() -> Works:
        works = Works(TERMS)
        await works.come("at work", "b", "c", "d", "too many")
        for _ in "abcd":
            await works.leave(0.01)
        for _ in range(5):
            await asyncio.sleep(0.05)
            await works.come("now and then", waited=LATE)
            await works.leave(0.01)
        return works

    works = asyncio.run(run())
    assert works.refused == ["too many"]
    assert works.admitted[4:] == ["now and then"] * 5


def test_the_few_who_wait_while_a_server_stands_still_are_answered_when_it_goes_on():
    async def run() -> Works:
        works = Works(TERMS)
        await works.come("at work")
        await works.leave(0.01)
        tasks = await works.come("at work again", "b", "c", waited=LATE)
        for _ in tasks:
            await works.leave(LATE)
        await asyncio.gather(*tasks)
        return works

    works = asyncio.run(run())
    assert (works.admitted, works.refused) == (["at work", "at work again", "b", "c"], [])


def test_a_place_is_not_lost_with_who_stopped_waiting():
    async def run() -> Works:
        works = Works(TERMS)
        _, waiting = await works.come("a", "left")
        waiting.cancel()
        await asyncio.sleep(0)
        works.lane.leave(0.01)
        await works.come("b")
        return works

    assert asyncio.run(run()).admitted == ["a", "b"]


def test_a_place_is_not_lost_with_who_leaves_in_the_turn_in_which_it_comes():
    async def run() -> Works:
        works = Works(TERMS)
        _, left = await works.come("a", "left")
        works.lane.leave(0.01)
        left.cancel()
        await asyncio.sleep(0)
        await works.come("b")
        return works

    assert asyncio.run(run()).admitted == ["a", "b"]

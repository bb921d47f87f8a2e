"""Killed at a hundred instants, in every phase of an ingestion: no reader sees a mixed or partial map.

After each kill the next run completes, nothing published is lost, and what was left unfinished is collected;
a whole version that the ledger does not know is kept.
"""

import random
import shutil
import signal
from collections import Counter
from itertools import count

import pytest

from soilinfo.catalog.load import load
from soilinfo.store.home import open_store
from tests.faults.nightly import (
    LEVELS,
    Zygote,
    look,
    night,
    nightly_country,
    reading,
    value,
    values,
    write_generation,
)
from tests.faults.zygote import PHASES

KILLS = {"embedded": 20, "postgis": 4}
"""In each of the five phases."""


@pytest.fixture
def settings(settings, tmp_path):
    return nightly_country(settings, tmp_path)


def leave_rubbish(settings, number):
    """What killed runs leave: an unfinished version, and a whole one that the ledger never recorded."""
    (settings.store / "cube" / "soc").mkdir(parents=True, exist_ok=True)
    whole = next(
        path for path in (settings.store / "cube" / "soc").iterdir() if not path.name.startswith(".")
    )
    shutil.copytree(whole, settings.store / "cube" / "soc" / f"unrecorded{number}")
    shutil.copytree(whole, settings.store / "cube" / "soc" / f".partial-{number}")


def unfinished(settings):
    return [
        str(path)
        for name in ("cube", "cog", "vector")
        for path in (settings.store / name).glob("*/*.partial-*")
    ]


def unrecorded(settings):
    return {path.name for path in (settings.store / "cube" / "soc").glob("unrecorded*")}


LATE = ("commit", "sync")
"""Phases that are passed again when all is published: reports are synced last."""


def instants(calls, phase, chance):
    """A random call of a phase, and a random moment of it."""
    call = chance.randrange(len(calls[phase])) + 1
    return {"phase": phase, "call": call, "delay": chance.uniform(0, max(calls[phase]))}


def test_kills_in_every_phase_leave_whole_maps_and_the_next_run_completes(settings, tmp_path, request, tell):
    home = request.node.callspec.params["settings"]
    chance, killed = random.Random(20261122), Counter()
    plan = [phase for phase in PHASES for _ in range(KILLS[home])]
    chance.shuffle(plan)
    write_generation(tmp_path, 1)
    rubbish = ["dry"]
    leave_rubbish(settings, "dry")
    with Zygote(settings) as zygote, reading(settings) as reader:
        calls = zygote.run()["seconds"]
        assert set(calls) == set(PHASES), "every phase is passed in a run"
        store, catalog = open_store(settings), load(settings.config)
        waiting = list(plan)
        for generation in count(2):
            if not waiting:
                break
            phase, before = waiting.pop(), store.ledger.current()
            write_generation(tmp_path, generation)
            if phase == "collect":
                rubbish.append(generation)
                leave_rubbish(settings, generation)
            died = zygote.run(**instants(calls, phase, chance))["signal"] == signal.SIGKILL
            killed[phase] += died
            if not died:  # a run that finds nothing new to tell has fewer calls: another night, then
                waiting.insert(0, phase)
            after = store.ledger.current()
            assert look(store) == []
            assert after == before or ((phase in LATE or not died) and after.id == before.id + 1)
            assert (night(store, catalog).blocked, unfinished(settings)) == ([], [])
            published = store.ledger.current()
            assert published.id == before.id + 1
            for layer in LEVELS:
                assert values(store, layer, published.layers[layer]) == {value(layer, generation)}
                assert store.has_raster(layer, before.layers[layer]), "what was published is kept"
        left = {f"unrecorded{number}" for number in rubbish}
        assert unrecorded(settings) == left, "kept, as another ledger may know them"
        doomed = [one for one in store.unrecorded() if one.version in left]
        assert len(doomed) == len(left)
        store.remove_files(doomed)
        assert unrecorded(settings) == set()
        store.close()
    assert reader.faults == []
    assert killed == Counter(plan)
    tell(f"{home}: killed {sum(killed.values())} times ({dict(killed)}); {reader.reads} reads, none mixed")

"""Names on maps of units: beside what they would hide, and on nothing small."""

from itertools import combinations
from xml.etree import ElementTree

from shapely import box

from soilinfo.report.atlas.outlines import on_paper, room_of
from soilinfo.report.atlas.place import Unit
from soilinfo.report.figures.ground import frame_of
from soilinfo.report.figures.names import names_on

SIZE = 2.3
LAND, ENCLAVE, ISLET = box(100, -10, 120, 0), box(109.8, -5.2, 110.2, -4.8), box(124.0, -4.1, 124.2, -3.9)
UNITS = [Unit("Large Land", LAND), Unit("Enclave", ENCLAVE), Unit("Islet", ISLET)]
FRAME = frame_of([*(each.outline for each in UNITS), box(100, -10, 140, 0)], (180.0, 90.0))


def rooms(units=UNITS):
    """What each name takes of the paper."""
    drawn = ElementTree.fromstring(f"<svg>{''.join(names_on(units, FRAME, SIZE))}</svg>")
    return {
        each.text: room_of(each.text, (float(each.get("x")), float(each.get("y"))), SIZE)
        for each in drawn.iter("text")
    }


def test_a_small_unit_keeps_clear_of_its_own_name_and_of_that_of_the_land_around_it():
    found = rooms()
    assert found.keys() == {"Large Land", "Enclave", "Islet"}
    for small in (ENCLAVE, ISLET):
        assert not any(room.intersects(on_paper(small, FRAME)) for room in found.values())
    assert not any(a.intersects(b) for a, b in combinations(found.values(), 2))


def test_a_large_unit_has_its_name_within():
    assert rooms()["Large Land"].within(on_paper(LAND, FRAME))
    (x, y), *_ = on_paper(LAND.representative_point(), FRAME).coords
    assert rooms(UNITS[:1])["Large Land"].distance(room_of("Large Land", (x, y), SIZE)) == 0


def test_a_name_that_has_room_on_no_side_is_left_out():
    crowd = [Unit(f"Islet {n}", box(124 + n / 5, -4.1, 124.1 + n / 5, -3.9)) for n in range(12)]
    found = rooms(crowd)
    assert 0 < len(found) < len(crowd)
    assert not any(a.intersects(b) for a, b in combinations(found.values(), 2))

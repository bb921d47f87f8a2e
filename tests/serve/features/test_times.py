"""datetime: findings and soil maps are filtered by it, all else is true at any time."""

from collections.abc import Callable

import httpx
import pytest

Refused = Callable[..., str]

FINDINGS = "/collections/findings/items"


def found(client: httpx.Client, time: str) -> int:
    answer = client.get(FINDINGS, params={"datetime": time, "limit": 1})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["numberMatched"])


def test_findings_are_filtered_by_when_they_were_made(client: httpx.Client):
    page = client.get(f"{FINDINGS}?sortby=created&limit=1000").json()
    times = [feature["properties"]["created"] for feature in page["features"]]
    assert found(client, f"{times[0]}/{times[-1]}") == len(times) > 1
    assert found(client, times[0]) == times.count(times[0])
    assert found(client, times[0].replace("+00:00", "Z")) == times.count(times[0])
    assert found(client, f"../{times[0]}") == times.count(times[0])
    assert found(client, f"{times[-1]}/..") == times.count(times[-1])
    assert found(client, "../1999-12-31") == found(client, "2999-01-01T00:00:00Z/..") == 0
    assert found(client, times[0][:10]) == sum(time[:10] == times[0][:10] for time in times)


def test_a_time_of_another_zone_is_the_same_instant(client: httpx.Client):
    first = client.get(f"{FINDINGS}?sortby=created&limit=1").json()["features"][0]["properties"]["created"]
    hour = (int(first[11:13]) + 7) % 24
    if hour >= 7:  # the same day in Jakarta
        assert found(client, f"{first[:11]}{hour:02}{first[13:19]}+07:00") == found(client, first)


@pytest.mark.parametrize(
    "time",
    [
        "2020-13-01",
        "20200101",
        "2020-01-01/2020-01-02/..",
        "..",
        "",
        "2020-01-01T25:00:00Z",
        "9999-12-31T23:59:59-23:00",
    ],
)
def test_what_is_no_time_is_refused(refused: Refused, time: str):
    assert "RFC 3339" in refused(f"{FINDINGS}?datetime={time}")

"""What clients like is read as they wrote it, and never answered by what they refuse."""

import httpx
import pytest

from soilinfo.serve.preferences import preferences

ITEMS = "/collections/regencies/items"


@pytest.mark.parametrize(
    ("header", "liked"),
    [
        (
            "text/csv;q=0.5, application/geo+json;Q=0.1, */*;q=0",
            {"text/csv": 0.5, "application/geo+json": 0.1, "*/*": 0},
        ),
        ("image/tiff; application=geotiff; q=0.3, image/PNG", {"image/png": 1, "image/tiff": 0.3}),
        ("id-ID, en ; q = high,,", {"id-id": 1, "en": 1}),
        ("", {}),
    ],
)
def test_preferences_are_ordered_by_their_quality(header: str, liked: dict[str, float]):
    assert [*preferences(header).items()] == [*liked.items()]


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        ("text/*", "text/html; charset=utf-8"),
        ("text/csv;q=0.2, text/html;q=0.1", "text/csv; charset=utf-8"),
        ("application/geo+json;Q=0.1, text/csv;q=0.5", "text/csv; charset=utf-8"),
        ("*/*;q=0.1, application/geo+json", "application/geo+json"),
    ],
)
def test_the_best_liked_format_is_sent(client: httpx.Client, accept: str, sent: str):
    assert client.get(ITEMS, headers={"Accept": accept}).headers["content-type"] == sent


def test_a_format_that_is_refused_is_not_sent(client: httpx.Client):
    answer = client.get(ITEMS, headers={"Accept": "*/*;q=0.1, application/geo+json;q=0"})
    assert answer.status_code == 200
    assert "geo+json" not in answer.headers["content-type"]
    assert client.get("/", headers={"Accept-Language": "id;q=0"}).headers["content-language"] == "en"

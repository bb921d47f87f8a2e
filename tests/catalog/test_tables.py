"""Tables: what their file may say of time."""

from typing import Any

import pytest
from pydantic import ValidationError

from soilinfo.catalog.models import Table

TITLE = {"en": "a", "id": "b"}
DOCUMENT: dict[str, Any] = {
    "id": "planted",
    "title": TITLE,
    "description": TITLE,
    "source": "planted.csv",
    "columns": {
        "code": {"source": "Kode", "type": "code", "title": TITLE},
        "sown": {"source": "Tanam", "type": "date", "title": TITLE},
    },
    "key": ["code"],
    "licence": "CC0-1.0",
    "attribution": "tests",
}


def test_a_table_is_of_one_time_or_each_of_its_rows_has_its_own():
    assert Table(**DOCUMENT, time=2024).time == "2024"
    assert Table(**DOCUMENT, time_column="sown").time_column == "sown"
    with pytest.raises(ValidationError, match="not both"):
        Table(**DOCUMENT, time=2024, time_column="sown")


def test_the_time_of_a_row_stands_in_a_column_of_dates():
    with pytest.raises(ValidationError, match="'code' holds no dates"):
        Table(**DOCUMENT, time_column="code")

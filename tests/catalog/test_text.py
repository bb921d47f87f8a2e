"""Texts by language."""

from pathlib import Path

import pytest
import yaml

from soilinfo.catalog.sections import SECTIONS
from soilinfo.catalog.text import BUILT_IN, in_language, languages, number, text, texts
from soilinfo.errors import UnknownNameError
from tests.catalog.conftest import write


def placeholders(words: str) -> set[str]:
    return {part.split("}")[0] for part in words.split("{")[1:]}


def test_every_language_has_the_same_keys_with_the_same_placeholders():
    assert {"en", "id"} <= set(BUILT_IN)
    english = yaml.safe_load(BUILT_IN["en"].read_bytes())
    for language, path in BUILT_IN.items():
        words = yaml.safe_load(path.read_bytes())
        assert words.keys() == english.keys(), language
        assert all(isinstance(value, str) and value for value in words.values()), language
        different = [key for key in words if placeholders(words[key]) != placeholders(english[key])]
        assert different == [], language


@pytest.mark.parametrize("language", BUILT_IN)
def test_a_locale_file_is_flat_and_sorted_by_key(language: str):
    keys = list(yaml.safe_load(BUILT_IN[language].read_bytes()))
    assert keys == sorted(keys)


def test_no_text_has_the_key_of_a_configuration_label():
    assert not [key for key in texts("en") if key.split(".")[0] in SECTIONS]


def test_a_configuration_may_word_a_text_in_its_own_way(country: Path):
    write(country, "locales/id.yaml", "page.data: Data tanah\n")
    assert text("page.data", "id", country) == "Data tanah"
    assert text("page.data", "id") == "Data"
    assert languages(country) == ("en", "id")


def test_an_unknown_language_or_key_is_answered_with_those_that_exist():
    with pytest.raises(UnknownNameError, match="no language 'fr'; there are: en, id"):
        texts("fr")
    with pytest.raises(UnknownNameError, match=r"Did you mean 'page.data'\?"):
        text("page.dta", "en")


def test_a_label_without_a_text_is_shown_in_english():
    assert in_language({"en": "Soil", "id": "Tanah"}, "id") == "Tanah"
    assert in_language({"en": "Soil", "id": "Tanah"}, "jv") == "Soil"


@pytest.mark.parametrize(
    ("language", "written"), [("en", "1,234,567.50"), ("id", "1.234.567,50")], ids=["English", "Indonesian"]
)
def test_numbers_are_written_as_the_language_writes_them(language: str, written: str):
    assert number(1234567.5, 2, language) == written


def test_what_rounds_to_zero_has_no_sign():
    assert [number(value, 2, "en") for value in (-0.001, -0.0, -0.006)] == ["0.00", "0.00", "-0.01"]

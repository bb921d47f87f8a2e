"""Texts of pages, legends and tables by language, and numbers as a language writes them.

``soilinfo/locale/<language>.yaml`` holds the texts that belong to the program, one flat
``key: text`` per line; a configuration adds a language, or words a text in its own way, in
``locales/<language>.yaml``. English stands in where a further language lacks a text.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

from soilinfo.errors import UnknownNameError

DEFAULT_LANGUAGE = "en"

BUILT_IN: Mapping[str, Path] = {
    path.stem: path for path in sorted(Path(str(files("soilinfo") / "locale")).glob("*.yaml"))
}
"""The locale file of each language that comes with soilinfo."""


@cache
def _flat(path: Path) -> Mapping[str, str]:
    # The loader in C: every start of the program waits for these texts.
    held = yaml.load(path.read_bytes(), yaml.CSafeLoader) or {}
    return {str(key): str(text) for key, text in held.items()}


@cache
def locale_files(directory: Path) -> Mapping[str, Path]:
    """The locale files of a configuration by language; empty when it has none.

    Looked for once, as the texts are read once: all that is published is called by them thousands of times.
    """
    return {path.stem: path for path in sorted((directory / "locales").glob("*.yaml"))}


def languages(directory: Path | None = None) -> tuple[str, ...]:
    """Every language that has texts, those of ``directory`` included, sorted."""
    further = locale_files(directory) if directory else {}
    return tuple(sorted({*BUILT_IN, *further}))


def texts(language: str, directory: Path | None = None) -> Mapping[str, str]:
    """Every text of the program in ``language``, by key.

    A text of the configuration in ``directory`` wins over a built-in one, a built-in one over
    English. Raises UnknownNameError for a language without any file.
    """
    further = locale_files(directory) if directory else {}
    if language not in {*BUILT_IN, *further}:
        raise UnknownNameError("language", language, sorted({*BUILT_IN, *further}))
    layers = (BUILT_IN[DEFAULT_LANGUAGE], BUILT_IN.get(language), further.get(language))
    return _layered(tuple(path for path in layers if path))


@cache
def _layered(paths: tuple[Path, ...]) -> Mapping[str, str]:
    # A page asks for texts some hundred times; the files themselves are read once already.
    return {key: text for path in paths for key, text in _flat(path).items()}


def in_language(label: Mapping[str, str], language: str) -> str:
    """A label's text in ``language``, or in English where it has none."""
    return label.get(language) or label[DEFAULT_LANGUAGE]


def number(value: float, decimals: int, language: str, directory: Path | None = None) -> str:
    """A number as ``language`` writes it: 1234.5 is '1,234.5' in English, '1.234,5' in Indonesian.

    What rounds to zero has no sign.
    """
    words = texts(language, directory)
    signs = str.maketrans({",": words["number.group"], ".": words["number.decimal"]})
    return f"{value:z,.{decimals}f}".translate(signs)


def unit_text(symbol: str, language: str, directory: Path | None = None) -> str:
    """A unit as people write it ('°C' for degC); '' for none and for pH, which its title names."""
    return "" if symbol in ("1", "pH") else texts(language, directory).get(f"unit.{symbol}", symbol)


def label(key: str, directory: Path | None = None) -> dict[str, str]:
    """The text of one key in every language, its ``{placeholders}`` not yet filled."""
    return {language: text(key, language, directory) for language in languages(directory)}


def text(key: str, language: str, directory: Path | None = None) -> str:
    """The text of one key, its ``{placeholders}`` not yet filled; UnknownNameError for an unknown key."""
    words = texts(language, directory)
    if key not in words:
        raise UnknownNameError("text", key, words)
    return words[key]

"""Labels put together from the program's texts, in every language at once."""

from collections.abc import Mapping
from pathlib import Path

from soilinfo.catalog.text import in_language, languages, texts

Text = Mapping[str, str]
"""A text by language."""


def label(directory: Path, key: str, **parts: Text | str) -> dict[str, str]:
    """The text ``key`` in every language of the configuration in ``directory``.

    Its {placeholders} are filled from ``parts``: one text for all languages, or one for each.
    """
    return {
        language: texts(language, directory)[key].format_map(
            {name: spoken(part, language) for name, part in parts.items()}
        )
        for language in languages(directory)
    }


def joined(*parts: Text) -> dict[str, str]:
    """Labels one after the other as sentences, language by language; empty ones are left out."""
    known = dict.fromkeys(language for part in parts for language in part)
    return {
        language: " ".join(_sentence(in_language(part, language)) for part in parts if part)
        for language in known
    }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def spoken(part: Text | str, language: str) -> str:
    """One language's text of a label; a plain text is the same in all."""
    return part if isinstance(part, str) else in_language(part, language)

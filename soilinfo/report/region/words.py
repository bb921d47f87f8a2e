"""What a regional report says, in every language at once: it is one document for all its readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from soilinfo.catalog.text import DEFAULT_LANGUAGE, in_language, languages, number, texts, unit_text

type Words = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True)
class Speech:
    """Writes labels with the texts of the configuration in ``directory``."""

    directory: Path

    def label(self, key: str, **parts: Words | str) -> dict[str, str]:
        """A text of the program, its placeholders filled: one text for all languages, or one for each."""
        return {
            language: texts(language, self.directory)[key].format_map(
                {
                    name: part if isinstance(part, str) else in_language(part, language)
                    for name, part in parts.items()
                }
            )
            for language in languages(self.directory)
        }

    def same(self, text: str) -> dict[str, str]:
        """A text that needs no translation, such as a code."""
        return dict.fromkeys(languages(self.directory), text)

    def code(self, column: str, value: str | None) -> dict[str, str]:
        """What a code of a column is called; itself where no text says it, not known where there is none."""
        if value is None:
            return self.unknown
        key = f"value.{column}.{value}"
        return self.label(key) if key in texts(DEFAULT_LANGUAGE, self.directory) else self.same(value)

    def quantity(self, value: float | None, decimals: int, unit: str) -> dict[str, str]:
        """A number with its unit."""
        if value is None:
            return self.unknown
        return {
            each: f"{number(value, decimals, each, self.directory)} "
            f"{unit_text(unit, each, self.directory)}".rstrip()
            for each in languages(self.directory)
        }

    def span(self, ends: tuple[float, float] | None, unit: str = "") -> dict[str, str]:
        """Two ends, such as '0–30 cm'; one, where both are the same; not known, where there are none."""
        if ends is None:
            return self.unknown
        written = "–".join(dict.fromkeys(f"{end:g}" for end in ends))
        return self.same(f"{written} {unit}".rstrip())

    @property
    def unknown(self) -> dict[str, str]:
        """Not known."""
        return self.label("regional.unknown")

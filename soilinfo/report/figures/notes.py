"""Notes about the rows of a table, each told once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from soilinfo.report.phrases import Phrases

Label = Mapping[str, str]


def grouped(phrases: Phrases, rows: Iterable[tuple[Label, Sequence[Label]]]) -> Iterator[list[str]]:
    """Every note after the rows (title, notes) that it is about; after '' where it is about all of them."""
    about: dict[str, list[str]] = {}
    told = [*rows]
    for title, notes in told:
        for note in notes:
            about.setdefault(phrases.named(note), []).append(phrases.named(title))
    for words, titles in about.items():
        yield ["" if len(titles) == len(told) else f"{phrases.listed(titles)}: ", words]

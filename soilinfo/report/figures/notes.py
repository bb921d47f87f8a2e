"""Notes about the rows of a table, those about all of them once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from soilinfo.report.phrases import Phrases

Label = Mapping[str, str]


def grouped(phrases: Phrases, rows: Iterable[tuple[Label, Sequence[Label]]]) -> Iterator[list[str]]:
    """The notes about every row after '', then the others after the title of their row."""
    told = [(phrases.named(title), [phrases.named(note) for note in notes]) for title, notes in rows]
    shared = [
        note for note in dict.fromkeys(told[0][1] if told else ()) if all(note in notes for _, notes in told)
    ]
    if shared:
        yield ["", " ".join(shared)]
    for title, notes in told:
        if own := [note for note in notes if note not in shared]:
            yield [f"{title}: ", " ".join(own)]

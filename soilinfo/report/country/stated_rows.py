"""Rows of the workbook of statements by column: what is asked, and what was stated so far."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from soilinfo.catalog.statements import SATISFACTORY, SCALES, Answer, Expert, Statements, scale
from soilinfo.catalog.threats import InventoryItem
from soilinfo.report.phrases import Phrases
from soilinfo.report.workbook import Cell

FIRST_EXPERT = "1"

Row = Mapping[str, Cell]


@dataclass(frozen=True)
class StatedRows:
    """The rows of each sheet in one language; ``stated``: None where nothing is yet."""

    phrases: Phrases
    stated: Statements | None

    def threats(self) -> Iterator[Row]:
        """A row for each threat and expert, expert by expert; of a first one where nobody said anything."""
        said = self.stated.threats if self.stated else {}
        names = dict.fromkeys(each.expert for experts in said.values() for each in experts) or [FIRST_EXPERT]
        for name in names:
            for id, threat in self.phrases.catalog.threats.items():
                own = next((each for each in said.get(id, ()) if each.expert == name), Expert(expert=name))
                yield {"threat": self.phrases.named(threat.title), **self._expert(own)}

    def _expert(self, own: Expert) -> Row:
        scaled = {name: self._word(name, getattr(own, name)) for name in SCALES if name != SATISFACTORY}
        return {
            "expert": own.expert,
            "rank": own.rank,
            "area_ha": own.area_ha,
            "evidence": own.evidence,
            **scaled,
        }

    def inventory(self) -> Iterator[Row]:
        """A row for each question."""
        answers = {each.id: each for each in self.stated.inventory} if self.stated else {}
        for id, item in self.phrases.catalog.inventory.items():
            asked = {
                "id": id,
                "part": self._part(item),
                "question": self.phrases.named(item.question),
                "unit": item.unit,
            }
            given = answers.get(id)
            yield {**asked, **(self._answer(given) if given else {})}

    def _answer(self, given: Answer) -> Row:
        answer: Cell = given.answer
        if isinstance(answer, bool):
            answer = self._yes_or_no(answer)
        elif given.choice:
            answer = self.phrases.named(given.choice)
        return {"answer": answer, "year": given.year, "evidence": given.evidence}

    def _part(self, item: InventoryItem) -> str:
        """The action area and the component that ask it."""
        parts = [f"value.gsp_area.{item.gsp_area}"] if item.gsp_area else []
        parts += [f"value.component.{item.component}"] if item.component else []
        return "\n".join(map(self.phrases.say, parts))

    def practices(self) -> Iterator[Row]:
        """A row for each practice."""
        titles = {id: self.phrases.named(each.title) for id, each in self.phrases.catalog.threats.items()}
        for each in self.stated.practices if self.stated else ():
            threats = "; ".join(titles.get(id, id) for id in each.threats)
            yield {**each.model_dump(), "threats": threats}

    def laboratories(self) -> Iterator[Row]:
        """A row for each laboratory and round."""
        for each in self.stated.laboratories if self.stated else ():
            yield {**each.model_dump(), SATISFACTORY: self._yes_or_no(each.satisfactory)}

    def _yes_or_no(self, answer: bool | None) -> str | None:
        return None if answer is None else self._word(SATISFACTORY, "yes" if answer else "no")

    def _word(self, column: str, id: str | None) -> str | None:
        return None if id is None else self.phrases.named(scale(column, self.phrases.catalog.directory)[id])

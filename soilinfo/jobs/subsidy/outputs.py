"""What is handed out of an allocation: decree workbook, tables, sheets of units, answers of the process."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import NATION
from soilinfo.errors import UnknownNameError
from soilinfo.findings import Finding
from soilinfo.jobs.runs.csv_files import write_csv
from soilinfo.jobs.subsidy.allocate import Allocation
from soilinfo.jobs.subsidy.explain import chains_of, left_out_of
from soilinfo.jobs.subsidy.plans import derived_from
from soilinfo.jobs.subsidy.records import allocation_of
from soilinfo.jobs.subsidy.rules import in_order, plan_kept, titles_kept
from soilinfo.jobs.subsidy.unit_tree import UnitTree, unit_tree
from soilinfo.report.allocation.decree import decree
from soilinfo.report.allocation.document import Document
from soilinfo.report.allocation.explanation import sentence
from soilinfo.report.allocation.left_out import sentence_of
from soilinfo.report.allocation.sheet import UnitAllocation, unit_sheet
from soilinfo.report.allocation.tables import level_table, level_tables
from soilinfo.report.phrases import Phrases
from soilinfo.report.workbook import csv_text
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.store.vector import Query

Answer = dict[str, Any]
MOST_EXPLAINED = 40
"""Units whose reasons a sheet tells: those of any regency, and not those of a whole nation."""
FIRST = (
    *("code", "name", "fertilizer", "area_ha", "need_t", "request_t", "due_t", "redeemed_t"),
    *("weight", "floor_t", "cap_t", "share_t", "bound", "sacks", "allocated_t", "need_met_pct"),
)
"""Columns of a level in the order of the chain; money and printed totals follow."""
UNKEPT = "draft"
"""The state of an allocation that is not kept."""


def export(store: Store, catalog: Catalog, id_: str, target: Path, language: str) -> list[Path]:
    """Write the decree workbook of a kept allocation (.xlsx), or a CSV of each level into a directory.

    Returns the files. UnknownNameError for an allocation that is not kept, or a language without texts.
    """
    allocation, document = kept(store, catalog, id_)
    phrases = Phrases(catalog, language, titles_kept(allocation.choices))
    if target.suffix != ".xlsx":
        return write_csv(level_tables(phrases, document), target)
    target.write_bytes(decree(phrases, document))
    return [target]


def sheet(store: Store, catalog: Catalog, id_: str, code: str, language: str) -> bytes:
    """The sheet (PDF) of one unit of a kept allocation; UnknownNameError as for :func:`export`."""
    allocation, document = kept(store, catalog, id_)
    phrases = Phrases(catalog, language, titles_kept(allocation.choices))
    unit = unit_of(store, catalog, document, code)
    return unit_sheet(phrases, replace(unit, reasons=_reasons(store, phrases, allocation, unit)))


def _reasons(store: Store, phrases: Phrases, allocation: Allocation, unit: UnitAllocation) -> list[str]:
    """Why each part of a unit gets what it gets, or nothing; an old record does not keep why."""
    if allocation.needs.empty or len(unit.parts) > MOST_EXPLAINED:
        return []
    chains, left_out = chains_of(store, allocation, unit.parts), left_out_of(allocation, unit.parts)
    return [
        *(sentence(phrases, chain) for chain in chains),
        *(sentence_of(phrases, left) for left in left_out),
    ]


def kept(store: Store, catalog: Catalog, id_: str) -> tuple[Allocation, Document]:
    """A kept allocation in the state that it has now; UnknownNameError names those that there are."""
    record = store.allocations.record(id_)
    allocation = allocation_of(store, record)
    return allocation, _document(store, catalog, allocation, record.id, record.state, record.created)


def unit_of(store: Store, catalog: Catalog, document: Document, code: str) -> UnitAllocation:
    """One unit of any level, as levels were when the allocation was made; UnknownNameError if none."""
    tree = unit_tree(store, catalog, document.inputs, document.finest)
    level = next((each for each, names in tree.names.items() if code in names.index), None)
    if level is None:
        raise UnknownNameError("unit", code, [each for names in tree.names.values() for each in names.index])
    paths = tree.paths.loc[tree.paths[level] == code, level:]
    within, rows = paths.index, document.levels[document.finest]
    return UnitAllocation(
        document=document,
        level=catalog.level(level),
        code=code,
        parent=_parent(tree, level, within[0]),
        parts={each: tree.shared[each] for each in within},
        within=set(paths.to_numpy().ravel()),
        rows=rows[rows["code"].isin(within)],
        outlines=_outlines(store, catalog, document, within.tolist()),
    )


def _parent(tree: UnitTree, level: str, finest: str) -> str:
    """Name of the unit above that of ``level`` which a finest unit lies in; not of the nation."""
    levels = list(tree.paths.columns)
    above = levels[levels.index(level) - 1] if levels.index(level) else NATION
    return "" if above == NATION else str(tree.names[above][str(tree.paths.loc[finest, above])])


def _outlines(
    store: Store, catalog: Catalog, document: Document, codes: Sequence[str]
) -> dict[str, BaseGeometry]:
    asked = Query(fields=("code",), ids=tuple(codes))
    found = store.vector.read(document.finest, document.inputs[document.finest], asked)
    return dict(zip(found["code"], found.geometry.to_crs(catalog.grid.crs), strict=True))


def _document(
    store: Store, catalog: Catalog, allocation: Allocation, id_: str, state: str, created: datetime
) -> Document:
    """What an allocation's documents are written from, in the same order wherever it was kept."""
    tree, months = unit_tree(store, catalog, allocation.inputs, allocation.finest), allocation.months
    below = derived_from(store, allocation.inputs) - {*allocation.inputs.items()}
    return Document(
        id=id_,
        plan=allocation.plan,
        fertilizers=in_order(catalog, allocation.choices),
        method=allocation.choices["method"],
        state=state,
        created=created,
        levels={level: allocation.levels[level] for level in allocation.choices["levels"]},
        months=months.assign(name=months["code"].map(tree.shared)),
        findings=allocation.findings,
        choices=_choices(allocation),
        rules=allocation.choices.get("rules", {}),
        inputs=allocation.inputs,
        rests_on=sorted(below),
        units={level: dict(names) for level, names in tree.names.items()},
    )


def _choices(allocation: Allocation) -> dict[str, Any]:
    """What was chosen beside the plan, and what an older plan says under keys that plans have no more."""
    choices = dict(allocation.choices)
    plan = choices.pop("plan")
    choices.pop("rules", None)
    return {name: plan[name] for name in plan.keys() - AllocationPlan.model_fields.keys()} | choices


# ---- the answer of the process ----------------------------------------------------------


def answer_of(allocation: Allocation, snapshot: Snapshot) -> Answer:
    """An allocation that is not kept as a JSON-ready dict; None where something is not known."""
    return {
        "plan": allocation.plan.id,
        "title": dict(allocation.plan.title),
        "method": allocation.choices["method"],
        "total_change_pct": allocation.choices["total_change_pct"],
        "snapshot": snapshot.id,
        "totals": _rows(
            pd.DataFrame([{"fertilizer": name} | sums for name, sums in allocation.totals.items()])
        ),
        "levels": {level: _rows(frame) for level, frame in allocation.levels.items()},
        "nutrients_met": _rows(allocation.nutrients),
        "choices": dict(allocation.choices),
        "inputs": dict(allocation.inputs),
        "findings": [asdict(finding) for finding in allocation.findings],
    }


def document_of_answer(
    store: Store, catalog: Catalog, snapshot: Snapshot, answer: Mapping[str, Any], form: str, language: str
) -> bytes:
    """The workbook ('xlsx') of such an answer, or the CSV ('csv') of its finest level."""
    assert snapshot.created is not None, "a snapshot that publishes a level has a date"
    allocation = Allocation(
        plan=plan_kept(answer["choices"]),
        levels={level: _frame(rows) for level, rows in answer["levels"].items()},
        findings=tuple(Finding(**each) for each in answer["findings"]),
        inputs=answer["inputs"],
        choices=answer["choices"],
    )
    phrases = Phrases(catalog, language)
    document = _document(store, catalog, allocation, allocation.plan.id, UNKEPT, snapshot.created)
    if form == "xlsx":
        return decree(phrases, document)
    return csv_text(level_table(phrases, document, document.finest)).encode()


def _rows(frame: pd.DataFrame) -> list[Answer]:
    known = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in known.to_dict("records")]


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of an answer; their columns in the order of the chain, which JSON does not keep."""
    frame = pd.DataFrame(rows)
    frame = frame[[*(name for name in FIRST if name in frame), *sorted({*frame} - {*FIRST})]]
    unknown = [name for name in frame if frame[name].isna().all()]
    return frame.astype(dict.fromkeys(unknown, float))

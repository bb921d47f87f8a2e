"""The process subsidy-allocation: what every unit would get under a plan; nothing is saved."""

from collections.abc import Mapping
from typing import Any, ClassVar, get_args

from soilinfo.catalog.allocations import Method
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.effort import Advance, Effort, unheard
from soilinfo.jobs.subsidy import outputs
from soilinfo.jobs.subsidy.allocate import Choices, share_out
from soilinfo.jobs.subsidy.compare import MOST_MORE_PCT, change_of
from soilinfo.jobs.subsidy.plans import basis_of, plan_of
from soilinfo.report.workbook import CSV, XLSX
from soilinfo.serve.processes.area import AreaProcess, Inputs, Members, choice
from soilinfo.serve.texts import Text

BASIS, SHARED = 0.5, 0.9
"""Shares of the work that are done once tables are read, and once everything is shared."""
CELLS_OF_ROW = 1000
"""Cells of the grid that take as long as a unit's row of one fertilizer does, as a workbook: 0.4 ms."""


class SubsidyAllocation(AreaProcess):
    """An allocation that is worked out and told; see :func:`soilinfo.jobs.subsidy.allocate.allocate`."""

    id = "subsidy-allocation"
    ways: ClassVar[tuple[str, ...]] = ()
    documents: ClassVar[Mapping[str, str]] = {"csv": CSV, "xlsx": XLSX}
    members: ClassVar[Members] = {
        "plan": "string",
        "title": "object",
        "method": "string",
        "total_change_pct": "number",
        "snapshot": "integer",
        "totals": "array",
        "levels": "object",
        "nutrients_met": "array",
        "choices": "object",
        "inputs": "object",
        "findings": "array",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """The plan, and what may be chosen beside it."""
        words, plans = self.source.label, [*self.source.catalog.allocations]
        schemas: dict[str, dict[str, Any]] = {
            "method": {"type": "string", "enum": [*get_args(Method)]},
            "total_change_pct": {
                "type": "number",
                "minimum": -100,
                "exclusiveMinimum": True,
                "maximum": MOST_MORE_PCT,
                "default": 0,
            },
        }
        optional = {
            name: {"title": words(f"serve.process.{name}"), "schema": schema, "minOccurs": 0, "maxOccurs": 1}
            for name, schema in schemas.items()
        }
        return {"plan": choice(words("serve.process.plan"), plans), **optional}

    def _size(self) -> Text:
        return {}

    def cells(self, data: Inputs) -> int:
        """As many as take as long as its rows do, so that a large nation's allocation becomes a job."""
        super().cells(data)
        source, plan = self.source, self._chosen(data)["plan"]
        version = source.snapshot.layers.get(plan.level)
        units = source.store.vector.count(plan.level, version) if version else 0
        return CELLS_OF_ROW * units * len(plan.fertilizers)

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        if "plan" not in data:
            plans = ", ".join(self.source.catalog.allocations) or "none"
            raise InputError(f"input 'plan' is missing; there are: {plans}")
        method, change = data.get("method"), data.get("total_change_pct", 0)
        if method is not None and method not in get_args(Method):
            raise UnknownNameError("method", str(method), get_args(Method))
        if isinstance(change, bool) or not isinstance(change, int | float):
            raise InputError(f"input 'total_change_pct' must be a number, not {change!r}")
        plan = plan_of(self.source.catalog, str(data["plan"]))
        return {"plan": plan, "choices": Choices(method, change_of(change))}

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:  # noqa: ARG002
        """The allocation as a JSON-ready dict."""
        source = self.source
        basis = basis_of(source.store, source.catalog, chosen["plan"], source.snapshot.layers)
        effort.advance(BASIS)
        allocation = share_out(source.catalog, basis, chosen["choices"])
        effort.advance(SHARED)
        return outputs.answer_of(allocation, source.snapshot)

    def document(
        self,
        value: Mapping[str, Any],
        form: str,
        language: str,
        advance: Advance = unheard,  # noqa: ARG002
    ) -> bytes:
        """A workbook, or the CSV of the finest level."""
        source = self.source
        return outputs.document_of_answer(
            source.store, source.catalog, source.snapshot, value, form, language
        )

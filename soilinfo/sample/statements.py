"""What experts and offices of the sample nation state for its report: a filled-in workbook, all made up.

Four experts rank the threats; one ranks two alike, one leaves threats out that are no matter of hers, and of
one threat nobody knows the area. Some questions of the inventory stay without an answer.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.statements import Answer, Expert, Laboratory, Practice, Statements
from soilinfo.report.country.template import template
from soilinfo.sample.noise import generator

FILE = "report_statements.xlsx"
LANGUAGE = "id"
EVIDENCE = "sintetis"

AFFECTED_HA: Mapping[str, float | None] = {
    "erosion": 900_000,
    "soc_change": 1_100_000,
    "salinization": 240_000,
    "nutrient_imbalance": 1_300_000,
    "acidification": 700_000,
    "waterlogging": 180_000,
    "compaction": 150_000,
    "sealing": 60_000,
    "contamination": 20_000,
    "biodiversity_loss": None,
}
"""About what experts enter, the gravest threat first."""
OFFICES: Mapping[str, float] = {
    "Balai Tanah": 0.4,
    "Dinas Pertanian": 1.2,
    "Universitas": 0.8,
    "LSM Tani": 1.6,
}
"""Experts, and how far they stray from the order above, in places."""
TIED = "Dinas Pertanian"
"""The expert who ranks the last two threats alike."""
PARTIAL, LEFT_OUT = "LSM Tani", ("contamination", "biodiversity_loss")
"""The expert who ranks only some threats, and those left out."""
CONDITIONS = ("poor", "poor", "fair", "fair", "good")
TRENDS = ("deteriorating", "deteriorating", "stable", "improving")
SURENESS = ("low", "medium", "high")

ANSWERS: Mapping[str, str | float | bool] = {
    "ssm_area": 212_000.0,
    "restored_area": 34_500.0,
    "ssm_guidelines": True,
    "demonstration_sites": 18.0,
    "carbon_finance": "pilot",
    "soil_law": "in_preparation",
    "soil_strategy": "adopted",
    "ldn_target": True,
    "land_conversion_rule": True,
    "coordinating_body": False,
    "incentives": True,
    "soil_curriculum": "some_schools",
    "soil_degrees": 3.0,
    "trained_staff": 140.0,
    "world_soil_day": True,
    "campaigns": 4.0,
    "information_system": "in_operation",
    "survey_scale": "scale_250k",
    "monitoring_sites": 60.0,
    "data_policy": "on_request",
    "laboratories_registered": 5.0,
    "harmonized_procedures": True,
    "focal_point": True,
    "proficiency_tests": 3.0,
    "external_projects": 2.0,
}
YEAR = 2020


def write_statements(directory: Path, catalog: Catalog) -> Path:
    """Write the workbook into ``directory``, the same bytes for the same catalog."""
    path = directory / FILE
    path.write_bytes(template(catalog, LANGUAGE, stated(catalog)))
    return path


def stated(catalog: Catalog) -> Statements:
    """What it states, of the threats and questions that the catalog has."""
    experts = {name: dict(_expert(name)) for name in OFFICES}
    threats = {id: tuple(said[id] for said in experts.values() if id in said) for id in catalog.threats}
    return Statements(threats, tuple(_answers(catalog)), _PRACTICES, tuple(_laboratories()), "", ())


def _expert(name: str) -> Iterator[tuple[str, Expert]]:
    """What one expert says of each threat."""
    random = generator(f"statements {name}")
    order = np.arange(len(AFFECTED_HA)) + random.normal(0, OFFICES[name], len(AFFECTED_HA))
    ranks = order.argsort().argsort() + 1
    if name == TIED:
        ranks = np.minimum(ranks, len(ranks) - 1)
    for (id, about), rank in zip(AFFECTED_HA.items(), ranks, strict=True):
        area = None if about is None else float(round(about * random.lognormal(0, 0.25), -3))
        said = Expert(
            expert=name,
            rank=int(rank),
            area_ha=area,
            condition=random.choice(CONDITIONS),
            trend=random.choice(TRENDS),
            confidence_condition=random.choice(SURENESS),
            confidence_trend=random.choice(SURENESS),
            evidence=EVIDENCE,
        )
        if name != PARTIAL or id not in LEFT_OUT:
            yield id, said


def _answers(catalog: Catalog) -> Iterator[Answer]:
    for id, item in catalog.inventory.items():
        if (answer := ANSWERS.get(id)) is not None:
            choice = item.choices.get(answer) if isinstance(answer, str) else None
            yield Answer(
                id=id, question=item.question, answer=answer, choice=choice, year=YEAR, evidence=EVIDENCE
            )


_PRACTICES = (
    Practice(
        title="Terasering dan strip rumput (sintetis)",
        threats=("erosion", "soc_change"),
        area_ha=18_000.0,
        year=2018,
        reference=EVIDENCE,
    ),
    Practice(
        title="Pengapuran lahan masam (sintetis)",
        threats=("acidification",),
        area_ha=52_000.0,
        year=2019,
        reference=EVIDENCE,
    ),
    Practice(title="Pengembalian jerami (sintetis)", threats=("soc_change", "nutrient_imbalance"), year=2020),
)


def _laboratories() -> Iterator[Laboratory]:
    for code, property, z_score in (("L01", "soc", 0.6), ("L02", "soc", -2.4), ("L01", "p2o5_bray1", 1.1)):
        yield Laboratory(
            laboratory=code,
            round="Uji profisiensi 2019 (sintetis)",
            provider="Jejaring contoh",
            year=2019,
            property=property,
            z_score=z_score,
            satisfactory=abs(z_score) <= 2,
        )

"""A table as an office sends it: paddy land by regency of the sample nation, and how much is protected."""

from pathlib import Path

from soilinfo.sample.gazetteer import REGENCIES
from soilinfo.sample.noise import generator
from soilinfo.sample.plantings import written

NOT_DECLARED = "04"
"""Code of the province whose regencies have not yet declared any land protected: '-', which is not zero."""
HEADER = "Kode;Kabupaten/Kota;LBS (ha);LP2B (ha)"


def write_paddy_land(path: Path) -> None:
    """Write the table as CSV with semicolons, decimal commas and dots for thousands; cities have no paddy."""
    rows, random = [], generator("paddy land")
    for regency in REGENCIES:
        paddy = 0.0 if regency.is_city else round(random.uniform(1500, 24000), 2)
        protected = round(paddy * random.uniform(0.35, 1.0), 2)
        declared = not regency.code.startswith(NOT_DECLARED)
        lp2b = written(protected, 2) if declared else "-"
        rows.append(f"{regency.code};{regency.title};{written(paddy, 2)};{lp2b}")
    path.write_text("\n".join(["Lahan sawah 2025;;;", HEADER, *rows, ""]), "utf-8-sig")

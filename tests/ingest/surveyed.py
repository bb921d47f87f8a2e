"""The survey of a whole source, which an ingestion reads in parts."""

from soilinfo.grid import Grid
from soilinfo.ingest.source import Reader
from soilinfo.ingest.survey import Survey, read, survey_parts


def survey(reader: Reader, grid: Grid) -> Survey:
    """What all source cells inside the grid hold."""
    return sum((read(reader, part)[1] for part in survey_parts(reader, grid)), Survey())

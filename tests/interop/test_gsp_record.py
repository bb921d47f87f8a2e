"""The metadata record of an exported map, as a catalogue's client (OWSLib) reads it."""

import pytest
from lxml import etree
from owslib.iso import MD_Metadata

from soilinfo.report.gsp.metadata import InputOf, MapFile, Record, Uncertainty, record_xml

RECORD = Record(
    id="ID-GSNM-CORG-2026",
    title="Soil organic carbon <& more>",
    abstract="Of croplands",
    date="2026-11-23",
    organisation="Soil institute",
    email="soil@example.org",
    url="https://example.org",
    licence="CC BY 4.0",
    place="Indonesia",
    keywords=("soil", "carbon"),
    degrees=0.0022457,
    bounds=(95.0, -11.0, 141.0, 6.0),
    time="2020/2024",
    unit="%",
    files=[MapFile("ID-GSNM-CORG-2026-0-30-MEAN.tif", "ab12", "mean")],
    lineage="Means by area",
    inputs=[InputOf("soc", "0123", "soc.tif", "cd34", "CC BY 4.0", "Soil institute", "Digital soil map")],
    uncertainties=[Uncertainty("SD of each cell", 0.21, "%")],
)


def test_a_catalogue_reads_title_place_licence_files_and_lineage():
    found = MD_Metadata(etree.fromstring(record_xml(RECORD)))
    (identification,) = found.identification
    assert (found.identifier, identification.title) == (RECORD.id, RECORD.title)
    box = identification.bbox
    assert [float(edge) for edge in (box.minx, box.miny, box.maxx, box.maxy)] == pytest.approx(RECORD.bounds)
    assert identification.otherconstraints == ["CC BY 4.0"]
    assert [(one.name, one.description) for one in found.distribution.online] == [
        ("ID-GSNM-CORG-2026-0-30-MEAN.tif", "sha256 ab12")
    ]
    assert found.dataquality.lineage == "Means by area"
    assert found.referencesystem.code == "4326"
    assert found.contact[0].organization == "Soil institute"

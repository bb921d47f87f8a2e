"""Procedures (procedures.yaml): how something was observed, and which of our properties that makes it."""

from collections.abc import Mapping

from pydantic import Field

from soilinfo.catalog.fields import Label, Model, Name


class Procedure(Model):
    """One laboratory or field procedure of the GloSIS code list, or a country's own.

    Values by different procedures do not compare, so each leads to a property of its own (``ph_h2o``,
    ``ph_cacl2``).
    """

    id: str
    title: Label
    observes: Mapping[str, Name] = Field(min_length=1)
    """Our property by the code list's name of what is observed ('Carbon (C) - organic')."""
    glosolan: str | None = None
    """GLOSOLAN standard operating procedure that it follows, where that is known."""
    source: str

"""What a country borrows of its ``base``, what it leaves out, and what to do where a lent file does not fit.

A file of the country's own always takes the place of a lent one of the same name.
"""

from collections.abc import Iterable, Iterator, Mapping
from os.path import normpath
from pathlib import Path

from soilinfo.catalog.files import Entry, Reading
from soilinfo.catalog.sections import SECTIONS, Form
from soilinfo.errors import Fault, UnknownNameError


def borrow(reading: Reading, country: Mapping[str, Entry]) -> None:
    """Note which directory lends, and which of its files country.yaml does ``without``.

    A fault for a base that does not exist, and for a file that it does not lend.
    """
    entry = country.get("")
    base = entry.data.get("base") if entry else None
    if entry is None or not isinstance(base, str):
        return
    path = Path(normpath(reading.directory / base))
    if not path.is_dir():
        reading.faults.append(entry.fault("base", f"no such directory: {base}"))
        return
    reading.base, lent = path, _lent(path)
    without = entry.data.get("without")
    for name in without if isinstance(without, list) else ():
        if isinstance(name, str) and name in lent:
            reading.left_out.add(lent[name])
        else:
            error = UnknownNameError("lent file that may be left out", str(name), lent)
            reading.faults.append(entry.fault("without", error))


def advised(reading: Reading, faults: Iterable[Fault]) -> Iterator[Fault]:
    """The faults; those in a lent file with what a country can do that does not want to mend the base."""
    lent = {reading.name(path): name for name, path in _lent(reading.base).items()} if reading.base else {}
    for fault in faults:
        if name := lent.get(fault.file):
            advice = (
                f"{fault.message}; base lends this file: write a {name}.yaml of your own, or leave it out "
                f"(without: [{name}] in country.yaml)"
            )
            yield Fault(fault.file, fault.key, advice)
        else:
            yield fault


def _lent(base: Path) -> dict[str, Path]:
    """Every file that a country may leave out, by the name it does so with."""
    sections = ((name, each.form) for name, each in SECTIONS.items() if each.lent and not each.needed)
    found = (path for name, form in sections for path in _files(base / name, form) if path.is_file())
    return {path.relative_to(base).with_suffix("").as_posix(): path for path in found}


def _files(section: Path, form: Form) -> list[Path]:
    return sorted(section.glob("*.yaml")) if form == "folder" else [section.with_suffix(".yaml")]

"""The names of the sample nation. None is the name of a real province; codes 01 to 06 are not in use."""

import math
from dataclasses import dataclass
from datetime import date
from itertools import product

from soilinfo.sample.noise import generator


@dataclass(frozen=True)
class Province:
    """A province: two-digit code and name."""

    code: str
    name: str


@dataclass(frozen=True)
class Regency:
    """A regency, or a city when its number is 71 or more: code, name, a point inside, districts."""

    code: str
    name: str
    x: float
    y: float
    districts: int
    valid_from: date | None = None

    @property
    def is_city(self) -> bool:
        """True for a kota, which is small beside its neighbours."""
        return int(self.code[3:]) > 70

    @property
    def title(self) -> str:
        """Name with its kind, as official lists print it."""
        return f"{'Kota' if self.is_city else 'Kabupaten'} {self.name}"


PROVINCES = (
    Province("01", "Purwagiri"),
    Province("02", "Lembah Wirya"),
    Province("03", "Jatirimba"),
    Province("04", "Rawakencana"),
    Province("05", "Karangputih"),
    Province("06", "Nusa Aruna"),
)
"""Volcanic west; rice plain; acid upland; peat and tidal coast; limestone island; dry island."""

SPLIT_ON = date(2023, 1, 1)
"""The day on which one regency became two."""

REGENCIES = (
    Regency("01.01", "Girilaya", 96.82, -6.52, 7),
    Regency("01.02", "Sendangmulya", 97.16, -6.12, 7),
    Regency("01.03", "Pesisir Purwa", 96.45, -6.45, 6),
    Regency("01.04", "Wanakerta", 96.66, -6.98, 6),
    Regency("01.05", "Tirtasari", 97.06, -6.78, 6),
    Regency("01.06", "Pulau Sela", 96.38, -7.50, 4),
    Regency("01.71", "Purwanegara", 96.38, -6.78, 4),
    Regency("02.01", "Wiryasari", 97.02, -7.02, 7),
    Regency("02.02", "Padimakmur", 97.42, -7.06, 7),
    Regency("02.03", "Bantarsawah", 97.08, -7.42, 6),
    Regency("02.04", "Muaratirta", 97.48, -7.44, 7),
    Regency("02.05", "Sukabanjar", 97.82, -7.42, 5),
    Regency("02.71", "Wirya", 97.25, -7.24, 5),
    Regency("03.01", "Rimbajaya", 97.46, -6.22, 7),
    Regency("03.02", "Bukit Cadas", 97.78, -6.42, 7),
    Regency("03.03", "Candrawana", 98.02, -6.28, 6),
    Regency("03.04", "Teluk Jati", 98.45, -6.33, 6),
    Regency("03.05", "Hulurimba", 97.48, -6.68, 6),
    Regency("03.71", "Jatirimba", 97.95, -6.10, 4),
    Regency("04.01", "Gambutraya", 98.02, -6.88, 8),
    Regency("04.02", "Kencana Timur", 98.40, -6.92, 6),
    Regency("04.03", "Muararawa", 98.32, -6.66, 5),
    Regency("04.04", "Sungai Kencana", 98.33, -7.24, 6),
    Regency("04.71", "Kencana", 98.40, -7.08, 4),
    Regency("05.01", "Karang Lor", 99.34, -5.92, 6),
    Regency("05.02", "Guasari", 98.98, -6.16, 6),
    Regency("05.03", "Batuputih", 99.46, -6.36, 6),
    Regency("05.04", "Kepulauan Tengah", 98.95, -6.70, 4),
    Regency("05.71", "Karangputih", 98.84, -5.93, 4),
    Regency("06.01", "Aruna Barat", 98.79, -7.31, 7),
    Regency("06.02", "Sabana Aruna", 99.14, -7.27, 7),
    Regency("06.04", "Pantai Garam", 99.24, -7.66, 6),
    Regency("06.05", "Aruna Tengah", 99.44, -7.44, 5, SPLIT_ON),
    Regency("06.06", "Tanjung Aruna", 99.78, -7.54, 5, SPLIT_ON),
    Regency("06.71", "Aruna", 98.92, -7.60, 4),
)

SPLIT = ("06.03", "Aruna Timur", ("06.05", "06.06"))
"""Code and name of the regency that was split, and its successors."""

_JOINED = ("Suka", "Sumber", "Tegal", "Mekar", "Karang")
_APART = ("Tanjung", "Muara", "Bukit", "Lubuk", "Pantai", "Batu", "Rawa", "Sungai", "Padang", "Teluk")
_ENDINGS = (
    *("jaya", "makmur", "sari", "mulya", "indah", "rejo", "asri", "harapan"),
    *("baru", "damai", "agung", "tani", "rahayu", "luhur", "tirta", "wangi"),
)


_TAKEN = (*range(1, 7), *range(11, 20), 21, *range(31, 37), *range(51, 54), *range(61, 66))
_ALSO_TAKEN = (*range(71, 77), 81, 82, *range(91, 98))
_CODES = tuple(f"{code:02}" for code in range(1, 100) if code not in _TAKEN + _ALSO_TAKEN)
"""Two-digit codes of no real province, in the order of the groups that bear them."""
_DRAWN_REGENCIES = 9
_QUARTERS = ("Barat", "Utara", "Timur", "Selatan")


def drawn_province(number: int) -> Province:
    """The province that the ``number``-th group of islands is; the first group has its own six."""
    quarter = _QUARTERS[number // len(_ENDINGS)]
    return Province(_CODES[number - 1], f"Kepulauan {_ENDINGS[number % len(_ENDINGS)].title()} {quarter}")


def drawn_regencies(number: int) -> tuple[Regency, ...]:
    """The regencies of the ``number``-th group of islands; their places follow from its shape."""
    province = drawn_province(number)
    names = [name for name in district_names(f"regency names {number}") if " " in name]
    districts = generator(f"districts {number}").integers(13, 17, _DRAWN_REGENCIES)
    return tuple(
        Regency(f"{province.code}.{place + 1:02}", names[place], math.nan, math.nan, int(districts[place]))
        for place in range(_DRAWN_REGENCIES)
    )


def district_names(stream: str = "district names") -> list[str]:
    """Names of districts, each once, in a shuffled order that is always the same for a stream."""
    joined = [first + last for first, last in product(_JOINED, _ENDINGS)]
    names = joined + [f"{first} {last.title()}" for first, last in product(_APART, _ENDINGS)]
    return [names[place] for place in generator(stream).permutation(len(names))]

"""How wide the intervals are that are told: of maps, of indicators and of hectares."""

from statistics import NormalDist

INTERVAL_PCT = 90.0
"""Share of cases that an interval is to hold, as GlobalSoilMap 2.4 (2015) asks of the maps themselves."""
INTERVAL_SD = NormalDist().inv_cdf((1 + INTERVAL_PCT / 100) / 2)
"""Standard deviations from a mean to either end of its interval, errors taken as normal: 1.645."""

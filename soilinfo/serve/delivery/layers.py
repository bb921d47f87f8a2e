"""What lies between the web server and the addresses, from the outside in."""

from starlette.middleware import Middleware

from soilinfo.serve.delivery.admission import Admission, Door, Lanes
from soilinfo.serve.delivery.attendance import Attendance
from soilinfo.serve.delivery.compression import Compressed
from soilinfo.serve.delivery.conditional import Conditional
from soilinfo.serve.delivery.held import Held
from soilinfo.serve.delivery.lane import Terms
from soilinfo.settings import Settings


def delivery(settings: Settings) -> list[Middleware]:
    """The door, names and caching, compression, attendance and admission.

    A 304 needs no place among the requests at work, and an answer gives its place back before it is
    compressed and sent.
    """
    held = Held(settings.unsent_mb << 20)
    lanes = Lanes(light(settings.at_work), heavy(settings.at_work))
    return [
        Middleware(Door, lanes=lanes),
        Middleware(Conditional),
        Middleware(Compressed, held=held),
        Middleware(Attendance, held=held),
        Middleware(Admission, lanes=lanes),
    ]


def light(at_work: int) -> Terms:
    """Descriptions, pages of features, tiles: milliseconds each."""
    return Terms(at_work, queue=32 * at_work, retry=1)


def heavy(at_work: int) -> Terms:
    """Coverages, documents, processes: up to seconds each."""
    return Terms(max(1, at_work // 2), queue=4 * at_work, retry=5)

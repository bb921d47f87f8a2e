"""Results kept with what they are of, so that they go with it: of a publication replaced nothing is left."""

from collections.abc import Callable
from functools import lru_cache, partial, wraps
from typing import Concatenate, cast


def kept_with_it[Owner, **P, Result](
    most: int,
) -> Callable[[Callable[Concatenate[Owner, P], Result]], Callable[Concatenate[Owner, P], Result]]:
    """As :func:`functools.lru_cache`, of ``most`` results for each first argument, kept in that object."""

    def kept(
        function: Callable[Concatenate[Owner, P], Result],
    ) -> Callable[Concatenate[Owner, P], Result]:
        name = f"{function.__module__}.{function.__qualname__}"

        @wraps(function)
        def known(owner: Owner, *args: P.args, **kwargs: P.kwargs) -> Result:
            # Two threads that come first make one each; the one that is put there first is used by both.
            results = vars(owner).get(name) or vars(owner).setdefault(
                name, lru_cache(most)(partial(function, owner))
            )
            found: Result = results(*args, **kwargs)
            return found

        return cast(Callable[Concatenate[Owner, P], Result], known)

    return kept

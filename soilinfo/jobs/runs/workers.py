"""Who does the work: threads of this process, or the workers of a Dask cluster that share its files."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor, wait
from contextlib import contextmanager
from os import cpu_count

from soilinfo.errors import InputError, StoreError

ANSWER_SECONDS = 10
"""How long a scheduler may take to answer."""


@contextmanager
def workers(scheduler: str | None = None) -> Iterator[Executor]:
    """An executor for the parts of a job: a thread for every core, or the cluster of ``scheduler``.

    ``scheduler``: address of a ``dask scheduler``, such as ``tcp://10.0.0.5:8786``; its workers must
    reach sources and store under the same absolute paths. Raises InputError when Dask is not
    installed or nobody answers. Parts are given to it and waited for by ``done``.
    """
    if scheduler is None:
        # GDAL, zstd and the compiled kernels release the interpreter lock, so threads use every core.
        with ThreadPoolExecutor(max_workers=cpu_count() or 1) as pool:
            yield pool
    else:
        with _cluster(scheduler) as executor:
            yield executor


@contextmanager
def _cluster(scheduler: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError("--scheduler needs Dask: install soilinfo[distributed]") from error
    try:
        client = Client(scheduler, timeout=ANSWER_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(
            f"no scheduler answers at {scheduler}; start one with `dask scheduler`, and workers with "
            "`dask worker`"
        ) from error
    with client:
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]


def done[T, R](executor: Executor, work: Callable[[T], R], parts: Iterable[T]) -> Iterator[R]:
    """What became of the parts, in their order. When one fails, none still runs once the error is raised.

    Raises StoreError when a cluster that works on them fails.
    """
    with awaiting():
        futures = [executor.submit(work, part) for part in parts]
    try:
        for future in futures:
            with awaiting():
                result = future.result()
            yield result
    finally:
        for future in futures:
            future.cancel()
        wait(futures)


@contextmanager
def awaiting() -> Iterator[None]:
    """For the block that waits for parts of the work: StoreError when it was the cluster that failed.

    Workers that died with a part, or a scheduler that has gone, say nothing about the layer at work.
    """
    try:
        yield
    except CancelledError as error:
        raise StoreError("the cluster's scheduler has gone, and with it a part of the work") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "distributed":
            raise
        raise StoreError(f"the cluster failed: {error}") from error

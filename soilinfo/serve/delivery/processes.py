"""Several server processes under one parent."""

import os
import signal
import threading
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess


def end_with_the_parent() -> None:
    """Called in a server process: it ends, its answers finished, when its parent has gone however it went.

    Left behind, it would keep the port from the server that is started next.
    """
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)

"""Telling people of a failed run: a webhook, or a command such as mail."""

import json
import shlex
import subprocess
from collections.abc import Mapping
from typing import Any

import httpx

from soilinfo.jobs.nightly.retry import patience

PATIENCE = 20.0
"""Seconds for a webhook to answer, and three times as many for a command to end."""


def notify(target: str, document: Mapping[str, Any]) -> None:
    """Post the document as JSON to a URL, or hand it to a command on its standard input.

    Raises OSError, subprocess.SubprocessError or httpx.HTTPError when it does not arrive.
    """
    if target.startswith(("http://", "https://")):
        patience(first_wait=1.0)(_post, target, document)
    else:
        text = json.dumps(document, ensure_ascii=False, indent=1)
        subprocess.run(
            shlex.split(target), input=text.encode(), check=True, timeout=3 * PATIENCE, capture_output=True
        )


def _post(url: str, document: Mapping[str, Any]) -> None:
    httpx.post(url, json=document, timeout=PATIENCE).raise_for_status()


def reason(error: Exception) -> str:
    """Why a notification did not arrive, without the address or command, which may hold a secret."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"the server answered {error.response.status_code}"
    if isinstance(error, subprocess.CalledProcessError):
        return f"the command ended with exit code {error.returncode}{_last_words(error)}"
    return error.strerror or "OSError" if isinstance(error, OSError) else type(error).__name__


def _last_words(error: subprocess.CalledProcessError) -> str:
    """The last line that a command wrote to standard error, without what it was called with."""
    said = error.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    for word in error.cmd[1:]:
        said = said.replace(word, "***")
    return f": {said}" if said else ""

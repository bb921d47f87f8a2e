"""The example for analysts runs against a server, as a program and as the notebook that is the same."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.interop.conftest import CLIENT_SECONDS, Served

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "client.py"
NOTEBOOK = EXAMPLE.with_suffix(".ipynb")
CELL = "# %%"


def notebook(source: str) -> dict[str, Any]:
    """A program in cells (percent format) as a notebook (nbformat 4.4)."""
    cells = [cell for cell in source.split(CELL) if cell.strip()]
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = [_cell(cell) for cell in cells]
    return {"cells": made, "metadata": {"kernelspec": python}, "nbformat": 4, "nbformat_minor": 4}


def _cell(text: str) -> dict[str, Any]:
    kind, _, body = text.partition("\n")
    lines = body.strip().strip('"').strip().splitlines(keepends=True)
    if kind.strip() == "[markdown]":
        quoted = body.startswith('"""')
        words = lines if quoted else [line.removeprefix("#").removeprefix(" ") for line in lines]
        return {"cell_type": "markdown", "metadata": {}, "source": words}
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": lines}


def test_the_example_runs_and_says_what_it_found(served: Served):
    done = subprocess.run(
        [sys.executable, "-W", "error::SyntaxWarning", str(EXAMPLE), served.url],
        capture_output=True,
        text=True,
        timeout=CLIENT_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert len(told) == sum(line.lstrip().startswith("print(") for line in EXAMPLE.read_text().splitlines())
    assert "4 areas for" in done.stdout
    assert "ph_h2o" in done.stdout


def test_the_notebook_is_the_same_example_and_its_cells_run(served: Served, monkeypatch: Any, capsys: Any):
    written = json.loads(NOTEBOOK.read_text())
    assert written == notebook(EXAMPLE.read_text()), (
        "write it anew: python -m tests.interop.test_client_example"
    )
    monkeypatch.setenv("SOILINFO_URL", served.url)
    monkeypatch.setattr(sys, "argv", ["notebook"])
    names: dict[str, Any] = {}
    for cell in written["cells"][:5]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    assert names["SERVER"] == served.url
    assert "datasets that mention pH" in capsys.readouterr().out


if __name__ == "__main__":
    NOTEBOOK.write_text(json.dumps(notebook(EXAMPLE.read_text()), indent=1, ensure_ascii=False) + os.linesep)

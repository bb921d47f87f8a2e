"""A Prefect deployment of the national pipeline: ``python docs/examples/prefect_national.py``."""

import subprocess

from prefect import flow


@flow(name="soilinfo-national", log_prints=True)
def national() -> None:
    """Run the pipeline; any exit code but 0 fails the flow, and its log ends with the run's summary."""
    subprocess.run(["soilinfo", "pipelines", "run", "national"], check=True)


if __name__ == "__main__":
    national.serve(name="nightly", cron="15 1 * * *")

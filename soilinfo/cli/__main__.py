"""``python -m soilinfo.cli`` is ``soilinfo``."""

from soilinfo.cli.main import main

main()

"""``python -m soilinfo.cli`` is ``soilinfo``."""

from soilinfo.cli.main import main

# Each of several server processes imports the module that the first was started by.
if __name__ == "__main__":
    main()

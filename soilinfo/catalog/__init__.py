"""config/ as frozen, checked types; the only package that reads YAML."""

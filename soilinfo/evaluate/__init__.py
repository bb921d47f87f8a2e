"""Pure evaluators: arrays and tables of criteria in, arrays and tables out; no files, no store."""

"""From the sources that config names to candidates, judged and published."""

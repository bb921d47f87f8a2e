"""How answers reach their clients: named, compressed, in turn, and only as long as somebody waits."""

"""Regional reports: reports of countries fetched, compared pair by pair, ranked and published."""

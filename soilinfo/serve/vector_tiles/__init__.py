"""OGC API Tiles of features: vector tiles of every collection with a place, and the styles that draw them."""

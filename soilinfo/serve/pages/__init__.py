"""People's pages: HTML views of what the API says, the map, the pictures on them."""

"""Country reports and the regional report: their addresses, their pages, and how they are described."""

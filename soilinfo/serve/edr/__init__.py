"""OGC API Environmental Data Retrieval: what the soil is at a place, at each depth, and how sure that is."""

"""Land evaluation of the nation: crops, their confidence, soil maps, tables by administrative unit."""

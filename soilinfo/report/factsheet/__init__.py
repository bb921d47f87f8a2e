"""The fact sheet of one administrative unit: what is known of it, as one page in one language."""

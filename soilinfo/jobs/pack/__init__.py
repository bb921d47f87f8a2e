"""The pack of one administrative unit for the field: everything about it in one zip, without a network."""

"""Pure functions that make soil observations comparable: by depth, limits of fractions, methods and units.

Arrays in, arrays out; what is missing is NaN and stays so. No file, store or configuration is read here.
"""

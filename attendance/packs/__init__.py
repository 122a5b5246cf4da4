"""Data of attendance that ships with the product: industry templates, statutory days, limits of working time."""

"""Data shipped with payroll: statutory values by day and city, pay item packs, and their loaders."""

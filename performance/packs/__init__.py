"""Data shipped with performance: the KPI library by industry and the coefficient tables, and their loader."""

"""Performance: KPI library, goals, readings, scores and the pay coefficient."""

from performance.admin import goals, kpis, scores

__all__ = ["goals", "kpis", "scores"]

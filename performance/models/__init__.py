from performance.models.goals import Goal
from performance.models.kpis import Kpi
from performance.models.months import PerformanceMonth
from performance.models.readings import Reading
from performance.models.scores import Score
from performance.models.settings import MissingPolicy, PerformanceSettings

__all__ = ["Goal", "Kpi", "MissingPolicy", "PerformanceMonth", "PerformanceSettings", "Reading", "Score"]

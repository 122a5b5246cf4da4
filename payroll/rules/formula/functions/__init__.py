"""The functions of the language. Importing this package fills the registry."""

from . import dates, history, logic, numbers, prorate, tables, tax
from .registry import FUNCTIONS, Example, Function, all_functions, find

__all__ = [
    "FUNCTIONS", "Example", "Function", "all_functions", "dates", "find", "history", "logic", "numbers",
    "prorate", "tables", "tax",
]  # fmt: skip

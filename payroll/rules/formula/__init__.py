"""The formula language of payroll: exact, typed, vectorised, explainable. Pure Python and numpy.

A scheme is a set of ``Item``s (formulas) over ``Input``s (values of a person) and ``Table``s (one version of
each parameter table)::

    compiled = compile_set(items, inputs, tables)              # raises FormulaSetError
    result = run(compiled, columns, missing, count)            # int64 columns in, int64[people, items] out
    result.amounts, result.failed, result.error(row, item)
    explain(compiled, person(compiled, columns, missing, row)) # item id -> formula, values, sources
    audit(compiled, columns, missing, result, rows)            # [] where the oracle agrees

``to_stored`` and ``to_shown`` turn names into ids and back. ``all_functions`` is the documentation of every
function with examples. Mistakes of a formula are ``FormulaError``s (code, position, Chinese and English);
mistakes of a person's data are ``RowError``s and never stop a run. Amounts are integers at the scale of
their item; inputs are integers at the scale of their input.
"""

from .compiler import CompiledSet, RowError, compile_set
from .errors import FormulaError, FormulaSetError, RowCode
from .evaluate import Result, RowWarning, TextColumn, run
from .explain import Explanation, Outcome, PersonValue, Trace, audit, calculate, explain, person
from .functions import Example, Function, all_functions
from .names import to_shown, to_stored
from .overrides import Override
from .tables import Column, Edge, Key, Row, Table, TableKind
from .types import History, HistoryInput, Input, Item, Rounding, Type
from .written_texts import written_texts

__all__ = [
    "Column",
    "CompiledSet",
    "Edge",
    "Example",
    "Explanation",
    "FormulaError",
    "FormulaSetError",
    "Function",
    "History",
    "HistoryInput",
    "Input",
    "Item",
    "Key",
    "Outcome",
    "Override",
    "PersonValue",
    "Result",
    "Rounding",
    "Row",
    "RowCode",
    "RowError",
    "RowWarning",
    "Table",
    "TableKind",
    "TextColumn",
    "Trace",
    "Type",
    "all_functions",
    "audit",
    "calculate",
    "compile_set",
    "explain",
    "person",
    "run",
    "to_shown",
    "to_stored",
    "written_texts",
]

"""The table of functions in docs/formulas.md, as the registry has it.

``python -m tests.payroll.rules.formula.documented`` writes it into the page.
"""

from __future__ import annotations

from pathlib import Path

from payroll.rules.formula import Function, all_functions

PAGE = Path(__file__).parents[4] / "docs" / "formulas.md"
BEGIN, END = "<!-- functions: begin -->\n", "<!-- functions: end -->\n"


def function_table() -> str:
    head = "| function | 写法 · how to write it | what it gives | example |\n| --- | --- | --- | --- |\n"
    return head + "".join(map(_row, all_functions()))


def _row(entry: Function) -> str:
    example = entry.examples[0]
    given = "，".join(f"{name} = {'—' if value is None else value}" for name, value in example.inputs.items())
    shown = f"`{example.formula}` → {example.result}" + (f"（{given}）" if given else "")
    cells = ("<br>".join((entry.name, *entry.aliases)), f"`{entry.signature}`", f"{entry.zh}<br>{entry.en}", shown)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def parts_of(page: str) -> tuple[str, str, str]:
    """What stands before the table, the table, and what follows."""
    before, rest = page.split(BEGIN)
    table, after = rest.split(END)
    return before, table, after


if __name__ == "__main__":
    before, _table, after = parts_of(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(before + BEGIN + function_table() + END + after, encoding="utf-8")

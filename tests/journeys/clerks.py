"""An HR clerk at the command line: the commands as people type them, and files as people have them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from openpyxl import Workbook

from tests import servers

# Who works where, and for how much: code, name, unit, position, hired, pay, city.
STAFF: Sequence[tuple[str, str, str, str, str, str, str]] = (
    ("A01", "王芳", "研发部", "工程师", "2022-03-01", "18,500.00", "上海"),
    ("A02", "曾强", "研发部", "工程师", "2023-07-03", "15000", "北京"),
    ("A03", "Li Na", "人力资源部", "人事专员", "2024-01-08", "9800.50", "上海"),
    ("A04", "单晓", "研发部", "总监", "2020-05-06", "42000", "上海"),
)
PEOPLE_HEADER = ("工号", "姓名", "部门", "岗位", "入职日期", "基本工资", "城市")
MARCH = [date(2026, 3, 1) + timedelta(days=day) for day in range(31)]


def run(*words: str | Path) -> str:
    """``manage.py words…``: what it prints, both streams in the order of a terminal."""
    printed = StringIO()
    call_command(*map(str, words), stdout=printed, stderr=printed)
    return printed.getvalue()


def csv_file(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> Path:
    quoted = (",".join(f'"{cell}"' for cell in row) for row in [header, *rows])
    path.write_text("\n".join(quoted) + "\n", encoding=encoding)
    return path


def xlsx_file(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    book = Workbook()
    for row in [header, *rows]:
        book.active.append(list(row))
    book.save(path)
    return path


def punches_of(codes: Iterable[str], *, without: Iterable[date] = ()) -> Iterable[tuple[str, str]]:
    """From 09:00 to 18:00 on every weekday of March 2026."""
    for code in codes:
        for day in MARCH:
            if day.weekday() < 5 and day not in without:
                yield code, f"{day}T09:00"
                yield code, f"{day}T18:00"


def contents(slug: str) -> dict[str, str]:
    """Table → digest of the tenant's rows in it. Left out: the trails of what was asked and done."""
    connection: Any = servers.superuser()
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = [table for (table,) in cursor.fetchall()]
        found = {table: _digest(cursor, table, slug) for table in tables}
    connection.close()
    return found


def _digest(cursor: Any, table: str, slug: str) -> str:
    cursor.execute(
        f"SELECT (to_jsonb(r) - 'job_id')::text FROM {table} r"
        " WHERE tenant_id = (SELECT id FROM tenancy_tenant WHERE slug = %s) ORDER BY 1",
        [slug],
    )
    return hashlib.sha256("\n".join(row for (row,) in cursor.fetchall()).encode()).hexdigest()


_TABLES = """
SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name = 'tenant_id'
  AND table_name NOT LIKE 'audit%' AND table_name NOT LIKE 'jobs%' ORDER BY 1
"""

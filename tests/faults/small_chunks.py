"""Loaded into the workers of the fault tests: a month of a few people then has many steps to die in."""

from __future__ import annotations

import attendance.jobs
import performance.jobs
from payroll.services import calculations, file_making

SIZE = 15

attendance.jobs.CHUNK = SIZE
performance.jobs.CHUNK = SIZE
calculations.CHUNK = SIZE
file_making.CHUNK = 60

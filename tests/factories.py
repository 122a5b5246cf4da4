"""Small makers of rows; each returns what it made. They write through models, not services, to stay fast."""

from __future__ import annotations

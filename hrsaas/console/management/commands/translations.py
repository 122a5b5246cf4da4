"""``manage.py translations check|update|compile``: see ``hrsaas.console.messages``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hrsaas.console.messages import main


class Command(BaseCommand):
    help = "check: every text has Chinese. update: add missing texts to the catalogues. compile: .po → .mo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["check", "update", "compile"])
        parser.add_argument("apps", nargs="*", help="app folders, by default all")

    def handle(self, *args: Any, what: str, apps: list[str], **options: Any) -> None:
        main([what, *apps])

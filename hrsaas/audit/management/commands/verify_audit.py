"""Recompute the audit trail's hash chain and say where it was tampered with."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hrsaas.audit.queries import chains
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.router import MAINTENANCE


class Command(BaseCommand):
    help = (
        "Verify the audit trail of every tenant (or one). Prints each tenant's head as 'slug position digest'; keep "
        "that output elsewhere and pass it to --heads later, so that a trail cut off at its end is noticed too. "
        "Exits with 1 and the places if anything was changed, removed, inserted or re-ordered."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--tenant", help="subdomain of the one tenant to verify")
        parser.add_argument("--heads", type=Path, help="output of an earlier run")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = _kept_heads(options["heads"])
        faults = [line for tenant in _tenants(options["tenant"]) for line in self._verify(tenant, kept)]
        if faults:
            raise CommandError("the audit trail was tampered with:\n" + "\n".join(faults))

    def _verify(self, tenant: Tenant, kept: dict[str, chains.Head]) -> list[str]:
        head = chains.head(tenant.id)
        if head:
            self.stdout.write(f"{tenant.slug} {head.seq} {head.digest}")
        found = chains.faults(tenant.id)
        cut = chains.cut(tenant.id, kept[tenant.slug]) if tenant.slug in kept else None
        return [f"{tenant.slug}: {_described(fault)}" for fault in [*found, *([cut] if cut else [])]]


def _tenants(slug: str | None) -> list[Tenant]:
    tenants = Tenant.objects.using(MAINTENANCE).order_by("slug")
    if slug is None:
        return list(tenants)
    found = list(tenants.filter(slug=slug))
    if not found:
        raise CommandError(f"There is no tenant {slug}.")
    return found


def _kept_heads(path: Path | None) -> dict[str, chains.Head]:
    if path is None:
        return {}
    try:
        words = [line.split() for line in path.read_text().splitlines() if line.strip()]
        return {slug: chains.Head(int(seq), digest) for slug, seq, digest in words}
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} is not the output of an earlier run: {error}") from error


def _described(fault: chains.Fault) -> str:
    place = f"position {fault.seq}" if fault.seq is not None else "no position"
    return f"{fault.what} at {place}, entry {fault.entry_id if fault.entry_id is not None else '-'}"

"""Who is meant by a number on a device, or by a user's name in another system."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from attendance.models import PunchIdentity
from hrsaas.people.models import Employee


def codes_of(system: str, keys: Iterable[str]) -> dict[str, str]:
    """Key → employee number, for the keys that mean somebody. Two statements.

    A key that is nobody's identity means the person with that employee number, unless the person goes by another key
    in this system: then the number there is somebody else's.
    """
    wanted = set(keys)
    named = PunchIdentity.objects.filter(system=system, key__in=wanted)
    found: dict[str, str] = dict(named.values_list("key", "employee__code"))
    renamed = PunchIdentity.objects.filter(system=system, employee=OuterRef("pk"))
    plain = Employee.objects.filter(~Exists(renamed), code__in=wanted - found.keys(), kind=Employee.Kind.HUMAN)
    return found | {code: code for code in plain.values_list("code", flat=True)}

"""Fill the product for the browser: ``python -m tests.browser.tenants OPERATOR PASSWORD``."""

from __future__ import annotations

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402  # models need the set-up

from hrsaas.access.actors import system_actor  # noqa: E402
from hrsaas.access.services.operators import create_operator  # noqa: E402
from integrations.packs.demos import demos  # noqa: E402
from integrations.services.demos import load_demo  # noqa: E402

if __name__ == "__main__":
    (operator, password), now = sys.argv[1:], timezone.now()
    create_operator(email=operator, name="Operator", password=password, now=now)
    for slug in demos():
        load_demo(slug=slug, password=password, actor=system_actor("demo", via="command"), now=now)

"""Navigation of the admin, by job to be done, and the look of the site.

Settings import this module, so it touches no model. Every TenantAdmin says where it belongs (``section``, ``icon``,
``order``); pages without a model are added by ``add_page``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class Section(StrEnum):
    """The parts of the sidebar, in their order."""

    TODAY = "today"
    PEOPLE = "people"
    RECRUITING = "recruiting"
    TIME = "time"
    ROSTERS = "rosters"
    REQUESTS = "requests"
    TIME_SETUP = "time_setup"
    PERFORMANCE = "performance"
    PAY = "pay"
    INTEGRATION = "integration"
    ADMINISTRATION = "administration"


_HEADINGS = {
    Section.TODAY: _("Today"),
    Section.PEOPLE: _("People"),
    Section.RECRUITING: _("Recruiting"),
    Section.TIME: _("Time"),
    Section.ROSTERS: _("Rosters"),
    Section.REQUESTS: _("Leave and requests"),
    Section.TIME_SETUP: _("Attendance setup"),
    Section.PERFORMANCE: _("Performance"),
    Section.PAY: _("Pay"),
    Section.INTEGRATION: _("Import and integrations"),
    Section.ADMINISTRATION: _("Administration"),
}


@dataclass(frozen=True)
class Page:
    """A page of the tenant's admin that is no change list. url_name: e.g. ``admin:month_close``."""

    section: Section
    title: Any
    url_name: str
    permission: str
    icon: str = "description"
    order: int = 100


_pages: list[Page] = []


def add_page(page: Page) -> None:
    """Called from the app's ``AppConfig.ready``."""
    if page not in _pages:
        _pages.append(page)


def site_title(request: HttpRequest) -> str:
    tenant = getattr(request, "tenant", None)
    return str(_("Operator console")) if tenant is None else str(tenant)


def icon(request: HttpRequest) -> str:
    return static("console/icon.svg")


def styles(request: HttpRequest) -> str:
    return static("console/console.css")


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of links that this user may follow; empty groups are left out."""
    from hrsaas.console.sites import operator_site  # settings import this module before the apps are there

    if getattr(request, "tenant", None) is None:
        models = [_model_link(model_admin) for model_admin in operator_site._registry.values()]
        return _with_place(request, [{"title": None, "items": [_home(), *_sorted(models)]}])
    groups = []
    for section in Section:
        items = _sorted(list(_items(request, section)))
        if section is Section.TODAY:
            items = [_home(), *items]
        if items:
            groups.append({"title": _HEADINGS[section], "separator": section is not Section.TODAY, "items": items})
    return _with_place(request, groups)


def _with_place(request: HttpRequest, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mark where the user is: one entry, though a page's address may begin with another's."""
    items = [item for group in groups for item in group["items"]]
    above = [item["link"] for item in items if request.path.startswith(item["link"])]
    here = max(above, key=len, default="")
    for item in items:
        item["active"] = item["link"] == here
    return groups


def _home() -> dict[str, Any]:
    return {"title": _("Dashboard"), "icon": "home", "link": reverse("admin:index"), "order": 0}


def _items(request: HttpRequest, section: Section) -> Iterator[dict[str, Any]]:
    from hrsaas.access.queries.actors import actor_of
    from hrsaas.console.sites import tenant_site

    actor = actor_of(request)
    for model_admin in tenant_site._registry.values():
        if getattr(model_admin, "section", None) is section and model_admin.has_view_permission(request):
            yield _model_link(model_admin)
    for page in _pages:
        if page.section is section and actor.may(page.permission):
            yield {"title": page.title, "icon": page.icon, "link": reverse(page.url_name), "order": page.order}


def _model_link(model_admin: Any) -> dict[str, Any]:
    meta = model_admin.model._meta
    return {
        "title": capfirst(meta.verbose_name_plural),
        "icon": getattr(model_admin, "icon", "table_rows"),
        "link": reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"),
        "order": getattr(model_admin, "order", 100),
    }


def _sorted(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(items, key=lambda item: item["order"])


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "hrsaas.console.navigation.site_title",
    "SITE_HEADER": "hrsaas.console.navigation.site_title",
    "SITE_SYMBOL": "diversity_3",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "hrsaas.console.navigation.icon"}],
    "STYLES": ["hrsaas.console.navigation.styles"],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "DASHBOARD_CALLBACK": "hrsaas.console.dashboard.dashboard",
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": "hrsaas.console.navigation.sidebar",
    },
    "COLORS": {
        "primary": {
            "50": "oklch(97.7% .013 236.62)",
            "100": "oklch(95.1% .026 236.824)",
            "200": "oklch(90.1% .058 230.902)",
            "300": "oklch(82.8% .111 230.318)",
            "400": "oklch(74.6% .16 232.661)",
            "500": "oklch(68.5% .169 237.323)",
            "600": "oklch(58.8% .158 241.966)",
            "700": "oklch(50% .134 242.749)",
            "800": "oklch(44.3% .11 240.79)",
            "900": "oklch(39.1% .09 240.876)",
            "950": "oklch(29.3% .066 243.157)",
        },
    },
}

"""Between the session and the view: sessions of elsewhere are dropped, visiting operators get their grant checked."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from hrsaas.access.models import User
from hrsaas.access.queries.operators import visiting_operator
from hrsaas.access.sessions import GRANT_KEY, is_foreign


class SignedInMiddleware:
    """After AuthenticationMiddleware. A request without a session cookie costs nothing here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key:
            if is_foreign(request.session):
                _sign_out(request)
            elif GRANT_KEY in request.session:
                _admit_operator(request)
        response = self.get_response(request)
        _choose_language(request, response)
        return response


def _admit_operator(request: HttpRequest) -> None:
    visitor = visiting_operator(request.session[GRANT_KEY], now=timezone.now())
    if visitor is None:
        _sign_out(request)
    else:
        request.user = visitor


def _choose_language(request: HttpRequest, response: HttpResponse) -> None:
    """Signing in sets the language that the user's row says, unless this browser has chosen one with the switch."""
    user = getattr(request, "just_signed_in", None)
    if isinstance(user, User) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax", secure=settings.SECURE)


def _sign_out(request: HttpRequest) -> None:
    request.session.flush()
    request.user = AnonymousUser()

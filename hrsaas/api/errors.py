"""Every error that leaves the API is application/problem+json, whoever raised it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views import defaults
from rest_framework import exceptions
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from hrsaas.api.conflicts import database_problem
from hrsaas.api.problems import CHINESE, ENGLISH, Fault, Problem, translated
from hrsaas.errors import DomainError

INVALID = _("Some values are not right; see errors.")


class BilingualError(exceptions.ValidationError):
    """A serializer's errors, collected once in each language. detail: as in ValidationError, English."""

    def __init__(self, zh: Any, en: Any) -> None:
        super().__init__(en)
        self.zh = exceptions.ValidationError(zh).detail


def problem_response(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's exception handler. None (a mistake of ours) lets Django log it and call ``server_error``."""
    problem = problem_of(error)
    if problem is None:
        return None
    set_rollback()
    return problem.as_response(context.get("request"))


def problem_of(error: Exception) -> Problem | None:
    """What to tell the client about an exception, or None if the client cannot have caused it."""
    match error:
        case DomainError():
            return _of_domain(error)
        case exceptions.ValidationError():
            return translated(400, "api.invalid", INVALID, faults=list(_drf_faults(error)))
        case exceptions.APIException():
            return _of_api(error)
        case ModelValidationError():
            return translated(400, "api.invalid", INVALID, faults=list(_model_faults(error)))
        case Http404():
            return translated(404, "api.not_found", _("There is nothing here by this name."))
        case PermissionDenied():
            return translated(403, "access.not_allowed", _("You are not allowed to do this."))
        case RequestDataTooBig():
            return translated(413, "api.too_large", _("The body is too large. Send it in smaller parts."))
        case SuspiciousOperation() | MultiPartParserError() | UnicodeError():
            return translated(400, "api.malformed", _("The body cannot be read. Check its format and encoding."))
        case DatabaseError():
            return database_problem(error)
    return None


def _of_domain(error: DomainError) -> Problem:
    extra = dict(error.extra)
    if error.position is not None:
        extra["position"] = error.position
    # Services that take many rows list every fault: {row, field, code, zh, en}.
    faults = [Fault(**one) for one in extra.pop("rows", ())]
    if error.field and not faults:
        faults = [Fault(error.code, error.zh, error.en, error.field)]
    return Problem(error.status, error.code, error.zh, error.en, faults, extra=extra)


# The library's own texts are sentences for its own tongue; ours say what to do, in both.
_API_ERRORS: dict[type[exceptions.APIException], tuple[str, Any]] = {
    exceptions.ParseError: ("api.malformed", _("The body cannot be read. Check its format and encoding.")),
    exceptions.AuthenticationFailed: ("access.wrong_credentials", _("The token or session is not valid here.")),
    exceptions.NotAuthenticated: ("access.sign_in_first", _("Send an API token, or sign in.")),
    exceptions.PermissionDenied: ("access.not_allowed", _("You are not allowed to do this.")),
    exceptions.NotFound: ("api.not_found", _("There is nothing here by this name.")),
    exceptions.MethodNotAllowed: ("api.method", _("This address does not take this method.")),
    exceptions.NotAcceptable: ("api.not_acceptable", _("Only JSON is available here.")),
    exceptions.UnsupportedMediaType: ("api.media_type", _("Send JSON with Content-Type: application/json.")),
    exceptions.Throttled: ("api.throttled", _("Too many requests. Wait as long as Retry-After says.")),
}


def _of_api(error: exceptions.APIException) -> Problem:
    own = getattr(error, "problem", None)  # ours carry their texts, e.g. access.authentication.NotAdmitted
    if isinstance(own, DomainError):
        return replace(_of_domain(own), headers=_headers(error))
    for kind, (code, text) in _API_ERRORS.items():
        if isinstance(error, kind):
            return translated(error.status_code, code, text, headers=_headers(error))
    code = f"api.{error.default_code}"
    return translated(error.status_code, code, error.default_detail, headers=_headers(error))


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    return headers


def _drf_faults(error: exceptions.ValidationError) -> Iterator[Fault]:
    zh_texts = {path: str(text) for path, text in _leaves(getattr(error, "zh", error.detail))}
    for path, text in _leaves(error.detail):
        row, names = (path[0], path[1:]) if path and isinstance(path[0], int) else (None, path)
        # The last part counts the messages of one field; field names come before it.
        field = ".".join(str(name) for name in names[:-1] if name != api_settings.NON_FIELD_ERRORS_KEY)
        yield Fault(getattr(text, "code", "invalid"), zh_texts.get(path, str(text)), str(text), field, row)


def _leaves(detail: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """(path, message) for every message in DRF's nested lists and dicts."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            yield from _leaves(inner, (*path, index))
    else:
        yield path, detail


def _model_faults(error: ModelValidationError) -> Iterator[Fault]:
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for name, errors in by_field.items():
        for one in errors:
            zh, en = _message(one, CHINESE), _message(one, ENGLISH)
            yield Fault(one.code or "invalid", zh, en, "" if name == NON_FIELD_ERRORS else name)


def _message(error: ModelValidationError, language: str) -> str:
    with override(language):
        return error.messages[0]


def in_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500. The log line with the traceback carries the same request id."""
    if not in_api(request):
        return defaults.server_error(request)
    reference = getattr(request, "request_id", "")
    problem = Problem(
        500,
        "api.our_mistake",
        f"服务器内部出错,已记录。联系支持时请提供编号 {reference}。",
        f"Something went wrong on our side and was logged. Give support this reference: {reference}.",
        extra={"reference": reference},
    )
    return problem.as_response(request)


def _handler(view: Any, wrapped: type[Exception]) -> Any:
    def handle(request: HttpRequest, exception: Exception) -> HttpResponse:
        problem = problem_of(exception) or problem_of(wrapped())
        if in_api(request) and problem is not None:
            return problem.as_response(request)
        return view(request, exception)

    return handle


bad_request = _handler(defaults.bad_request, SuspiciousOperation)
permission_denied = _handler(defaults.permission_denied, PermissionDenied)
not_found = _handler(defaults.page_not_found, Http404)

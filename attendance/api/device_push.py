"""Where ZKTeco devices push to (``/iclock/…`` at the tenant's host): plain text in, plain text out.

A device keeps whatever is not answered with 200 and OK, and sends it again. So nothing is said to be taken before it
is, and a body that is not whole, too large or of an unknown table is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.urls import URLPattern, re_path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from attendance.models import Device
from attendance.services import device_push
from attendance.services.device_limits import note_refusal, within_limits
from hrsaas.access.origins import client_ip, origin_of
from hrsaas.api.permissions import require_module
from hrsaas.errors import DomainError

# About 50,000 lines.
MOST_BYTES = 2 * 1024 * 1024
# Pictures and templates of fingers and faces: thrown away unread, so that devices do not keep offering them.
UNWANTED = {"ATTPHOTO", "BIODATA", "FINGERTMP", "FACE", "USERPIC", "BIOPHOTO", "IDCARD", "ERRORLOG", "WORKCODE"}
_STAMP = re.compile(r"[0-9]{1,20}")
Handler = Callable[[HttpRequest, Device, datetime], HttpResponse]


class _Refused(Exception):
    """status, text: as the device gets them."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


def _for_devices(*methods: str) -> Callable[[Handler], Callable[[HttpRequest], HttpResponse]]:
    """A view for registered, active devices; the others learn nothing."""

    def wrap(handle: Handler) -> Callable[[HttpRequest], HttpResponse]:
        def view(request: HttpRequest) -> HttpResponse:
            now = timezone.now()
            try:
                return handle(request, _admitted(request, now), now)
            except _Refused as refused:
                return _text(refused.text, refused.status)

        return csrf_exempt(require_http_methods(methods)(view))

    return wrap


@_for_devices("GET", "POST")
def cdata(request: HttpRequest, device: Device, now: datetime) -> HttpResponse:
    """The handshake (GET), and tables that the device delivers (POST)."""
    if request.method == "GET":
        return _text(device_push.greet(device=device, old="pushver" not in request.GET, now=now))
    table = request.GET.get("table", "").upper()
    if table in UNWANTED:
        return _text("OK")
    stamp = request.GET.get("Stamp") or request.GET.get("OpStamp", "")
    told = {"device": device, "body": _body(request, device, now), "stamp": stamp if _STAMP.fullmatch(stamp) else ""}
    if table == "ATTLOG":
        origin = replace(origin_of(request), via="api")
        return _text(f"OK: {device_push.take_log(**told, origin=origin, now=now)}")
    if table in ("OPERLOG", "USERINFO"):
        return _text(f"OK: {device_push.take_users(**told)}")
    if table == "OPTIONS":
        device_push.note_options(device=device, body=told["body"])
        return _text("OK")
    raise _Refused(501, "TABLE NOT SUPPORTED")


@_for_devices("GET")
def getrequest(request: HttpRequest, device: Device, now: datetime) -> HttpResponse:
    """What the device is to do."""
    return _text(device_push.next_commands(device=device, info=request.GET.get("INFO", ""), now=now))


@_for_devices("POST")
def devicecmd(request: HttpRequest, device: Device, now: datetime) -> HttpResponse:
    """What became of it."""
    device_push.take_results(device=device, body=_body(request, device, now), now=now)
    return _text("OK")


@_for_devices("POST")
def registry(request: HttpRequest, device: Device, now: datetime) -> HttpResponse:
    """Newer firmware tells its options here."""
    device_push.note_options(device=device, body=_body(request, device, now))
    return _text("OK")


@_for_devices("GET", "POST")
def ping(request: HttpRequest, device: Device, now: datetime) -> HttpResponse:
    """A sign of life; and pictures, which old firmware sends to an address of their own."""
    return _text("OK")


def _admitted(request: HttpRequest, now: datetime) -> Device:
    serial, address = request.GET.get("SN", ""), client_ip(request)
    if not within_limits(serial, address, now):
        raise _Refused(429, "TOO MANY REQUESTS")
    try:
        require_module(request.tenant, "attendance.punch.change")
    except DomainError:
        raise _Refused(403, "NO ATTENDANCE HERE") from None
    device = device_push.admit(serial=serial, address=address, now=now)
    if device is None:
        note_refusal(address, now)
        raise _Refused(503, "DEVICE NOT REGISTERED")
    return device


def _body(request: HttpRequest, device: Device, now: datetime) -> bytes:
    """All of it or nothing: of a body that broke off, a server would pass on the first half."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or "")
    except ValueError:
        raise _Refused(411, "CONTENT-LENGTH REQUIRED") from None
    if length > MOST_BYTES:
        device_push.note_oversized(device=device, now=now)
        raise _Refused(413, "TOO LARGE")
    try:
        body = request.body
    except (UnreadablePostError, RequestDataTooBig):
        raise _Refused(400, "NOT WHOLE") from None
    if len(body) != length:
        raise _Refused(400, "NOT WHOLE")
    return body


def _text(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


# Devices of eSSL append .aspx to each address.
_VIEWS = {
    "cdata": cdata, "getrequest": getrequest, "devicecmd": devicecmd, "registry": registry, "ping": ping, "fdata": ping,
}  # fmt: skip
urlpatterns: list[URLPattern] = [
    re_path(rf"^{name}(?:\.aspx)?$", view, name=f"device-{name}") for name, view in _VIEWS.items()
]

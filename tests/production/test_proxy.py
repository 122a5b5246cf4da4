"""The proxy, as configured for production, in front of the real web process, over TLS."""

from __future__ import annotations

import datetime
import http.client
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hrsaas.devservers import processes
from tests.production import compose
from tests.production.installation import DOMAIN, Installation

CONFIG = compose.ROOT / "deploy" / "caddy" / "Caddyfile"
Get = Callable[..., http.client.HTTPResponse]


@pytest.fixture(scope="session")
def ports() -> dict[str, int]:
    return {name: processes.free_port() for name in ("HTTP_PORT", "HTTPS_PORT", "INSIDE_PORT")}


@pytest.fixture(scope="session")
def get(web: Installation, ports: dict[str, int]) -> Get:
    """GET a path at a host through the proxy."""
    certificate, key = _wildcard_certificate(web.folder)
    addresses = {"WEB_HOST": "localhost", "OPERATOR_HOST": "localhost", "APP_PORT": str(web.ports["app"])}
    extra = {
        **addresses, **{name: str(port) for name, port in ports.items()}, "TLS_MODE": "certificate",
        "CERTIFICATE_FILE": str(certificate), "CERTIFICATE_KEY_FILE": str(key), "HOME": str(web.folder),
    }  # fmt: skip
    web.launch("proxy", ["caddy", "run", "--config", str(CONFIG), "--adapter", "caddyfile"], **extra)
    assert processes.wait_until(lambda: not processes.port_is_free(ports["HTTPS_PORT"]), 15), web.log("proxy")
    trust = ssl.create_default_context(cafile=str(certificate))

    def fetch(path: str, host: str, **headers: str) -> http.client.HTTPResponse:
        raw = socket.create_connection(("127.0.0.1", ports["HTTPS_PORT"]), timeout=20)
        connection = http.client.HTTPSConnection(host, timeout=20)
        connection.sock = trust.wrap_socket(raw, server_hostname=host)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    return fetch


def _wildcard_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, DOMAIN)])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(DOMAIN), x509.DNSName(f"*.{DOMAIN}")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1)).add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    files = folder / "fullchain.pem", folder / "privkey.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def test_the_domain_and_every_subdomain_answer_over_tls(get: Get) -> None:
    assert get("/healthz", DOMAIN).status == 200
    assert get("/healthz", f"retail.{DOMAIN}").status == 200
    assert get("/", f"unknown.{DOMAIN}").status == 404


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/tls/allowed?domain=x"])
@pytest.mark.parametrize("host", [DOMAIN, f"retail.{DOMAIN}"])
def test_what_is_meant_for_the_inside_is_not_shown_outside(get: Get, web: Installation, path: str, host: str) -> None:
    token = {"Authorization": f"Bearer {web.values['METRICS_TOKEN']}"}
    assert get(path, host, **token).status == 404


def test_plain_http_is_sent_to_https(get: Get, ports: dict[str, int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", ports["HTTP_PORT"], timeout=20)
    connection.request("GET", "/admin/", headers={"Host": f"retail.{DOMAIN}"})
    answer = connection.getresponse()
    connection.close()
    assert answer.status in (301, 308)
    assert answer.headers["Location"] == f"https://retail.{DOMAIN}/admin/"


def test_attendance_devices_are_heard_over_plain_http(get: Get, ports: dict[str, int]) -> None:
    """Many of them know no TLS. Nobody has a company here yet, which the application says itself."""
    connection = http.client.HTTPConnection("127.0.0.1", ports["HTTP_PORT"], timeout=20)
    connection.request("GET", "/iclock/getrequest?SN=CJDE1", headers={"Host": f"retail.{DOMAIN}"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (404, None)
    assert b"<html" in answer.read()
    connection.close()


def test_browsers_are_told_to_stay_with_https_and_not_what_serves(get: Get) -> None:
    headers = get("/admin/login/", DOMAIN).headers
    assert headers["Strict-Transport-Security"]
    assert headers["Server"] is None


def test_a_caller_cannot_pretend_an_address_or_a_host(get: Get) -> None:
    """X-Forwarded-Host and -For of the outside are replaced, so neither tenant nor lockout can be chosen by them."""
    assert get("/", f"unknown.{DOMAIN}", **{"X-Forwarded-Host": DOMAIN}).status == 404


def test_the_proxy_asks_before_it_gets_a_certificate(get: Get, ports: dict[str, int]) -> None:
    def ask(domain: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", ports["INSIDE_PORT"], timeout=20)
        connection.request("GET", f"/tls/allowed?domain={domain}")
        status = connection.getresponse().status
        connection.close()
        return status

    assert ask(DOMAIN) == 200
    assert ask(f"nobody.{DOMAIN}") == 404


@pytest.mark.parametrize("mode", ["on_demand", "certificate"])
def test_each_way_to_certificates_is_a_valid_configuration(web: Installation, tmp_path: Path, mode: str) -> None:
    certificate, key = _wildcard_certificate(tmp_path)
    files = {"CERTIFICATE_FILE": str(certificate), "CERTIFICATE_KEY_FILE": str(key)}
    command = ("caddy", "validate", "--config", str(CONFIG), "--adapter", "caddyfile")
    done = web.run("proxy", *command, TLS_MODE=mode, HOME=str(tmp_path), **files)
    assert done.returncode == 0, done.stderr

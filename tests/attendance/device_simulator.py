"""A ZKTeco device for tests: speaks the push protocol over real HTTP, forgets nothing that was not acknowledged, and
can behave as badly as the real ones do: drop connections, repeat batches, send out of order.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from tests.attendance import device_forms as forms


@dataclass(frozen=True)
class Answer:
    """status 0: none came, the connection broke off."""

    status: int
    text: str

    @property
    def ok(self) -> bool:
        return self.status == 200 and self.text.startswith("OK")


LOST = Answer(0, "")


@dataclass
class Simulator:
    """One device. waiting: lines of its log that the server has not acknowledged; stamp: how far it got."""

    port: int
    host: str
    serial: str
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    waiting: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    users: dict[str, str] = field(default_factory=dict)
    stamp: int = 0

    # --- single requests

    def handshake(self) -> dict[str, str]:
        """The options of the server; with stamp None or 0 everything is sent anew."""
        answer = self.ask("GET", f"cdata?SN={self.serial}&options=all&pushver=2.4.1&DeviceType=att&language=83")
        assert answer.status == 200, answer
        first, *lines = answer.text.splitlines()
        assert first == f"GET OPTION FROM: {self.serial}"
        options = dict(line.split("=", 1) for line in lines)
        if options["ATTLOGStamp"] in ("None", "0"):
            self.waiting = list(self.log)
        return options

    def tell_options(self) -> Answer:
        return self.ask("POST", f"cdata?SN={self.serial}&table=options", forms.OPTIONS.encode())

    def send(self, lines: Sequence[str], *, table: str = "ATTLOG", drop_after: int | None = None) -> Answer:
        """One delivery. drop_after: bytes of the body after which the connection breaks off."""
        body = "".join(f"{line}\r\n" for line in lines).encode()
        return self.ask("POST", f"cdata?SN={self.serial}&table={table}&Stamp={self.stamp or 9999}", body, drop_after)

    def poll(self, info: str = "") -> list[tuple[int, str]]:
        """Commands of the server."""
        told = f"&INFO={quote(info, safe=',')}" if info else ""
        text = self.ask("GET", f"getrequest?SN={self.serial}{told}").text
        if text == "OK":
            return []
        parts = (line.split(":", 2) for line in text.splitlines())
        return [(int(number), command) for _c, number, command in parts]

    def report(self, results: Sequence[tuple[int, int, str]]) -> Answer:
        """number, return code, verb of commands that were carried out."""
        body = "\n".join(f"ID={number}&Return={code}&CMD={verb}" for number, code, verb in results)
        return self.ask("POST", f"devicecmd?SN={self.serial}", body.encode())

    # --- as it behaves by itself

    def stamps(self, pin: str, *times: datetime) -> None:
        """People stamp; the lines wait to be sent."""
        for time in times:
            line = forms.attlog(pin, time)
            self.log.append(line)
            self.waiting.append(line)

    def upload(self, *, batch: int = 50, misbehave: float = 0.0) -> int:
        """Send what waits until all is acknowledged; how many requests it took.

        misbehave: the share of deliveries that break off, are repeated, or leave the answer unread. Lines go out of
        order, and some of an earlier delivery come along.
        """
        requests, tail = 0, list[str]()
        while self.waiting:
            now = self.waiting[:batch]
            sent = self.dice.sample([*now, *tail], len(now) + len(tail)) if misbehave else now
            answer = self._deliver(sent, misbehave)
            requests += 1
            if answer.ok:
                del self.waiting[: len(now)]
                self.stamp += len(now)
                tail = self.dice.sample(now, len(now) // 4) if misbehave else []
            assert requests < 10_000
        return requests

    def work(self) -> int:
        """Fetch commands and carry them out until there are none; how many."""
        done = 0
        while commands := self.poll(f"{forms.FIRMWARE},{len(self.users)},0,{len(self.log)},10.0.0.9"):
            self.report([(number, self._carry_out(text), text.split()[0]) for number, text in commands])
            done += len(commands)
        return done

    def _deliver(self, lines: Sequence[str], misbehave: float) -> Answer:
        if self.dice.random() >= misbehave:
            return self.send(lines)
        size = sum(len(line) + 2 for line in lines)
        how = self.dice.choice(["drop", "twice", "deaf"])
        if how == "drop":
            return self.send(lines, drop_after=self.dice.randrange(size))
        first = self.send(lines)
        return self.send(lines) if how == "twice" else (LOST if first.ok else first)

    def _carry_out(self, command: str) -> int:
        verb, _blank, rest = command.partition(" USERINFO ")
        values = dict(part.split("=", 1) for part in rest.split("\t") if "=" in part)
        if verb == "DATA UPDATE":
            self.users[values["PIN"]] = values["Name"]
        elif verb == "DATA DELETE":
            self.users.pop(values["PIN"], None)
        elif command.startswith("DATA QUERY ATTLOG"):
            self.send(self.log)
        else:
            return -1
        return 0

    def ask(self, method: str, path: str, body: bytes = b"", drop_after: int | None = None) -> Answer:
        """One request on a connection of its own, as devices make it."""
        head = f"{method} /iclock/{path} HTTP/1.1\r\nHost: {self.host}\r\nConnection: close\r\n"
        head += f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n" if method == "POST" else "\r\n"
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as line:
            line.sendall(head.encode() + (body if drop_after is None else body[:drop_after]))
            if drop_after is not None:
                return LOST
            received = b""
            while part := line.recv(65_536):
                received += part
        top, _blank, text = received.partition(b"\r\n\r\n")
        return Answer(int(top.split()[1]), text.decode()) if top else LOST

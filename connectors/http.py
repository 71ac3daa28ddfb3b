"""The only way out by HTTP: time-outs, a few tries, and no way into the own network unless that is allowed."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urljoin

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from connectors.addresses import Target, checked
from connectors.errors import AddressRefused, ServiceRefused, ServiceUnavailable

_LATER = frozenset({429, 502, 503, 504})  # not done, and may be asked for again
_SAME_METHOD = frozenset({307, 308})
_LONGEST_REPLY = 1_000_000
_SHOWN = 200  # characters of an error that a message quotes


@dataclass(frozen=True, slots=True)
class HttpSetting:
    """How to reach others.

    ``private_hosts`` are names of hosts of the own network that may be reached, by http too; all others have to be
    public and by https. Times are seconds; ``longest_pause`` is the most that "come back later" is obeyed.
    """

    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    tries: int = 3
    pause: float = 1.0
    longest_pause: float = 30.0
    redirects: int = 3
    private_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status and the text, at most a megabyte."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Http:
    """Sends requests; ``sleep`` waits between tries."""

    setting: HttpSetting = HttpSetting()
    sleep: Callable[[float], None] = time.sleep

    def post_json(self, url: str, payload: object, headers: Mapping[str, str] | None = None) -> Reply:
        """Send JSON and give the answer; see `post`."""
        return self.post(url, json.dumps(payload, ensure_ascii=False, allow_nan=False).encode(), headers)

    def post(self, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """Send a body, JSON unless ``headers`` say otherwise, and give the answer, of status 200 to 299.

        A try that was sent and got no answer is not repeated here, because it may have been heard.

        Raises:
            AddressRefused: the address is malformed or leads to a host that may not be reached.
            ServiceUnavailable: nobody answered, or the host asked to come back later, after all tries.
            ServiceRefused: the host answered with an error.
        """
        sent = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Pointsman",
            **(headers or {}),
        }
        return self._tried("POST", url, body, sent)

    def _tried(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        tries, pause = self.setting.tries, self.setting.pause
        for left in range(tries - 1, -1, -1):
            target, reply = self._followed(method, url, body, headers)
            if reply is not None and reply.status not in _LATER:
                return _judged(target, reply)
            if left:
                self.sleep(min(max(_asked_to_wait(reply), pause), self.setting.longest_pause))
                pause *= 2
        why = "could not be reached" if reply is None else f"answered {reply.status}"
        raise ServiceUnavailable(f"{target.host} {why}, {tries} times.")

    def _followed(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[Target, Reply | None]:
        """Send, and follow redirects that keep the method, each to a host that may be reached."""
        for _ in range(self.setting.redirects + 1):
            target = checked(url, self.setting.private_hosts)
            reply = self._sent(method, target, body, headers)
            place = reply.headers.get("location") if reply else None
            if reply is None or reply.status not in _SAME_METHOD or not place:
                return target, reply
            url = urljoin(url, place)
            if checked(url, self.setting.private_hosts).origin != target.origin:
                headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        raise AddressRefused(f"{target.host} redirects too often.")

    def _sent(self, method: str, target: Target, body: bytes, headers: Mapping[str, str]) -> Reply | None:
        """Send to the first of the addresses that takes a connection; None where none does.

        The connection is made to an address that was checked, so that a name cannot lead elsewhere a moment later.
        """
        for address in target.addresses:
            pool = self._pool(target, address)
            try:
                answer = pool.urlopen(
                    *(method, target.path, body, {"Host": target.origin, **headers}),
                    retries=False,
                    redirect=False,
                    preload_content=False,
                )
                text = answer.read(_LONGEST_REPLY, decode_content=True).decode("utf-8", "replace")
                return Reply(
                    answer.status, text, {name.lower(): value for name, value in answer.headers.items()}
                )
            except (NewConnectionError, ConnectTimeoutError):
                continue
            except HTTPError as error:
                raise ServiceUnavailable(f"{target.host} gave no answer: {type(error).__name__}.") from error
            finally:
                pool.close()
        return None

    def _pool(self, target: Target, address: str) -> urllib3.HTTPConnectionPool:
        wait = urllib3.Timeout(connect=self.setting.connect_seconds, read=self.setting.read_seconds)
        if target.scheme == "http":
            return urllib3.HTTPConnectionPool(address, target.port, timeout=wait)
        return urllib3.HTTPSConnectionPool(
            *(address, target.port),
            timeout=wait,
            ssl_context=_trusted(),
            assert_hostname=target.host,
            server_hostname=target.host,
        )


@cache
def _trusted() -> ssl.SSLContext:
    """Trust whom the machine trusts, and the usual authorities where it knows none."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _judged(target: Target, reply: Reply) -> Reply:
    if 200 <= reply.status < 300:
        return reply
    if reply.status >= 500:
        raise ServiceUnavailable(f"{target.host} answered {reply.status}.")
    raise ServiceRefused(target.host, reply.status, reply.text.strip()[:_SHOWN])


def _asked_to_wait(reply: Reply | None) -> float:
    """The seconds of a ``Retry-After``; a date in it is not looked at."""
    asked = reply.headers.get("retry-after", "") if reply else ""
    return float(asked) if asked.isdigit() else 0.0

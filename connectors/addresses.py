"""Which hosts may be reached: public ones by https, and those of the own network that are named."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.errors import AddressRefused, ServiceUnavailable


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: the numeric addresses of its host, and the path with the query."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def origin(self) -> str:
        """Host and port as the ``Host`` header gives them."""
        usual = self.port == (443 if self.scheme == "https" else 80)
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if usual else f"{shown}:{self.port}"


def checked(url: str, private_hosts: Collection[str] = ()) -> Target:
    """Look an address up and check where it leads.

    Args:
        url: the address.
        private_hosts: names of hosts of the own network that may be reached, by http too.

    Raises:
        AddressRefused: it is malformed, not by https, or leads into a private network. The message names the host
            only: the rest of a webhook's address is a secret.
        ServiceUnavailable: the host has no address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressRefused("An address cannot be read; write it like https://host/path.") from error
    allowed = host in private_hosts
    if not host or parts.scheme not in ("https", "http"):
        raise AddressRefused("An address has no host or does not begin with https://.")
    if parts.scheme == "http" and not allowed:
        raise AddressRefused(f"The address of {host} begins with http; use https.")
    port = port or (443 if parts.scheme == "https" else 80)
    addresses = _addresses(host, port)
    if not allowed and not all(is_public(one) for one in addresses):
        raise AddressRefused(
            f"{host} lies in a private network; name it among the private hosts to allow it."
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, addresses)


def is_public(address: str) -> bool:
    """Whether a numeric address is of the public network."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is not None:
            found = inner
    return found.is_global and not found.is_multicast


def _addresses(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ServiceUnavailable(f"{host} could not be found.") from error
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))

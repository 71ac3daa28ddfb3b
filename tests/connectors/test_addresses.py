from __future__ import annotations

import pytest

from connectors.addresses import checked, is_public
from connectors.errors import AddressRefused, ServiceUnavailable


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.9", "172.16.5.5", "169.254.169.254", "100.64.0.1"),
        *("::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "2002:0a00:0001::1", "224.0.0.1", "ff0e::1"),
    ],
)
def test_addresses_of_the_own_network_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_addresses_of_the_world_are(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://127.0.0.1/hook", "127.0.0.1 lies in a private network"),
        ("https://[::1]/hook", "::1 lies in a private network"),
        ("https://2130706433/hook", "2130706433 lies in a private network"),
        ("http://93.184.216.34/secret", "begins with http; use https"),
        ("ftp://93.184.216.34/", "does not begin with https"),
        ("https:///hook", "has no host"),
        ("https://93.184.216.34:port/", "cannot be read"),
    ],
)
def test_addresses_that_are_refused(url, said):
    with pytest.raises(AddressRefused, match=said) as caught:
        checked(url)

    assert "secret" not in str(caught.value)


def test_a_host_of_the_own_network_is_reached_where_it_is_named():
    target = checked("http://127.0.0.1:8065/hooks/a?b=c", {"127.0.0.1"})

    assert target.addresses == ("127.0.0.1",)
    assert (target.origin, target.path) == ("127.0.0.1:8065", "/hooks/a?b=c")


def test_a_public_host_by_https_on_its_usual_port():
    assert checked("https://93.184.216.34").origin == "93.184.216.34"


def test_a_host_without_an_address_may_have_one_later():
    with pytest.raises(ServiceUnavailable, match=r"nowhere\.invalid could not be found"):
        checked("https://nowhere.invalid/hook")

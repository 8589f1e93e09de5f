"""Tells from an address where a server is: on this machine, on this network, or anywhere.

Pure; never looks a name up.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

# Names that no public server has: of a home or office network, of containers and their host.
_NEAR_ENDINGS = (".local", ".lan", ".home", ".internal", ".localhost", ".home.arpa", ".localdomain")


def is_loopback(url: str | None) -> bool:
    """Whether the server is on this machine."""
    return _is_loopback(get_host(url))


def is_nearby(url: str | None) -> bool:
    """Whether the server is on this machine or on the network of the person."""
    host = get_host(url)
    if not host or _is_loopback(host):
        return bool(host)
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_NEAR_ENDINGS)


def add_scheme(address: str) -> str:
    """Return `address` as a URL: adds `http` for a server nearby, `https` for any other."""
    address = address.strip()
    if not address or "://" in address:
        return address
    return f"http://{address}" if is_nearby(f"//{address}") else f"https://{address}"


def get_host(url: str | None) -> str:
    """Return the host of an address, "" if there is none."""
    try:
        return (urlsplit(url or "").hostname or "").rstrip(".")
    except ValueError:
        return ""


def remove_secrets(url: str) -> str:
    """Return an address that is fit for a message: without user, password and query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "`base_url`"
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", "")).rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified

"""Where a server is, from its address alone."""

import pytest

from flux_lsp.settings.addresses import add_scheme, is_loopback, is_nearby
from flux_lsp.settings.credentials import find_credentials
from flux_lsp.settings.schema import Settings

HERE = ["http://127.0.0.1:1", "http://localhost", "https://[::1]:8", "http://0.0.0.0:1"]
NEAR = [
    "http://192.168.1.5:11434", "http://10.0.0.7", "http://172.17.0.1:80", "http://ollama:11434",
    "http://host.docker.internal:11434", "http://nas.local", "http://box.lan", "http://[fd00::1]",
    "http://100.64.0.3", "http://169.254.1.1",
]  # fmt: skip
FAR = ["https://api.anthropic.com", "http://8.8.8.8", "https://example.com", "", "http://[", "x y"]


@pytest.mark.parametrize("url", HERE)
def test_on_this_machine(url: str) -> None:
    assert is_loopback(url)
    assert is_nearby(url)


@pytest.mark.parametrize("url", NEAR)
def test_on_a_network_of_ones_own(url: str) -> None:
    assert not is_loopback(url)
    assert is_nearby(url)
    assert find_credentials(Settings(base_url=url), {"HOME": "/nowhere"}).kind == "none"


@pytest.mark.parametrize("url", FAR)
def test_anywhere_else(url: str) -> None:
    assert not is_nearby(url)


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("localhost:11434", "http://localhost:11434"),
        ("192.168.1.5:11434", "http://192.168.1.5:11434"),
        ("ollama:11434", "http://ollama:11434"),
        ("[::1]:8080/x", "http://[::1]:8080/x"),
        ("api.example.com", "https://api.example.com"),
        ("http://a.b", "http://a.b"),
        (" https://a.b ", "https://a.b"),
        ("", ""),
    ],
)
def test_a_scheme_that_nobody_typed_is_added(typed: str, url: str) -> None:
    assert add_scheme(typed) == url
    assert Settings(base_url=typed).base_url == (url or None)

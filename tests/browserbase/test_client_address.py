"""Where a base URL may lead: the text, the name behind it, and the connection itself."""

import socket

import pytest

from sessions_app.browserbase import Browserbase, check_base_url, errors

PUBLIC = "93.184.215.14"


@pytest.fixture
def names(monkeypatch):
    """The resolver of this test: name to addresses; a list of lists answers in turn."""
    known = {}

    def resolve(host, port, *_, **__):
        if host.startswith("127."):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        found = known[host]
        if isinstance(found[0], list):
            found = found.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://api.browserbase.com", "https://api.browserbase.com"),
        (" https://API.Browserbase.com:443/ ", "https://api.browserbase.com"),
        ("HTTPS://x.example:8443/a/b//", "https://x.example:8443/a/b"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        (f"https://{PUBLIC}/", f"https://{PUBLIC}"),
        ("https://[2606:4700::1111]:444", "https://[2606:4700::1111]:444"),
    ],
)
def test_a_good_base_url_is_given_back_in_its_normal_form(names, url, normal):
    assert check_base_url(url, allow_private=False) == normal
    assert check_base_url(normal, allow_private=False) == normal


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.browserbase.com",
        "ftp://x.example",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://user:pass@x.example",
        "https://x.example\\@evil.example",
        "https://@x.example",
        "https://x.example?a=b",
        "https://x.example?",
        "https://x.example/#",
        "https://x.example:0",
        "https://x.example:99999",
        "https://x.example:port",
        "https://x y.example",
        "https://x.example/\r\nHost: evil",
        "https://[fe80::1%25eth0]",
        "https://[::1",
        "https://0177.0.0.1",
        "https://*",
        "https://" + "a" * 3000,
        "http://api.browserbase.com",
        f"http://{PUBLIC}",
    ],
)
def test_a_bad_base_url_is_refused_with_words(names, url):
    for allow_private in (False, True):
        if url.startswith("http://api") and allow_private:
            names["api.browserbase.com"] = [PUBLIC]
        with pytest.raises(errors.BadBaseUrl) as caught:
            check_base_url(url, allow_private)
        assert "base URL" in caught.value.message
        assert len(caught.value.message) < 300


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[2002:7f00:1::]",
        "[64:ff9b::10.0.0.1]",
    ],
)
def test_a_private_address_needs_permission_however_it_is_spelt(host):
    with pytest.raises(errors.PrivateAddress):
        check_base_url(f"https://{host}/")
    with pytest.raises(errors.PrivateAddress):
        Browserbase("bb_key", base_url=f"https://{host}/")
    assert check_base_url(f"http://{host}:4010/", allow_private=True).startswith("http://")


def test_a_name_that_leads_to_a_private_address_is_refused(names):
    names["inside.example"] = [PUBLIC, "10.0.0.5"]
    with pytest.raises(errors.PrivateAddress, match=r"inside\.example leads to the private address 10\.0\.0\.5"):
        check_base_url("https://inside.example")
    assert check_base_url("http://inside-only.example", allow_private=True) == "http://inside-only.example"


def test_a_name_that_cannot_be_looked_up_passes_the_check_and_fails_the_call(names, key):
    assert check_base_url("https://nowhere.example") == "https://nowhere.example"
    with (
        Browserbase(key, base_url="https://nowhere.example") as client,
        pytest.raises(errors.UpstreamDown, match="cannot be looked up") as caught,
    ):
        client.projects.list()
    assert not caught.value.sent


def test_a_name_that_turns_private_after_the_check_gets_no_connection(upstream, names, key):
    names["rebind.example"] = [[PUBLIC], ["127.0.0.1"]]
    url = check_base_url(f"https://rebind.example:{upstream.port}")
    with Browserbase(key, base_url=url) as client, pytest.raises(errors.PrivateAddress):
        client.projects.list()
    assert upstream.requests == []


def test_plain_http_goes_to_no_public_address_even_when_private_ones_are_allowed(names, key):
    names["outside.example"] = [PUBLIC]
    with (
        Browserbase(key, base_url="http://outside.example", allow_private=True) as client,
        pytest.raises(errors.BadBaseUrl, match="https"),
    ):
        client.projects.list()


def test_the_second_address_of_a_name_is_tried_when_the_first_is_dead(upstream, names, key):
    names["two.example"] = ["127.0.0.2", "127.0.0.1"]
    upstream.answer(upstream.http(b"[]"))
    with Browserbase(key, base_url=f"http://two.example:{upstream.port}", allow_private=True) as client:
        assert client.projects.list() == []
    assert b"host: two.example" in upstream.requests[0].lower()


@pytest.fixture
def proxy_environment(monkeypatch):
    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def test_https_goes_through_the_proxy_of_the_environment_and_shows_it_no_key(upstream, key, proxy_environment):
    proxy_environment.setenv("HTTPS_PROXY", upstream.url)
    upstream.answer(upstream.http(b"", 403))
    with Browserbase(key, base_url="https://api.upstream.test") as client, pytest.raises(errors.UpstreamDown) as caught:
        client.projects.list()
    assert upstream.targets[0] == "CONNECT api.upstream.test:443"
    assert not caught.value.sent
    assert key.encode() not in b"".join(upstream.requests)


def test_a_private_http_upstream_is_never_asked_through_a_proxy(upstream, client, key, proxy_environment):
    proxy_environment.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    proxy_environment.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    upstream.answer(upstream.http(b"[]"))
    with Browserbase(key, base_url=upstream.url, allow_private=True) as client:
        assert client.projects.list() == []


def test_a_proxy_of_an_unknown_kind_is_said(key, proxy_environment):
    proxy_environment.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(errors.BadBaseUrl, match="socks5"):
        Browserbase(key)

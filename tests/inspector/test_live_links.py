"""Where a minted live-view link may lead."""

import pytest

from sessions_app.inspector.live_view import Tab, may_be_framed

VENDOR = ["https://www.browserbase.com", "https://*.browserbase.com"]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.browserbase.com/devtools-fullscreen/inspector.html?wss=connect.browserbase.com/debug/a?debug=true",
        "https://debug.browserbase.com/inspector.html",
        "https://a.b.browserbase.com:443/",
        "HTTPS://WWW.BROWSERBASE.COM/x",
    ],
)
def test_the_vendors_hosts_may_be_framed(url):
    assert may_be_framed(url, VENDOR)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)//https://www.browserbase.com",
        "data:text/html,x",
        "http://www.browserbase.com/",
        "https://browserbase.com.example/",
        "https://evilbrowserbase.com/",
        "https://example.com/www.browserbase.com",
        "https://www.browserbase.com:8443/",
        "https://www.browserbase.com@example.com/",
        "https://example.com\\@www.browserbase.com/",
        "https://example.com\\.browserbase.com/",
        "https://exa\tmple.com/",
        " https://www.browserbase.com/",
        "//www.browserbase.com/",
        "https://example.com\uff0f.browserbase.com/",
        "https://www.browserbase.com:port/",
        "https://[::1/",
    ],
)
def test_nothing_else_may(url):
    assert not may_be_framed(url, VENDOR)


def test_a_stand_in_may_by_its_very_port():
    assert may_be_framed("http://127.0.0.1:4010/live?x", ["http://127.0.0.1:4010"])
    assert not may_be_framed("http://127.0.0.1:4011/live?x", ["http://127.0.0.1:4010"])
    assert may_be_framed("http://[::1]:4010/live", ["http://[::1]:4010"])


@pytest.mark.parametrize(
    ("link", "framed"),
    [
        ("https://h/i.html?wss=x?debug=true", "https://h/i.html?wss=x?debug=true&navbar=false"),
        ("https://h/i.html", "https://h/i.html?navbar=false"),
        ("https://h/i.html?a=1#b", "https://h/i.html?a=1&navbar=false#b"),
    ],
)
def test_the_frame_goes_without_the_address_bar(link, framed):
    assert Tab("1", "Shop", link).frame_url == framed


def test_a_link_is_in_no_repr():
    assert "secret" not in repr(Tab("1", "Shop", "https://h/?secret"))

"""What a page asks the network for when it is opened: the document, its parts, and what goes wrong now and then."""

from collections.abc import Iterator
from random import Random
from urllib.parse import quote

import msgspec

from simulator.exchanges import Exchange, Hop
from simulator.visits import Visit

BEARER = "Bearer sim_eyJhbGciOiJub25lIn0.c2ltdWxhdGVk"
IMAGES = {"grid": 6, "product": 3, "cart": 1, "results": 2, "article": 2}
"""How many pictures a page of this kind has."""
DATA = {
    "grid": "/api/products",
    "product": "/api/stock",
    "cart": "/api/cart",
    "results": "/api/hits",
    "table": "/api/rows",
    "form": "/api/schema",
}
"""What its script fetches."""
SIGNED_IN = ("portal", "shop")
"""Sites whose requests carry a session's cookie and a bearer token; none of it opens anything anywhere."""


def document(visit: Visit, random: Random) -> Exchange:
    """The page itself. Several are reached over a redirect: from http, from a link that counts, after a form."""
    return Exchange(
        visit.page.url,
        "Document",
        visit.begins + 0.02,
        random.uniform(0.15, 0.45),
        "text/html",
        random.randint(9_000, 38_000),
        cookie=cookie_of(visit),
        answers={"set-cookie": new_cookies(random)} if visit.is_first else {},
        hops=hops_to(visit),
    )


def hops_to(visit: Visit) -> tuple[Hop, ...]:
    origin = f"https://{visit.page.site}"
    match visit.page.scene:
        case "shop-home" | "portal-sign-in":
            return (Hop(f"http://{visit.page.site}/", 301),)
        case "journal-article":
            counted = f"https://search.example/out?to={quote(visit.page.url, safe='')}"
            return Hop(counted, 302), Hop(visit.page.url.replace("https:", "http:"), 301)
        case "portal-cases":
            post = "user=robot-07&password=only-a-simulated-secret&_csrf=c2ltdWxhdGVk"
            return (Hop(f"{origin}/sign-in", 302, "POST", post),)
        case "shop-thanks":
            return (Hop(f"{origin}/orders", 303, "POST", "payment=pay_4711&_csrf=c2ltdWxhdGVk"),)
        case "portal-sent":
            return (Hop(f"{origin}/cases", 303, "POST", "reference=REF-2026-11-0418&amount=1+284.50"),)
    return ()


def cookie_of(visit: Visit) -> str:
    return "sid=sim-0123456789abcdef; theme=light" if is_signed_in(visit) else ""


def is_signed_in(visit: Visit) -> bool:
    return visit.page.site.startswith(SIGNED_IN)


def new_cookies(random: Random) -> str:
    """Two, joined by a newline as the protocol does."""
    sid = f"sid=sim-{random.getrandbits(64):016x}; Path=/; Secure; HttpOnly; Expires=Fri, 01 Jan 2027 00:00:00 GMT"
    return f"{sid}\ntheme=light; Path=/"


def parts(visit: Visit, at: float, random: Random) -> Iterator[Exchange]:
    """What the document brings with it from `at`, when its first bytes are there."""
    cdn = f"https://static.{visit.page.site}"
    cached = "" if visit.is_first else "disk"
    yield Exchange(f"{cdn}/site.css", "Stylesheet", at, 0.08, "text/css", 14_200, cached=cached)
    yield Exchange(f"{cdn}/app.js", "Script", at + 0.01, 0.16, "text/javascript", 88_400, cached=cached)
    yield Exchange(f"{cdn}/inter.woff2", "Font", at + 0.05, 0.07, "font/woff2", 48_256, cached=cached and "memory")
    yield from pictures(visit, cdn, at, random)
    yield from data(visit, at + 0.25, random)
    yield Exchange(
        f"https://count.example/hit?page={quote(visit.page.path)}",
        "Ping",
        at + 0.4,
        0.05,
        method="POST",
        post=msgspec.json.encode({"page": visit.page.path, "visitor": f"{random.getrandbits(32):08x}"}).decode(),
        fails="net::ERR_BLOCKED_BY_CLIENT",
    )
    if visit.page.kind == "done":
        yield Exchange("data:image/svg+xml,%3Csvg%2F%3E", "Image", at + 0.1, 0.001, "image/svg+xml", 0, cached="memory")


def pictures(visit: Visit, cdn: str, at: float, random: Random) -> Iterator[Exchange]:
    """Now and then one is not there."""
    slug = visit.item.lower().replace(" ", "-")
    count = IMAGES.get(visit.page.kind, 0)
    missing = random.randrange(count) if count and random.random() < 0.3 else None
    for number in range(count):
        url, takes_s = f"{cdn}/img/{slug}-{number + 1}.webp", random.uniform(0.08, 0.5)
        if number == missing:
            yield Exchange(url, "Image", at + 0.06, takes_s, "text/html", 310, 404)
        else:
            yield Exchange(url, "Image", at + 0.06, takes_s, "image/webp", random.randint(6_000, 90_000))


def data(visit: Visit, at: float, random: Random) -> Iterator[Exchange]:
    """Fetched by the page's script from another host, so it asks leave first. One in twelve fails at the server."""
    path = DATA.get(visit.page.kind)
    if path is None:
        return
    about = quote(visit.item.lower())
    status, takes_s = (500, 1.4) if random.random() < 0.08 else (200, random.uniform(0.09, 0.6))
    headers = {"Authorization": BEARER} if is_signed_in(visit) else {}
    url = f"https://api.{visit.page.site}{path}?about={about}"
    yield Exchange(url, "Fetch", at, takes_s, size=2_100, status=status, headers=headers, preflight=True)


def suggestions(visit: Visit, begins: float, ends: float, text: str) -> Iterator[Exchange]:
    """While somebody types into a search, each is given up for the next."""
    words = [text[: len(text) // 2], text]
    for number, word in enumerate(words):
        at = begins + (ends - begins) * (number + 1) / 2
        url = f"https://{visit.page.site}/suggest?q={quote(word)}"
        yield Exchange(url, "XHR", at, 0.12, size=420, fails="" if word is words[-1] else "net::ERR_ABORTED")


def payment(visit: Visit, at: float) -> Exchange:
    body = {"card": "4000000000000000", "amount": 12900, "token": "tok_simulated_8f3a"}
    post = msgspec.json.encode(body).decode()
    headers = {"Authorization": BEARER, "Content-Type": "application/json"}
    url = "https://pay.example/v1/charges"
    return Exchange(url, "Fetch", at, 0.7, status=201, method="POST", post=post, headers=headers, preflight=True)

"""The body of POST /v1/sessions: every documented option, checked with the documented limits.

The options are those of `SessionCreateParams` in the SDK's `browserbase/types/session_create_params.py`. Fields nobody
knows are accepted and ignored, since what the service does with them is not documented.
"""

import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from simulator.errors import bad_request

Region = Literal["us-west-2", "us-east-1", "eu-central-1", "ap-southeast-1"]
TwoLetters = Annotated[str, msgspec.Meta(pattern="^[A-Za-z]{2}$")]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Pixels = Annotated[int, msgspec.Meta(ge=1)]

SHORTEST_TIMEOUT_S, LONGEST_TIMEOUT_S = 60, 21600
LONGEST_METADATA = 512
"""Characters of `userMetadata` written as JSON without spaces."""


class Geolocation(msgspec.Struct, rename="camel"):
    country: TwoLetters
    state: TwoLetters | UnsetType = UNSET
    city: str | UnsetType = UNSET


class BrowserbaseProxy(msgspec.Struct, rename="camel", tag_field="type", tag="browserbase"):
    geolocation: Geolocation | UnsetType = UNSET
    domain_pattern: str | UnsetType = UNSET


class ExternalProxy(msgspec.Struct, rename="camel", tag_field="type", tag="external"):
    server: Text
    username: str | UnsetType = UNSET
    password: str | UnsetType = UNSET
    domain_pattern: str | UnsetType = UNSET


class NoProxy(msgspec.Struct, rename="camel", tag_field="type", tag="none"):
    domain_pattern: str | UnsetType = UNSET


class ProxySettings(msgspec.Struct, rename="camel"):
    ca_certificates: list[str] = []


class Viewport(msgspec.Struct):
    width: Pixels | UnsetType = UNSET
    height: Pixels | UnsetType = UNSET


class Context(msgspec.Struct):
    id: Text
    persist: bool = False


class BrowserSettings(msgspec.Struct, rename="camel"):
    viewport: Viewport | UnsetType = UNSET
    context: Context | UnsetType = UNSET
    block_ads: bool = False
    solve_captchas: bool = True
    record_session: bool = True
    log_session: bool = True
    verified: bool = False
    advanced_stealth: bool = False
    os: Literal["windows", "mac", "linux", "mobile", "tablet"] | UnsetType = UNSET
    allowed_domains: list[str] = []
    ignore_certificate_errors: bool = False
    captcha_image_selector: str | UnsetType = UNSET
    captcha_input_selector: str | UnsetType = UNSET
    extension_id: str | UnsetType = UNSET


class SessionRequest(msgspec.Struct, rename="camel"):
    """What a create asks for; `timeout` in seconds, None for the project's `defaultTimeout`."""

    project_id: Text | UnsetType = UNSET
    region: Region = "us-west-2"
    timeout: Annotated[int, msgspec.Meta(ge=SHORTEST_TIMEOUT_S, le=LONGEST_TIMEOUT_S)] | UnsetType = UNSET
    keep_alive: bool = False
    extension_id: str | UnsetType = UNSET
    user_metadata: dict[str, Any] | UnsetType = UNSET
    proxies: bool | list[BrowserbaseProxy | ExternalProxy | NoProxy] = False
    proxy_settings: ProxySettings = msgspec.field(default_factory=ProxySettings)
    browser_settings: BrowserSettings = msgspec.field(default_factory=BrowserSettings)

    @property
    def context_id(self) -> str | None:
        context = self.browser_settings.context
        return None if context is UNSET else context.id

    @property
    def extension_ids(self) -> list[str]:
        return [given for given in (self.extension_id, self.browser_settings.extension_id) if given is not UNSET]

    @property
    def uses_proxy(self) -> bool:
        if isinstance(self.proxies, bool):
            return self.proxies
        return any(not isinstance(proxy, NoProxy) for proxy in self.proxies)


def session_request(body: object) -> SessionRequest:
    """The request in a decoded JSON body; ApiError 400 names the first field that is wrong."""
    try:
        request = msgspec.convert(body, SessionRequest)
    except msgspec.ValidationError as error:
        raise bad_request(named(error)) from None
    check_metadata(request)
    check_geolocations(request)
    return request


def named(error: msgspec.ValidationError) -> str:
    """msgspec's "Expected `int` >= 60 - at `$.timeout`" -> "timeout: Expected int >= 60"."""
    words, _, path = str(error).replace("`", "").partition(" - at ")
    field = re.sub(r"^(key in )?\$\.?", "", path)
    return f"{field}: {words}" if field else words


def check_metadata(request: SessionRequest) -> None:
    if request.user_metadata is UNSET:
        return
    length = len(msgspec.json.encode(request.user_metadata).decode())
    if length > LONGEST_METADATA:
        raise bad_request(f"userMetadata: at most {LONGEST_METADATA} characters as JSON, got {length}")


def check_geolocations(request: SessionRequest) -> None:
    for index, proxy in enumerate(request.proxies if isinstance(request.proxies, list) else []):
        place = proxy.geolocation if isinstance(proxy, BrowserbaseProxy) else UNSET
        if place is not UNSET and place.state is not UNSET and place.country.upper() != "US":
            raise bad_request(f"proxies[{index}].geolocation.state: only with country US")

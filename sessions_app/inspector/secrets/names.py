"""Names of fields, headers and parameters that hold secrets."""

import re
from functools import lru_cache

_WORDS = frozenset(
    "assertion auth authenticate authentication authorization bearer card cookie cookies credential credentials csc "
    "cvc cvv hmac iban jwt mfa mnemonic otp pass passcode passkey passphrase passwd password passwords pin pswd pw pwd "
    "samlresponse secret secrets senha sid sig signature ssn ticket token totp".split()
)
#: Wherever they stand in a name without its dashes and capitals.
_PARTS = re.compile(
    "passw|passphrase|pwd\\Z|\\Apwd|secret|credential|apikey|accesskey|privatekey|signingkey|encryptionkey|authkey|"
    "sessionkey|masterkey|subscriptionkey|appkey|consumerkey|licensekey|csrf|xsrf|accesstoken|refreshtoken|idtoken|authtoken|token\\Z|"
    "sessionid|sessid|securitycode|verificationcode|cardnumber|creditcard|ccnum|accountnumber|routingnumber|onetime|"
    "(?:account|card|confirm|login|new|old|user)pin\\Z|tokenval|pincode|smscode|otpcode|recoverycode|backupcode|"
    "activationcode|twofactor|\\A2fa|securityanswer|seedphrase|oauthverifier|dpop|userpass|loginpass|kennwort|contrase|motdepasse|wachtwoord|"
    "connectionstring|setcookie|authorization|socialsecurity|mothersmaiden|authcode|oauthcode"
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LONGEST = 200
#: Such a name says nothing alone; with a long value it holds a key, or a code that stands for a sign-in.
_PERHAPS = frozenset("key tokens code session state nonce hash verifier codeverifier codechallenge".split())
_LONG = 16
_KEY_OF_ONES_OWN = re.compile(r"x-[a-z0-9-]{0,60}key", re.IGNORECASE)
#: The last word before a colon, or before what `%s` stands for.
_LAST_NAME = re.compile(r"([\w.-]+)[\s:=]*(?:%\w[\s:=]*)*\Z")


@lru_cache(maxsize=8192)
def is_secret_name(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name[:_LONGEST])]
    return any(word in _WORDS for word in words) or _PARTS.search("".join(words)) is not None


def may_hold_secret(name: str) -> bool:
    """Whether there are values of this name that are covered."""
    return is_secret_name(name) or says_nothing_alone(name)


def holds_secret(name: str, value: str) -> bool:
    """Whether the field of this name with this value is covered wholly."""
    return is_secret_name(name) or (len(value) >= _LONG and says_nothing_alone(name))


def says_nothing_alone(name: str) -> bool:
    return "".join(_WORD.findall(name[:_LONGEST])).lower() in _PERHAPS


def is_secret_header(name: str) -> bool:
    """A header of one's own that ends with "key" holds one."""
    return is_secret_name(name) or _KEY_OF_ONES_OWN.fullmatch(name) is not None


def end_of_secret_name(text: str) -> int | None:
    """Where the telling name ends that stands at the end of a text: `token:`, `the password: %s`."""
    found = _LAST_NAME.search(text, max(len(text) - 100, 0))
    return found.end(1) if found and is_secret_name(found[1]) else None

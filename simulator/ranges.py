"""Parts of a file: one Range of bytes, as players and resumed downloads ask for (RFC 9110, 14.2)."""

import re

from starlette.requests import Request
from starlette.responses import Response

ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def ranged(request: Request, content: bytes, media_type: str) -> Response:
    """All of it, 206 with the part that was asked for, or 416. What is no single range is ignored, as it may be."""
    headers = {"accept-ranges": "bytes"}
    asked = ONE_RANGE.fullmatch(request.headers.get("range", ""))
    if not asked or asked[0] == "bytes=-":
        return Response(content, headers=headers, media_type=media_type)
    first, last = bounds(asked[1], asked[2], len(content))
    if first > last:
        return Response(status_code=416, headers={"content-range": f"bytes */{len(content)}"})
    headers |= {"content-range": f"bytes {first}-{last}/{len(content)}"}
    return Response(content[first : last + 1], 206, headers, media_type)


def bounds(first: str, last: str, length: int) -> tuple[int, int]:
    """`-500` means the last 500 bytes."""
    if not first:
        return max(0, length - int(last)), length - 1
    return int(first), min(int(last or length), length - 1)

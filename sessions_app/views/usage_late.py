"""Parts of the usage page that load after it: each fails by itself, in its own words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOO_SLOW = "This takes too long right now. Ask for a shorter time, or try again later."


def late(request: HttpRequest, part: str, title: str, words: str) -> HttpResponse:
    return render(request, "usage/failed.html", {"part": part, "title": title, "words": words})

from django.http import HttpRequest, HttpResponse


def page(request: HttpRequest, **ids: str) -> HttpResponse:
    return HttpResponse("soon")


def one(request: HttpRequest, **ids: str) -> HttpResponse:
    return HttpResponse("soon")

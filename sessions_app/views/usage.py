from django.http import HttpRequest, HttpResponse


def page(request: HttpRequest, **ids: str) -> HttpResponse:
    return HttpResponse("soon")

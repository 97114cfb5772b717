"""What a supervisor or load balancer asks, without signing in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse

from .readiness import read_readiness


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """The process is alive."""
    return JsonResponse({"ok": True})


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 or 503 with `{"ok", "checks": {name: {"ok"} or {"ok", "error"}}}`."""
    checks = {name: {"ok": not error} | ({"error": error} if error else {}) for name, error in read_readiness().items()}
    is_ready = all(check["ok"] for check in checks.values())
    return JsonResponse({"ok": is_ready, "checks": checks}, status=200 if is_ready else 503)

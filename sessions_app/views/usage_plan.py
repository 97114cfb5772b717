"""`/usage/plan/`: when an account's cycle begins, what its plan allows and keeps, which upstream tells nobody."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions_app.forms.usage_plan import PlanForm
from sessions_app.models import Account


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """A POST changes the `account` with that number."""
    accounts = Account.objects.visible_to(request.user)
    forms = {account.pk: PlanForm(instance=account, prefix=str(account.pk)) for account in accounts}
    if request.method == "POST":
        text = request.POST.get("account", "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        account = get_object_or_404(accounts, pk=number)
        forms[number] = PlanForm(request.POST, instance=account, prefix=text)
        if forms[number].is_valid():
            account.save(update_fields=PlanForm.Meta.fields)
            messages.success(request, f"The plan of {account} is noted.")
            return redirect("usage_plan")
    return render(request, "usage/plan.html", {"forms": forms.values(), "kept_days": settings.KEPT_DAYS})

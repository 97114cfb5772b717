"""An id that our tables lack: one look at upstream, through each account, and else a page that says why not."""

from django.http import HttpRequest, HttpResponse

from sessions_app.actions.waiting import give_back_connection
from sessions_app.browserbase import errors
from sessions_app.inspector.lookup import first_to_know
from sessions_app.models import Account
from sessions_app.models.belonging import Belonging
from sessions_app.pulls import belongings

from ..errors import page as error_page
from ..missing_session import TOO_MANY, Explanation, may_be_id, may_look_up, not_answered


def look_up_or_explain(request: HttpRequest, kind: type[Belonging], id: str) -> HttpResponse | None:
    """None when upstream knew it and it is stored now."""
    explanation = seek(request, kind, id)
    if explanation is None:
        return None
    response = error_page(request, explanation.status, explanation.title, explanation.words)
    if explanation.retry_after_s is not None:
        response.headers["Retry-After"] = str(explanation.retry_after_s)
    return response


def seek(request: HttpRequest, kind: type[Belonging], id: str) -> Explanation | None:
    accounts = list(Account.objects.visible_to(request.user))
    stored = may_be_id(id) and kind.objects.filter(pk=id).exists()
    if not may_be_id(id) or not accounts or stored:  # what is stored and not found is not this program's to see
        return not_known(kind)
    if not may_look_up(request):
        return TOO_MANY
    give_back_connection()
    try:
        account, answer = first_to_know(accounts, lambda one, s: belongings.ask(one, kind, id, s))
    except errors.NotFound:
        return not_known(kind)
    except errors.UpstreamError as error:
        return not_answered(error)
    belongings.keep(account, kind, answer)
    return None if kind.objects.visible_to(request.user).filter(pk=id).exists() else not_known(kind)


def not_known(kind: type[Belonging]) -> Explanation:
    words = "It is not in our tables, and Browserbase knows it through none of our accounts. Is the id whole?"
    return Explanation(404, f"No such {kind.word}", words)

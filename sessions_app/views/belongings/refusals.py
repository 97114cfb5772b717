"""Why a context or an extension was not made or deleted: whose fault it is and what to do."""

from django import forms

from sessions_app.actions.create import may_have_started
from sessions_app.browserbase import errors
from sessions_app.models import Context
from sessions_app.models.belonging import Belonging

from ..new_session_words import quoted_detail

NAME_TAKEN = 409


def refusal_words(kind: type[Belonging], error: errors.UpstreamError, form: forms.Form) -> str:
    """What is said above the form; a name that is taken is said beside its field, and "" here."""
    if may_have_started(error):
        return f"No usable answer came back: {error.message.rstrip('.')}. {lost_words(kind)}"
    if error.status == NAME_TAKEN and "name" in form.fields:
        form.add_error("name", f"The project has a context of this name already.{quoted_detail(error)}")
        return ""
    match error:
        case errors.BadRequest(status=413):
            return f"Browserbase finds this file too big; nothing was made.{quoted_detail(error)}"
        case errors.BadRequest(status=415):
            return f"Browserbase does not take this for a zip file; nothing was made.{quoted_detail(error)}"
    return not_done_words(error, "nothing was made")


def not_done_words(error: errors.UpstreamError, so: str) -> str:
    """`so` says what that means, as in "nothing was made"."""
    match error:
        case errors.BadKey(status=None):
            return f"{error.message.rstrip('.')}; {so}."
        case errors.BadKey():
            return f"Browserbase refused this account's key; {so}. Whoever runs this Sightglass gives it a valid one."
        case errors.RateLimited():
            return f"A limit of Browserbase is reached; {so}. Try again in a moment.{quoted_detail(error)}"
        case errors.UpstreamDown():
            return f"Browserbase cannot be reached right now; {so}. Try again in a moment."
        case errors.BadRequest() | errors.Forbidden() | errors.NotFound():
            return f"Browserbase refused this; {so}.{quoted_detail(error)}"
        case _:
            return f"{error.message.rstrip('.')}; {so}."


def lost_words(kind: type[Belonging]) -> str:
    if kind is Context:
        return (
            "The context may have been made all the same, and nobody was told its id. Where it has a name, a second "
            "one of that name is refused if the first was made."
        )
    return "It may lie at Browserbase all the same, under an id that nobody was told. Uploading it again makes another."

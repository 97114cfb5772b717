"""What was done, said on the next page, with the way to the record."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html

from sessions_app.models.belonging import Belonging


def say_done(request: HttpRequest, thing: Belonging, what: str) -> None:
    """`what` ends the sentence that begins with its name."""
    words = 'The {} “{}” {}. <a href="{}#record">Record</a>'
    messages.success(request, format_html(words, thing.word, thing, what, thing.get_absolute_url()))

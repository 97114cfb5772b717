"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from .frame import home_of


class ClosedAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: accounts are made with `manage.py createsuperuser` or by `make up`."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the chosen start page, where the address before did not lead elsewhere."""
        return reverse(home_of(request))

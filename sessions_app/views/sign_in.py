"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: accounts are made with `manage.py createsuperuser` or by `make up`."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

"""Every address of the site."""

from allauth.account import views as sign_in
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from sessions_app.views import errors

urlpatterns = [
    path("accounts/login/", login_not_required(sign_in.login), name="account_login"),
    path("accounts/signup/", login_not_required(sign_in.signup), name="account_signup"),
    path("accounts/logout/", login_not_required(sign_in.logout), name="account_logout"),
    path("accounts/password/change/", sign_in.password_change, name="account_change_password"),
    path("", include("sessions_app.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many  # allauth's: too many sign-ins or changes of a password
handler500 = errors.server_error

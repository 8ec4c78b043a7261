"""The addresses of the account pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from clients import account

app_name = "account"

urlpatterns = [
    path("sign-in/", account.SignIn.as_view(), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("demo-sign-in/", account.demo_sign_in, name="demo_sign_in"),
    path("language/", account.choose_language, name="language"),
    path("reset/", account.AskForReset.as_view(), name="reset"),
    path("reset/sent/", account.ResetSent.as_view(), name="reset_sent"),
    path("reset/<uidb64>/<token>/", account.SetNewPassword.as_view(), name="reset_confirm"),
    path("reset/done/", account.ResetDone.as_view(), name="reset_done"),
]

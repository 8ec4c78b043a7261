"""The addresses of the account pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from clients import account, feed_pages, notice_pages

app_name = "account"

urlpatterns = [
    path("sign-in/", account.SignIn.as_view(), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("demo-sign-in/", account.demo_sign_in, name="demo_sign_in"),
    path("language/", account.choose_language, name="language"),
    path("notices/", notice_pages.NoticesPage.as_view(), name="notices"),
    path("notices/<int:pk>/", notice_pages.OpenNotice.as_view(), name="open_notice"),
    path("notices/settings/", notice_pages.NoticeSettings.as_view(), name="notice_settings"),
    path("notices/telegram/", notice_pages.ConnectChat.as_view(), name="connect_chat"),
    path(
        "notices/telegram/disconnect/",
        notice_pages.DisconnectChat.as_view(),
        name="disconnect_chat",
    ),
    path("unsubscribe/<str:token>/", notice_pages.Unsubscribe.as_view(), name="unsubscribe"),
    path("calendar/", feed_pages.feeds, name="feeds"),
    path("calendar/<int:feed_id>/revoke/", feed_pages.revoke, name="revoke_feed"),
    path("reset/", account.AskForReset.as_view(), name="reset"),
    path("reset/sent/", account.ResetSent.as_view(), name="reset_sent"),
    path("reset/<uidb64>/<token>/", account.SetNewPassword.as_view(), name="reset_confirm"),
    path("reset/done/", account.ResetDone.as_view(), name="reset_done"),
]

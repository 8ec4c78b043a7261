"""People who sign in: staff of the agency and the clients' people."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    language = models.CharField(
        _("language"),
        max_length=2,
        blank=True,
        choices=[("en", "English"), ("ru", "Русский")],
        help_text=_("Empty: the browser's language."),
    )
    is_demo = models.BooleanField(_("belongs to the demo"), default=False, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def sees_all_clients(self) -> bool:
        """Directors see every client; others only those whose team they are in."""
        return self.is_active and self.has_perm("clients.see_all_clients")

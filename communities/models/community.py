"""The client's own communities, from the plan to the running one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows
from communities.models.profile import Profile


class Community(ClientChild):
    """The client's own page, under work."""

    client_from = "profile"

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CREATION = "creation", _("in creation")
        DESIGN = "design", _("in design")
        SET_UP = "set_up", _("in set-up")
        READY = "ready", _("ready")
        RUNNING = "running", _("running")
        ARCHIVED = "archived", _("archived")

    client = models.ForeignKey(Client, models.CASCADE, related_name="communities", editable=False)
    profile = models.OneToOneField(
        Profile,
        models.PROTECT,
        related_name="community",
        verbose_name=_("profile"),
        limit_choices_to={"relation": Profile.Relation.OWN},
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PLANNED
    )
    launched_on = models.DateField(_("launched"), null=True, blank=True)

    objects = ClientRows["Community"].as_manager()

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        ordering = ["client", "profile__title"]

    def __str__(self) -> str:
        return str(self.profile)

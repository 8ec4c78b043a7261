"""The client's own communities, from the plan to the running one, and each step of that way."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, User
from communities.models.profile import Profile


class Community(ClientChild):
    """The client's own page, under work. Its state changes by `communities.life` only."""

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


class CommunityMove(ClientChild):
    """One step of a community's life. `old` is empty where the community was added."""

    client_from = "community"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    community = models.ForeignKey(
        Community, models.CASCADE, related_name="moves", verbose_name=_("community")
    )
    old = models.CharField(
        _("old state"), max_length=10, choices=Community.State.choices, blank=True
    )
    new = models.CharField(_("new state"), max_length=10, choices=Community.State.choices)
    moved_at = models.DateTimeField(_("when"), default=timezone.now)
    moved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by whom")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = ClientRows["CommunityMove"].as_manager()

    class Meta:
        verbose_name = _("step of a community's life")
        verbose_name_plural = _("steps of a community's life")
        ordering = ["-moved_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_old_display() or '—'} → {self.get_new_display()}"

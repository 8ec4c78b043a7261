"""What surrounds the inbound calls: outgoing ones, test calls, changes of the rules of counting."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, TrackingNumber, User
from kpi.models.callers import Caller
from kpi.models.webhooks import CallConnection


class OutgoingCall(ClientChild):
    """A call from the client's side: it tells how soon somebody who was missed was called back."""

    client_from = "connection"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    connection = models.ForeignKey(CallConnection, models.PROTECT, related_name="outgoing_calls")
    external_id = models.CharField(_("id at the provider"), max_length=120)
    started_at = models.DateTimeField(_("started"))
    caller = models.ForeignKey(
        Caller,
        models.PROTECT,
        null=True,
        related_name="outgoing_calls",
        verbose_name=_("who was called"),
    )
    is_answered = models.BooleanField(_("answered"))
    talk_seconds = models.PositiveIntegerField(_("talk, seconds"), null=True, blank=True)

    objects = ClientRows["OutgoingCall"].as_manager()

    class Meta:
        verbose_name = _("outgoing call")
        verbose_name_plural = _("outgoing calls")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "external_id"], name="outgoing_call_once")
        ]
        indexes = [models.Index(fields=["caller", "started_at"], name="outgoing_call_caller")]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class TestCall(ClientChild):
    """Somebody dialled a tracking number to see whether it works."""

    __test__ = False
    client_from = "number"

    class Result(models.TextChoices):
        WORKS = "works", _("it works")
        NO_ANSWER = "no_answer", _("it rings, nobody answers")
        DEAD = "dead", _("it does not work")
        WRONG_PLACE = "wrong_place", _("it leads elsewhere")

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    number = models.ForeignKey(
        TrackingNumber, models.CASCADE, related_name="test_calls", verbose_name=_("number")
    )
    called_at = models.DateTimeField(_("called"), default=timezone.now)
    called_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    result = models.CharField(_("result"), max_length=12, choices=Result.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ClientRows["TestCall"].as_manager()

    class Meta:
        verbose_name = _("test call")
        verbose_name_plural = _("test calls")
        ordering = ["-called_at"]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_result_display()}"


class CallRuleChange(models.Model):
    """The client's rules of counting were changed, and the calls decided anew."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="call_rule_changes")
    changed_at = models.DateTimeField(_("at"), default=timezone.now)
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    old = models.JSONField(_("before"))
    new = models.JSONField(_("after"))
    calls_changed = models.PositiveIntegerField(_("calls changed"), default=0)

    objects = ClientRows["CallRuleChange"].as_manager()

    class Meta:
        verbose_name = _("change of the rules of counting")
        verbose_name_plural = _("changes of the rules of counting")
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return f"{self.client} · {self.changed_at:%Y-%m-%d}"

"""Spikes of negatives: when a wave counts as one, and those that were found."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows
from content.models.incident import Incident


class Sensitivity(models.TextChoices):
    SENSITIVE = "sensitive", _("sensitive")
    BALANCED = "balanced", _("balanced")
    STRICT = "strict", _("strict")


class SpikeRule(models.Model):
    """One for each sensitivity. The arithmetic is that of `content.spike_statistics`."""

    sensitivity = models.CharField(
        _("sensitivity"), max_length=9, choices=Sensitivity.choices, unique=True
    )
    window_minutes = models.PositiveSmallIntegerField(
        _("counted over, minutes"),
        default=60,
        validators=[MinValueValidator(30), MaxValueValidator(2 * 24 * 60)],
    )
    weeks = models.PositiveSmallIntegerField(
        _("held against so many weeks before"),
        default=8,
        validators=[MinValueValidator(2), MaxValueValidator(26)],
        help_text=_("The same weekday and hours of each."),
    )
    chance = models.FloatField(
        _("smallest chance"),
        validators=[MinValueValidator(1e-9), MaxValueValidator(0.1)],
        help_text=_("So many people or more by chance alone: rarer than this is a spike."),
    )
    floor = models.PositiveSmallIntegerField(
        _("fewest people"),
        default=5,
        validators=[MinValueValidator(2)],
        help_text=_("Fewer people than that are no crisis, however quiet it used to be."),
    )
    cooldown_minutes = models.PositiveSmallIntegerField(
        _("silent afterwards, minutes"), default=60, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("rule of spikes")
        verbose_name_plural = _("rules of spikes")
        ordering = ["-chance"]

    def __str__(self) -> str:
        return str(self.get_sensitivity_display())


class Spike(ClientChild):
    """Why the program opened a crisis: people, not comments, are counted.

    `before` are those of the `windows` earlier windows together.
    """

    client_from = "incident"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    incident = models.OneToOneField(Incident, models.CASCADE, related_name="spike")
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("to"))
    people = models.PositiveIntegerField(_("people who complained"))
    items = models.PositiveIntegerField(_("complaints"))
    before = models.PositiveIntegerField(_("people in the weeks before"))
    windows = models.PositiveSmallIntegerField(_("weeks before"))
    chance = models.FloatField(_("by chance alone"))
    limit = models.FloatField(_("smallest chance"))
    floor = models.PositiveSmallIntegerField(_("fewest people"))

    objects = ClientRows["Spike"].as_manager()

    class Meta:
        verbose_name = _("spike of negatives")
        verbose_name_plural = _("spikes of negatives")
        ordering = ["-until"]

    def __str__(self) -> str:
        return f"{self.people} · {self.until}"

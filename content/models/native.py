"""Posts that were made on the network itself: where they come from, and months that are closed."""

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, User
from communities.models import WallPost
from content.models.post import TextWork
from strategy.models import ContentSource


class NativePost(ClientChild):
    """What a person said of a wall post of an own community that no publication made.

    A wall post without this row is not classified: it is neither curated nor not.
    """

    client_from = "wall_post"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    wall_post = models.OneToOneField(
        WallPost, models.CASCADE, related_name="native", verbose_name=_("wall post")
    )
    source = models.CharField(_("source"), max_length=10, choices=ContentSource.choices)
    text_work = models.CharField(_("work on the text"), max_length=10, choices=TextWork.choices)
    classified_at = models.DateTimeField(_("classified"), default=timezone.now)
    classified_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("by whom")
    )

    objects = ClientRows["NativePost"].as_manager()

    class Meta:
        verbose_name = _("classified native post")
        verbose_name_plural = _("classified native posts")
        ordering = ["-wall_post__posted_at"]

    def __str__(self) -> str:
        return str(self.wall_post)


class MonthClose(models.Model):
    """A month of a client whose native posts are all classified, with its curated share then.

    `cap` is NULL where no strategy was in force on its last day; `closed_by` for the program.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="closed_months")
    month = models.DateField(_("month"), help_text=_("Its first day."))
    curated = models.PositiveIntegerField(_("from the internet"))
    counted = models.PositiveIntegerField(_("publications"))
    cap = models.DecimalField(_("cap"), max_digits=3, decimal_places=2, null=True)
    closed_at = models.DateTimeField(_("closed"), default=timezone.now)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by whom")
    )

    objects = ClientRows["MonthClose"].as_manager()

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["client", "month"], name="month_close_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="month_close_first_day"),
            models.CheckConstraint(
                condition=models.Q(curated__lte=models.F("counted")), name="month_close_share"
            ),
        ]

    def __str__(self) -> str:
        return date_format(self.month, "F Y")

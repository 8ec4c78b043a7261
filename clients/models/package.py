"""What is sold together: a package says which services an engagement starts with."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smm_agency.lib.bilingual import Bilingual


class Package(Bilingual, models.Model):
    """A reference row: staff may edit it, a restart never overwrites."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name, English"), max_length=160)
    name_ru = models.CharField(_("name, Russian"), max_length=160)
    is_offered = models.BooleanField(
        _("offered"), default=True, help_text=_("Off: new engagements do not start with it.")
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("order", "position"), default=0)

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.in_language("name")

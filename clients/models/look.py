"""How the portal, letters and papers look: the agency's name, logo and colours, and a client's."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.scoping import ClientRows
from smm_agency.lib.colours import contrast, is_readable, readable_like

# What links stand on: the page and its cards, as static/portal.css and Bootstrap colour them.
LIGHT_GROUNDS = ("#ffffff", "#f8f9fa")
DARK_GROUNDS = ("#212529", "#2b3035")

COLOUR = re.compile(r"#[0-9a-f]{6}")
is_colour = RegexValidator(
    r"\A#[0-9a-f]{6}\Z", _("Write the colour as # and six digits, such as #3b5bdb.")
)


def check_light(colour: str) -> None:
    check_contrast(colour, LIGHT_GROUNDS)


def check_dark(colour: str) -> None:
    check_contrast(colour, DARK_GROUNDS)


def check_contrast(colour: str, grounds: tuple[str, ...]) -> None:
    """Raises ValidationError with a colour that would do. What is no colour passes here."""
    if not COLOUR.fullmatch(colour) or is_readable(colour, grounds):
        return
    worst = min(contrast(colour, ground) for ground in grounds)
    raise ValidationError(
        _(
            "%(colour)s is hard to read here: its contrast is %(worst).1f : 1, and 4.5 : 1 is"
            " needed. %(better)s of the same hue would do."
        )
        % {"colour": colour, "worst": worst, "better": readable_like(colour, grounds)}
    )


class LookFields(models.Model):
    """What the agency and a client may choose; what is empty is not theirs but the next one's."""

    accent = models.CharField(
        _("colour on a light page"),
        max_length=7,
        blank=True,
        validators=[is_colour, check_light],
        help_text=_("Of links, buttons and the charts' first line. Empty: the usual one."),
    )
    accent_dark = models.CharField(
        _("colour on a dark page"),
        max_length=7,
        blank=True,
        validators=[is_colour, check_dark],
        help_text=_("Empty: the same hue, as light as it must be."),
    )
    logo = models.BinaryField(_("logo"), default=b"", db_default=b"", editable=False)
    logo_type = models.CharField(
        max_length=40, blank=True, default="", db_default="", editable=False
    )
    # The address of the logo: it changes with the picture, so browsers may keep it for ever.
    logo_sha256 = models.CharField(
        max_length=64, blank=True, default="", db_default="", editable=False, db_index=True
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        if self.accent_dark and not self.accent:
            raise ValidationError({"accent": _("Choose the colour on a light page too.")})


class AgencyLook(LookFields):
    """The agency's one row."""

    name = models.CharField(
        _("name shown"),
        max_length=60,
        blank=True,
        help_text=_(
            "Above every page of the portal. Empty: the setting AGENCY_NAME, or the program's name."
        ),
    )

    class Meta:
        verbose_name = _("look of the agency")
        verbose_name_plural = _("look of the agency")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="agency_look_one_row")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class ClientLook(LookFields):
    """A client's own: on the pages of its portal and in its reports."""

    client = models.OneToOneField(Client, models.CASCADE, related_name="look", editable=False)

    objects = ClientRows["ClientLook"].as_manager()

    class Meta:
        verbose_name = _("look of a client")
        verbose_name_plural = _("looks of clients")

    def __str__(self) -> str:
        return str(self.client)

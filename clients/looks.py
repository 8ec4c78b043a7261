"""What a page, a letter or a paper wears: the agency's look, and the client's own where it has one.

The agency's row is kept in the cache, a client's is read with the client: no page asks for more.
"""

import logging
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from clients.models import Client
from clients.models.look import DARK_GROUNDS, AgencyLook, ClientLook, LookFields
from smm_agency.lib.colours import channels, ink_on, readable_like
from smm_agency.lib.file_types import JPEG, PNG, SVG
from smm_agency.lib.uploads import CheckedFile

LOGO_TYPES = (PNG, JPEG, SVG)
# The first view of the portal has 300 KB for everything.
LOGO_BYTES = 60 * 1024
USUAL_ACCENT, USUAL_ACCENT_DARK = "#3b5bdb", "#91a7ff"
KEY = "look:agency"
KEPT_SECONDS = 60 * 60

logger = logging.getLogger(__name__)


class AgencyRow(NamedTuple):
    name: str = ""
    accent: str = ""
    accent_dark: str = ""
    logo: str = ""


class Logo(NamedTuple):
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Look:
    """`logo` and `client_logo` are SHA-256 of the pictures, "" where there is none."""

    own_name: str = ""
    own_accent: str = ""
    own_accent_dark: str = ""
    logo: str = ""
    client_logo: str = ""

    @property
    def name(self) -> str:
        return self.own_name or settings.AGENCY_NAME or _("SMM workbench")

    @property
    def accent(self) -> str:
        return self.own_accent or USUAL_ACCENT

    @property
    def accent_dark(self) -> str:
        if self.own_accent_dark or not self.own_accent:
            return self.own_accent_dark or USUAL_ACCENT_DARK
        return readable_like(self.own_accent, DARK_GROUNDS)

    @property
    def stylesheet(self) -> str:
        """The address of the colours; "" where they are the usual ones."""
        if not self.own_accent:
            return ""
        return reverse("look_colours", args=[f"{self.accent[1:]}-{self.accent_dark[1:]}"])

    @property
    def logo_url(self) -> str:
        return logo_url(self.logo)

    @property
    def client_logo_url(self) -> str:
        return logo_url(self.client_logo)


def logo_url(sha256: str) -> str:
    return reverse("look_logo", args=[sha256]) if sha256 else ""


def look_of(client: Client | None = None) -> Look:
    """The agency's look; of a client with its colours and logo."""
    agency = _agency()
    own = _own(client) if client else None
    # Both colours come from one side: a client's light one with the agency's dark one clashes.
    accents = own if own is not None and own.accent else agency
    return Look(
        own_name=agency.name,
        own_accent=accents.accent,
        own_accent_dark=accents.accent_dark,
        logo=agency.logo,
        client_logo=own.logo_sha256 if own is not None else "",
    )


def _own(client: Client) -> ClientLook | None:
    """No query where the client was read with its look."""
    try:
        return client.look
    except ClientLook.DoesNotExist:
        return None


def _agency() -> AgencyRow:
    try:
        known = cache.get(KEY)
        if known is None:
            known = tuple(_read_agency())
            cache.set(KEY, known, KEPT_SECONDS)
    except RedisError:
        logger.warning("The look cannot be kept: the cache does not answer.")
        return _read_agency()
    return AgencyRow(*known)


def _read_agency() -> AgencyRow:
    columns = ("name", "accent", "accent_dark", "logo_sha256")
    row = AgencyLook.objects.values_list(*columns).first()
    return AgencyRow(*row) if row else AgencyRow()


def keep_agency(row: AgencyRow) -> None:
    cache.set(KEY, tuple(row), KEPT_SECONDS)


def forget_agency() -> None:
    """Once the change is written: whoever asks before reads the old row."""
    transaction.on_commit(_forget)


def _forget() -> None:
    try:
        cache.delete(KEY)
    except RedisError:
        logger.warning("The look in the cache stays for %s seconds.", KEPT_SECONDS)


def put_logo(look: LookFields, file: CheckedFile | None) -> None:
    """Not saved yet; None takes the logo away."""
    look.logo = file.content if file else b""
    look.logo_type = file.content_type if file else ""
    look.logo_sha256 = file.sha256 if file else ""


def logo_of(sha256: str) -> Logo | None:
    """The picture itself: the agency's, or a client's."""
    for model in (AgencyLook, ClientLook):
        row = model.objects.filter(logo_sha256=sha256).values_list("logo", "logo_type").first()
        if row:
            return Logo(bytes(row[0]), row[1])
    return None


def stylesheet_of(accent: str, accent_dark: str) -> str:
    """The colours as variables: the portal's, and the shades that the admin is made of."""
    light = [f"--color-primary-{weight}:{shade};" for weight, shade in shades_of(accent).items()]
    return (
        f":root{{{_variables(accent)}}}"
        f'[data-bs-theme="dark"],.dark{{{_variables(accent_dark)}}}'
        f"html:root{{{''.join(light)}}}"
        f"html.dark:root{{--color-primary-500:{accent_dark};}}"
    )


def _variables(accent: str) -> str:
    rgb = ",".join(map(str, channels(accent)))
    return f"--accent:{accent};--accent-rgb:{rgb};--accent-ink:{ink_on(accent)};"


def shades_of(accent: str) -> dict[int, str]:
    """From nearly white to nearly black, 600 being the colour itself."""
    mixes = {50: 6, 100: 12, 200: 25, 300: 45, 400: 65, 500: 85}
    darker = {700: 85, 800: 70, 900: 55, 950: 35}
    return {
        **{weight: _mixed(accent, share, "white") for weight, share in mixes.items()},
        600: accent,
        **{weight: _mixed(accent, share, "black") for weight, share in darker.items()},
    }


def _mixed(accent: str, share: int, other: str) -> str:
    return f"color-mix(in oklab,{accent} {share}%,{other})"

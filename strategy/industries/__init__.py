"""What a strategy can start from: nothing, the short strategy, or the template of an industry."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _

from strategy.industries.local_service import LOCAL_SERVICE
from strategy.industries.online_shop import ONLINE_SHOP
from strategy.industries.short import SHORT
from strategy.industries.template import Template


class Start(models.TextChoices):
    EMPTY = "empty", _("an empty draft")
    SHORT = "short", _("the short strategy: goals, two competitors, KPI, grid, who does what")
    LOCAL_SERVICE = "local_service", _("a local service business: clinic, car service, studio")
    ONLINE_SHOP = "online_shop", _("an online shop")


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        Start.SHORT.value: SHORT,
        Start.LOCAL_SERVICE.value: LOCAL_SERVICE,
        Start.ONLINE_SHOP.value: ONLINE_SHOP,
    }
)

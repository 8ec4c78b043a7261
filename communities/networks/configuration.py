"""The one place where adapters read Django's settings, at each call, so that tests may set them."""

from django.conf import settings


def vk_url() -> str:
    return str(settings.VK_API_URL).rstrip("/")


def vk_version() -> str:
    return str(settings.VK_API_VERSION)


def telegram_url() -> str:
    return str(settings.TELEGRAM_API_URL).rstrip("/")


def uis_url() -> str:
    return str(settings.UIS_API_URL)


def allowed_hosts() -> frozenset[str]:
    """Hosts that calls may reach; empty means any."""
    return frozenset(str(host).lower() for host in settings.NETWORK_ALLOWED_HOSTS)


def limiter_url() -> str:
    return str(settings.REDIS.limiter)

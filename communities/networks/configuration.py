"""The one place where adapters read Django's settings, at each call, so that tests may set them."""

from django.conf import settings


def vk_url() -> str:
    return str(settings.VK_API_URL).rstrip("/")


def vk_version() -> str:
    return str(settings.VK_API_VERSION)


def telegram_url() -> str:
    return str(settings.TELEGRAM_API_URL).rstrip("/")


def vk_ids_per_call() -> int:
    return int(settings.VK_IDS_PER_CALL)


def ok_url() -> str:
    return str(settings.OK_API_URL).rstrip("/")


def ok_token_url() -> str:
    return str(settings.OK_TOKEN_URL)


def ok_application() -> tuple[str, str, str]:
    """The application's id, public key and secret key; empty where the agency has none."""
    return settings.OK_APPLICATION_ID, settings.OK_APPLICATION_KEY, settings.OK_APPLICATION_SECRET


def max_url() -> str:
    return str(settings.MAX_API_URL).rstrip("/")


def max_ca_bundle() -> str:
    """A file of root certificates that MAX is trusted by; "": the usual ones."""
    return str(settings.MAX_CA_BUNDLE)


def youtube_url() -> str:
    return str(settings.YOUTUBE_API_URL).rstrip("/")


def youtube_analytics_url() -> str:
    return str(settings.YOUTUBE_ANALYTICS_URL).rstrip("/")


def google_token_url() -> str:
    return str(settings.GOOGLE_TOKEN_URL)


def google_client() -> tuple[str, str]:
    """The OAuth client's id and secret; empty where the agency has none."""
    return settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET


def is_meta_enabled() -> bool:
    return bool(settings.META_ENABLED)


def meta_url() -> str:
    """With the version: the paths of nodes follow."""
    return str(settings.META_GRAPH_URL).rstrip("/")


def meta_application() -> tuple[str, str]:
    """The app's id and secret; empty where the agency has none."""
    return settings.META_APP_ID, settings.META_APP_SECRET


def facebook_page_metrics() -> list[str]:
    return list(settings.FACEBOOK_PAGE_METRICS)


def facebook_post_metrics() -> list[str]:
    return list(settings.FACEBOOK_POST_METRICS)


def instagram_account_metrics() -> list[str]:
    return list(settings.INSTAGRAM_ACCOUNT_METRICS)


def instagram_media_metrics() -> list[str]:
    return list(settings.INSTAGRAM_MEDIA_METRICS)


def vk_ads_url() -> str:
    """With the version: the names of resources follow."""
    return str(settings.VK_ADS_API_URL).rstrip("/")


def uis_url() -> str:
    return str(settings.UIS_API_URL)


def allowed_hosts() -> frozenset[str]:
    """Hosts that calls may reach, `.vk.com` with all below it; empty means any."""
    return frozenset(str(host).lower() for host in settings.NETWORK_ALLOWED_HOSTS)


def limiter_url() -> str:
    return str(settings.REDIS.limiter)

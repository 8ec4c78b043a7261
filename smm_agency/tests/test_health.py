"""The health page."""

import datetime as dt

import pytest
from django.conf import LazySettings
from django.db import OperationalError
from django.test import Client as Browser
from django.utils import timezone

from smm_agency import health
from tests.factories import PublicationFactory

pytestmark = pytest.mark.django_db


def test_health_is_ok(client: Browser) -> None:
    response = client.get("/health/")
    parts = {"database": "ok", "redis": "ok", "publishing": "ok"}
    assert (response.status_code, response.json()) == (200, parts)
    assert "no-store" in response["Cache-Control"]


def test_dead_redis_is_told_without_its_address(client: Browser, settings: LazySettings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/secret.sock",
        }
    }
    response = client.get("/health/")
    parts = {"database": "ok", "redis": "down", "publishing": "ok"}
    assert (response.status_code, response.json()) == (503, parts)


@pytest.mark.parametrize(("minutes", "said"), [(2, "ok"), (4, "late")])
def test_publication_that_no_worker_takes_is_told(client: Browser, minutes: int, said: str) -> None:
    since = timezone.now() - dt.timedelta(minutes=minutes)
    PublicationFactory.create(state="due", next_try_at=since)
    response = client.get("/health/")
    assert (response.status_code, response.json()["publishing"]) == (200, said)


def test_dead_database_is_told(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("could not connect to server at 10.0.0.1 as user smm")

    monkeypatch.setitem(health.CHECKS, "database", refuse)
    response = client.get("/health/")
    assert (response.status_code, response.json()) == (503, {"database": "down", "redis": "ok"})


def test_health_only_reads(client: Browser) -> None:
    assert client.post("/health/").status_code == 405

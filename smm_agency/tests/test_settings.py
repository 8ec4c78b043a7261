"""The settings as another process reads them: production never falls into the demo."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from smm_agency.simulator.ok import APPLICATION

SHOW = """
import json
from smm_agency import settings
names = "VK_API_URL TELEGRAM_API_URL NETWORK_ALLOWED_HOSTS EMAIL_BACKEND HTTPS DEBUG"
names = [*names.split(), "PUBLIC_URL", "OK_API_URL", "MAX_API_URL"]
names += ["OK_APPLICATION_ID", "OK_APPLICATION_KEY", "OK_APPLICATION_SECRET"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""
OK_APPLICATION = ("OK_APPLICATION_ID", "OK_APPLICATION_KEY", "OK_APPLICATION_SECRET")
PRODUCTION = {
    "DATABASE_URL": "postgres://user:word@db.example/name",
    "REDIS_URL": "redis://redis.example:6379/0",
    "SECRET_KEY": "s" * 60,
    "FIELD_ENCRYPTION_KEYS": "k" * 43 + "=",
    "PHONE_HASH_KEY": "p" * 40,
    "EMAIL_URL": "smtp+tls://mail.example:587",
    "PUBLIC_URL": "https://workbench.example/",
    "VAR_DIR": str(settings.VAR_DIR),
}


def read_settings(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", SHOW],
        env=clean | variables,
        cwd=Path(settings.BASE_DIR),
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_reaches_real_networks_over_https() -> None:
    assert json.loads(read_settings(PRODUCTION).stdout) == {
        "VK_API_URL": "https://api.vk.ru/method",
        "TELEGRAM_API_URL": "https://api.telegram.org",
        "NETWORK_ALLOWED_HOSTS": [],
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "HTTPS": True,
        "DEBUG": False,
        "PUBLIC_URL": "https://workbench.example",
        "OK_API_URL": "https://api.ok.ru",
        "MAX_API_URL": "https://platform-api2.max.ru",
        **dict.fromkeys(OK_APPLICATION, ""),
    }


@pytest.mark.parametrize(
    "name",
    [
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "FIELD_ENCRYPTION_KEYS",
        "PHONE_HASH_KEY",
        "EMAIL_URL",
        "PUBLIC_URL",
    ],
)
def test_production_refuses_to_start_without(name: str) -> None:
    result = read_settings({key: value for key, value in PRODUCTION.items() if key != name})
    assert result.returncode != 0
    assert f"{name} is not set." in result.stderr


def test_production_refuses_another_kind_of_database() -> None:
    result = read_settings(PRODUCTION | {"DATABASE_URL": "sqlite:///db.sqlite3"})
    assert result.returncode != 0
    assert "PostgreSQL" in result.stderr


def test_demo_reaches_neither_networks_nor_mailboxes_whatever_is_set() -> None:
    real = {
        "DEMO": "1",
        "VK_API_URL": "https://api.vk.ru/method",
        "TELEGRAM_API_URL": "https://api.telegram.org",
        "NETWORK_ALLOWED_HOSTS": "api.vk.ru,api.telegram.org",
        **dict.fromkeys(OK_APPLICATION, "the agency's own"),
    }
    read = json.loads(read_settings(PRODUCTION | real).stdout)
    assert read["VK_API_URL"] == "http://127.0.0.1:8377/vk/method"
    assert read["TELEGRAM_API_URL"] == "http://127.0.0.1:8377/telegram"
    assert read["OK_API_URL"] == "http://127.0.0.1:8377/ok"
    assert read["MAX_API_URL"] == "http://127.0.0.1:8377/max"
    assert tuple(read[name] for name in OK_APPLICATION) == APPLICATION
    assert read["NETWORK_ALLOWED_HOSTS"] == ["127.0.0.1", "localhost"]
    assert read["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"

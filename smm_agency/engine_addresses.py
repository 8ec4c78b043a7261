"""Where the embedded engines are reached, and how addresses from the environment are read.

Everything here computes; the only file that is read is `secrets.env`.
"""

import hashlib
import os
import re
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import environ

DATABASE = ROLE = "smm"
POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"
SECRET_NAMES = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "PHONE_HASH_KEY")

# The kernel's limit is 103 bytes on macOS and 107 on Linux; one limit keeps addresses alike.
LONGEST_SOCKET_PATH = 100


class RedisAddresses(NamedTuple):
    """One Redis server, three databases, so that clearing the cache cannot empty the queue."""

    broker: str
    cache: str
    limiter: str


def folder_key(var_dir: Path) -> str:
    """Twelve hex digits that name this data folder wherever its own path cannot be used."""
    return hashlib.sha256(os.fsencode(os.path.realpath(var_dir))).hexdigest()[:12]


def home_folder(var_dir: Path) -> Path:
    """Where the engines live; a link where the engines' account cannot reach `var_dir`."""
    return Path(os.path.realpath(var_dir)) / "engines"


def socket_folder(var_dir: Path) -> Path:
    """The folder of both sockets: with the data, or a short one where that path is too long.

    Not below TMPDIR: every shell of this machine must compute the same address.
    """
    folder = home_folder(var_dir) / "run"
    if len(os.fsencode(folder / POSTGRES_SOCKET)) <= LONGEST_SOCKET_PATH:
        return folder
    return Path("/tmp") / f"smm-agency-{folder_key(var_dir)}"  # noqa: S108 (0700, owner checked)


def database_url(var_dir: Path) -> str:
    """The embedded PostgreSQL, in the form that psql understands too."""
    return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(socket_folder(var_dir)), safe='/')}"


def redis_url(var_dir: Path) -> str:
    """The embedded Valkey."""
    return f"unix://{quote(str(socket_folder(var_dir) / VALKEY_SOCKET), safe='/')}"


def database_config(url: str) -> dict[str, Any]:
    """Django's settings for `url`; a socket folder may stand as `?host=` or as `%2Fa%2Fb`."""
    config: dict[str, Any] = dict(environ.Env.db_url_config(url))
    options = config.get("OPTIONS", {})
    host = options.pop("host", "") or config.get("HOST") or ""
    if host.lower().startswith("%2f"):
        # urlsplit lowers the case of a host, and folders have one.
        host = unquote(re.sub(r":\d*$", "", urlsplit(url).netloc.rpartition("@")[2]))
    config["HOST"] = host
    if not options:
        config.pop("OPTIONS", None)
    return config


def redis_addresses(url: str) -> RedisAddresses:
    """Three databases of one server, counted from the one that `url` names (0 if none).

    Takes redis://, rediss:// and unix:// (also redis+socket://) with or without a password.

    Raises:
        ValueError: the scheme is none of these, or the database is not a number.
    """
    parts = urlsplit(url)
    if parts.scheme in ("unix", "redis+socket"):
        return _socket_addresses(url)
    if parts.scheme not in ("redis", "rediss"):
        raise ValueError("REDIS_URL must start with redis://, rediss:// or unix://.")
    query = dict(parse_qsl(parts.query))
    first = _database_number(query.pop("db", "") or parts.path.strip("/"))
    if parts.scheme == "rediss":
        # Celery alone would not check the certificate where the address does not say.
        query.setdefault("ssl_cert_reqs", "required")
    parts = parts._replace(netloc=_with_credentials(parts.netloc, query), query=urlencode(query))
    return RedisAddresses(
        *(urlunsplit(parts._replace(path=f"/{first + offset}")) for offset in range(3))
    )


def _socket_addresses(url: str) -> RedisAddresses:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    virtual_host = query.pop("virtual_host", "")
    first = _database_number(query.pop("db", "") or virtual_host)
    place = f"{_with_credentials(parts.netloc, query)}{parts.path}"
    broker = urlencode({**query, "virtual_host": first})
    cache, limiter = (urlencode({**query, "db": first + offset}) for offset in (1, 2))
    return RedisAddresses(
        f"redis+socket://{place}?{broker}", f"unix://{place}?{cache}", f"unix://{place}?{limiter}"
    )


def _with_credentials(netloc: str, query: dict[str, str]) -> str:
    """`netloc` with the login that redis-py would take from the query, where Celery ignores it."""
    username, password = query.pop("username", ""), query.pop("password", "")
    if not username and not password:
        return netloc
    place = netloc.rpartition("@")[2]
    return f"{quote(username, safe='')}:{quote(password, safe='')}@{place}"


def _database_number(text: str) -> int:
    if text and not text.isdigit():
        raise ValueError(f"REDIS_URL names a database that is not a number: {text!r}.")
    return int(text or 0)


def secrets_file(var_dir: Path) -> Path:
    return Path(var_dir) / "secrets.env"


def read_secrets(var_dir: Path) -> dict[str, str]:
    """The keys that the starter made; empty where it has not run yet."""
    try:
        lines = secrets_file(var_dir).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _sign, value in pairs}


def load_secrets(var_dir: Path, into: MutableMapping[str, str]) -> None:
    """Fill the keys that `into` lacks (an empty value lacks) from `var_dir/secrets.env`."""
    for name, value in read_secrets(var_dir).items():
        if name in SECRET_NAMES and not into.get(name):
            into[name] = value

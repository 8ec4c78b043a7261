"""Addresses and keys: computed, never guessed."""

from pathlib import Path

import pytest
import redis

from smm_agency.engine_addresses import (
    LONGEST_SOCKET_PATH,
    POSTGRES_SOCKET,
    RedisAddresses,
    database_config,
    database_url,
    load_secrets,
    read_secrets,
    redis_addresses,
    redis_url,
    secrets_file,
    socket_folder,
)
from smm_agency.engine_secrets import make_secrets
from smm_agency.engines import EngineError


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://h", ("redis://h/0", "redis://h/1", "redis://h/2")),
        ("redis://:p%2Fw@h:6380/4", tuple(f"redis://:p%2Fw@h:6380/{n}" for n in (4, 5, 6))),
        ("redis://h?db=3", ("redis://h/3", "redis://h/4", "redis://h/5")),
        ("redis://h?password=a/b", tuple(f"redis://:a%2Fb@h/{n}" for n in range(3))),
        (
            "rediss://u:p@h/1?ssl_cert_reqs=none",
            tuple(f"rediss://u:p@h/{n}?ssl_cert_reqs=none" for n in (1, 2, 3)),
        ),
        ("rediss://h", tuple(f"rediss://h/{n}?ssl_cert_reqs=required" for n in range(3))),
        (
            "unix:///a/b.sock",
            (
                "redis+socket:///a/b.sock?virtual_host=0",
                "unix:///a/b.sock?db=1",
                "unix:///a/b.sock?db=2",
            ),
        ),
        (
            "unix://:pw@/a%20b.sock?db=6",
            (
                "redis+socket://:pw@/a%20b.sock?virtual_host=6",
                "unix://:pw@/a%20b.sock?db=7",
                "unix://:pw@/a%20b.sock?db=8",
            ),
        ),
        (
            "redis+socket://:pw@/a.sock?virtual_host=2",
            (
                "redis+socket://:pw@/a.sock?virtual_host=2",
                "unix://:pw@/a.sock?db=3",
                "unix://:pw@/a.sock?db=4",
            ),
        ),
    ],
)
def test_redis_addresses_are_three_databases_of_one_server(
    url: str, expected: tuple[str, str, str]
) -> None:
    assert redis_addresses(url) == RedisAddresses(*expected)


@pytest.mark.parametrize("url", ["http://h", "h:6379", "", "redis://h/zero", "unix:///a?db=-1"])
def test_redis_addresses_refuse_what_is_no_redis(url: str) -> None:
    with pytest.raises(ValueError, match="REDIS_URL"):
        redis_addresses(url)


def test_redis_addresses_keep_socket_and_password() -> None:
    addresses = redis_addresses("unix:///a%20b/c.sock?password=x/y&db=3")
    pool = redis.ConnectionPool.from_url(addresses.cache)
    assert [pool.connection_kwargs[name] for name in ("path", "password", "db")] == [
        "/a b/c.sock",
        "x/y",
        4,
    ]
    assert addresses.broker == "redis+socket://:x%2Fy@/a%20b/c.sock?virtual_host=3"


@pytest.mark.parametrize(
    ("url", "host", "name", "port"),
    [
        ("postgres://smm@/smm?host=/Tmp/a%20b", "/Tmp/a b", "smm", ""),
        ("postgres://smm@%2FTmp%2Fa-b/smm", "/Tmp/a-b", "smm", ""),
        ("postgresql://smm:p%40w@%2FTmp%2Fa-b:5433/smm", "/Tmp/a-b", "smm", 5433),
        ("postgres://u:p@db.example.org:5432/agency", "db.example.org", "agency", 5432),
    ],
)
def test_database_config_keeps_host_and_socket_folder(
    url: str, host: str, name: str, port: int | str
) -> None:
    config = database_config(url)
    assert (config["HOST"], config["NAME"], config["PORT"]) == (host, name, port)
    assert config["ENGINE"] == "django.db.backends.postgresql"


def test_database_config_passes_other_options_on() -> None:
    config = database_config("postgres://u@h/db?sslmode=require")
    assert config["OPTIONS"] == {"sslmode": "require"}


def test_embedded_addresses_lie_in_the_data_folder() -> None:
    var_dir = Path("/srv/work bench/var")
    assert database_config(database_url(var_dir))["HOST"] == f"{var_dir}/engines/run"
    assert redis_url(var_dir) == "unix:///srv/work%20bench/var/engines/run/valkey.sock"


def test_embedded_addresses_stay_short_and_apart_where_the_data_folder_is_long() -> None:
    folders = [socket_folder(Path("/srv") / ("x" * 120) / name) for name in ("a", "b")]
    assert folders[0] != folders[1]
    for folder in folders:
        assert len(str(folder / POSTGRES_SOCKET)) <= LONGEST_SOCKET_PATH


def test_secrets_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    make_secrets(tmp_path, {})
    first = read_secrets(tmp_path)
    make_secrets(tmp_path, {})
    assert read_secrets(tmp_path) == first
    assert set(first) == {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "PHONE_HASH_KEY"}
    assert secrets_file(tmp_path).stat().st_mode & 0o777 == 0o600


def test_secrets_that_the_environment_names_are_neither_made_nor_replaced(tmp_path: Path) -> None:
    make_secrets(tmp_path, {"SECRET_KEY": "mine"})
    assert set(read_secrets(tmp_path)) == {"FIELD_ENCRYPTION_KEYS", "PHONE_HASH_KEY"}
    environ = {"SECRET_KEY": "mine", "PHONE_HASH_KEY": ""}
    load_secrets(tmp_path, into=environ)
    assert environ == {"SECRET_KEY": "mine", **read_secrets(tmp_path)}


def test_load_secrets_takes_nothing_but_keys(tmp_path: Path) -> None:
    secrets_file(tmp_path).write_text("# a note\nDEBUG=1\nSECRET_KEY=a=b\n\n")
    environ: dict[str, str] = {}
    load_secrets(tmp_path, into=environ)
    load_secrets(tmp_path / "absent", into=environ)
    assert environ == {"SECRET_KEY": "a=b"}


def test_lost_secrets_are_not_replaced_while_the_data_stand(tmp_path: Path) -> None:
    (tmp_path / "engines" / "postgres").mkdir(parents=True)
    with pytest.raises(EngineError, match="is gone"):
        make_secrets(tmp_path, {})

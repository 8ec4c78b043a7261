"""The program's own PostgreSQL and Valkey: where they stand, how they start and stop.

Settings use the addresses only; whoever starts servers (`make run`, the tests) uses `Engines`.
"""

from smm_agency.engine_addresses import (
    RedisAddresses,
    database_config,
    database_url,
    load_secrets,
    redis_addresses,
    redis_url,
)

__all__ = [
    "RedisAddresses",
    "database_config",
    "database_url",
    "load_secrets",
    "redis_addresses",
    "redis_url",
]

"""Secrets at rest: text encrypted by rotatable keys, and hashes that only the key's owner can make.

`settings.FIELD_ENCRYPTION_KEYS` are Fernet keys: the first encrypts, all of them decrypt.
`settings.PHONE_HASH_KEY` keys the hashes and is never rotated.
"""

import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, Never, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression


class DecryptionError(Exception):
    """A token that none of the keys opens. The message never carries the token."""


@lru_cache(maxsize=4)
def _multi_fernet(keys: tuple[str, ...]) -> MultiFernet:
    # The keys are the cache's key, so a changed setting takes effect at once.
    if not keys:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS is empty.")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        # "from None": the original message may quote the key.
        raise ImproperlyConfigured(
            "FIELD_ENCRYPTION_KEYS holds something that is not a Fernet key "
            "(32 bytes in URL-safe base64)."
        ) from None


def _keys() -> tuple[str, ...]:
    return tuple(settings.FIELD_ENCRYPTION_KEYS)


def _refusal() -> DecryptionError:
    return DecryptionError(
        "An encrypted value cannot be opened with FIELD_ENCRYPTION_KEYS: "
        "a key is missing from the setting, or the stored value was damaged."
    )


def encrypt(text: str) -> str:
    """A token for the text, made with the first key; two calls never give the same token."""
    return _multi_fernet(_keys()).encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """The text of a token; raises DecryptionError."""
    try:
        return _multi_fernet(_keys()).decrypt(token.encode()).decode()
    except (InvalidToken, UnicodeDecodeError):
        raise _refusal() from None


def needs_rotation(token: str) -> bool:
    """Whether the token was made with another key than today's first one."""
    try:
        _multi_fernet(_keys()[:1]).decrypt(token.encode())
    except InvalidToken:
        return True
    return False


def rotate(token: str) -> str:
    """The same text under the first key, with the token's own time; raises DecryptionError."""
    try:
        return _multi_fernet(_keys()).rotate(token.encode()).decode("ascii")
    except InvalidToken:
        raise _refusal() from None


def keyed_hash(*parts: str | int) -> str:
    """HMAC-SHA256 of the parts: 64 hexadecimal digits.

    Each part is prefixed with its length, so ("ab", "c") and ("a", "bc") differ; a number counts
    as its decimal digits.
    """
    if not parts or any(not isinstance(part, str | int) for part in parts):
        raise TypeError("keyed_hash needs strings or whole numbers.")
    texts = [str(part).encode() for part in parts]
    message = b"".join(b"%d:%b" % (len(text), text) for text in texts)
    return hmac.new(settings.PHONE_HASH_KEY.encode(), message, hashlib.sha256).hexdigest()


_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)

# Django's fields are generic in their stubs only.
if TYPE_CHECKING:

    class _TextField(models.TextField[_ST, _GT]): ...

else:

    class _TextField(models.TextField, Generic[_ST, _GT]): ...


class EncryptedTextField(_TextField[_ST, _GT]):
    """Text that the database holds as a token only.

    NULL stays NULL; the empty string is encrypted like any other text. Nothing but `isnull` can be
    asked of it, and it is not serialised (dumpdata would write the secret out): back up with
    pg_dump.
    """

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return encrypt(prepared) if isinstance(prepared, str) else prepared

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> str | None:
        if value is None:
            return None
        try:
            return decrypt(value)
        except DecryptionError as error:
            raise DecryptionError(f"{self}: {error}") from None

    def get_lookup(self, lookup: str) -> "type[models.Lookup[Any]] | None":
        if lookup == "isnull":
            return super().get_lookup(lookup)
        raise self._not_searchable(lookup)

    def get_transform(self, lookup_name: str) -> Never:
        raise self._not_searchable(lookup_name)

    def value_to_string(self, obj: models.Model) -> Never:
        raise TypeError(f"{self} is encrypted and is not serialised; back up with pg_dump.")

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        errors = super().check(**kwargs)
        if self.deconstruct()[3].keys() & {"unique", "db_index", "primary_key"}:
            # Every token differs, even of equal texts.
            errors.append(
                checks.Error(
                    "An encrypted field cannot be indexed or unique.",
                    hint="Keep a keyed_hash of the value beside it.",
                    obj=self,
                    id="smm_agency.E101",
                )
            )
        return errors

    def _not_searchable(self, lookup: str) -> FieldError:
        return FieldError(
            f"{self} is encrypted and cannot be searched by '{lookup}'; only 'isnull' can. "
            "Search by a keyed_hash beside it."
        )


@checks.register(checks.Tags.security)
def check_keys(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse to start with keys that cannot encrypt."""
    messages: list[checks.CheckMessage] = []
    try:
        _multi_fernet(_keys())
    except ImproperlyConfigured as error:
        messages.append(checks.Error(str(error), id="smm_agency.E102"))
    if len(settings.PHONE_HASH_KEY) < 32:
        messages.append(
            checks.Error("PHONE_HASH_KEY is shorter than 32 characters.", id="smm_agency.E103")
        )
    return messages

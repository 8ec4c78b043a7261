from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from communities.models import AccessKey
from kpi.models import Caller
from smm_agency.lib.encryption import DecryptionError, decrypt, needs_rotation
from smm_agency.management.commands import rotate_keys
from smm_agency.management.commands.rotate_keys import EncryptedColumn, Outcome, encrypted_columns
from tests.factories import AccessKeyFactory, CallerFactory

OLD_KEY = Fernet.generate_key().decode()
NEW_KEY = Fernet.generate_key().decode()

pytestmark = pytest.mark.django_db


def with_keys(*keys: str) -> override_settings:
    return override_settings(FIELD_ENCRYPTION_KEYS=list(keys))


def stored_secret(key: AccessKey) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM communities_accesskey WHERE id = %s", [key.pk])
        return str(cursor.fetchone()[0])


def store_secret(key: AccessKey, token: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE communities_accesskey SET secret = %s WHERE id = %s", [token, key.pk]
        )


def run() -> str:
    out = StringIO()
    call_command("rotate_keys", "--no-progress", stdout=out)
    return out.getvalue()


def said(*, moved: int = 0, left: int = 0, failed: int = 0) -> str:
    return (
        f"Moved to the first key: {moved}. Left, being under it already: {left}."
        f" Cannot be opened: {failed}.\n"
    )


def make_key(secret: str) -> AccessKey:
    return AccessKeyFactory.create(secret=secret)


def test_database_holds_a_token_and_the_model_the_text() -> None:
    with with_keys(NEW_KEY):
        key = make_key("vk-token")
        assert decrypt(stored_secret(key)) == "vk-token"
        assert AccessKey.objects.get(pk=key.pk).secret == "vk-token"


def secrets() -> EncryptedColumn:
    """The column of the keys that the tests make."""
    return next(each for each in encrypted_columns() if each.model is AccessKey)


def test_null_stays_null_and_can_be_asked_for() -> None:
    caller = CallerFactory.create()
    Caller.objects.filter(pk=caller.pk).update(phone=None)
    assert Caller.objects.get(phone__isnull=True).phone is None
    assert Caller.objects.filter(phone__isnull=False).count() == 0


@pytest.mark.parametrize("lookup", ["secret", "secret__icontains", "secret__in"])
def test_query_by_the_secret_is_refused(lookup: str) -> None:
    with pytest.raises(FieldError, match="cannot be searched"):
        AccessKey.objects.filter(**{lookup: "x"}).exists()


def test_value_of_a_lost_key_names_the_field_and_not_the_token() -> None:
    with with_keys(OLD_KEY):
        key = make_key("vk-token")
    with with_keys(NEW_KEY), pytest.raises(DecryptionError) as caught:
        AccessKey.objects.get(pk=key.pk)
    assert str(caught.value).startswith("communities.AccessKey.secret: ")
    assert stored_secret(key) not in str(caught.value)


def test_encrypted_columns_of_every_app_are_found() -> None:
    found = {str(column) for column in encrypted_columns()}
    known = {"communities.AccessKey.secret", "kpi.Caller.phone", "kpi.RawCallEvent.body"}
    assert known - found == set()


def test_rotation_moves_values_so_that_the_old_key_can_go() -> None:
    with with_keys(OLD_KEY):
        key, caller = make_key("vk-token"), CallerFactory.create(phone="+70000000017")
    with with_keys(NEW_KEY, OLD_KEY):
        assert run() == said(moved=2)
    with with_keys(NEW_KEY):
        assert AccessKey.objects.get(pk=key.pk).secret == "vk-token"
        assert Caller.objects.get(pk=caller.pk).phone == "+70000000017"


def test_second_rotation_changes_nothing() -> None:
    with with_keys(OLD_KEY):
        key = make_key("vk-token")
    with with_keys(NEW_KEY, OLD_KEY):
        run()
        token = stored_secret(key)
        assert run() == said(left=1)
    assert stored_secret(key) == token


def test_killed_rotation_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotate_keys, "BATCH_ROWS", 1)
    with with_keys(OLD_KEY):
        keys = [make_key(f"token-{number}") for number in range(3)]
    with with_keys(NEW_KEY, OLD_KEY):
        column = secrets()
        next(rotate_keys.rotate_column(column, Outcome()))
        assert [needs_rotation(stored_secret(key)) for key in keys] == [False, True, True]
        assert run() == said(moved=2, left=1)


def test_value_saved_meanwhile_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with with_keys(OLD_KEY):
        key = make_key("old")
        stale = stored_secret(key)
    with with_keys(NEW_KEY, OLD_KEY):
        AccessKey.objects.filter(pk=key.pk).update(secret="new")
        outcome = Outcome()
        rotate_keys._rotate_value(secrets(), key.pk, stale, outcome)
        assert outcome.moved == 0
        assert AccessKey.objects.get(pk=key.pk).secret == "new"


def test_value_that_no_key_opens_is_named_and_the_rest_is_moved() -> None:
    with with_keys(OLD_KEY):
        broken, sound = make_key("a"), make_key("b")
    store_secret(broken, "damaged")
    out = StringIO()
    with with_keys(NEW_KEY, OLD_KEY):
        with pytest.raises(CommandError) as caught:
            call_command("rotate_keys", "--no-progress", stdout=out)
        assert needs_rotation(stored_secret(sound)) is False
    assert out.getvalue() == said(moved=1, failed=1)
    assert str(caught.value) == (
        f"1 values cannot be opened by any key: communities.AccessKey.secret, pk {broken.pk}."
    )


@pytest.mark.parametrize("count", [1, 3])
def test_reading_a_batch_takes_one_query(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_key(f"token-{number}")
    with django_assert_num_queries(1):
        assert len(rotate_keys._next_batch(secrets(), None)) == count


@pytest.mark.django_db(transaction=True)
def test_rotation_beside_a_worker_that_writes_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A worker stores new secrets (as a renewal does) while the rows go by."""
    monkeypatch.setattr(rotate_keys, "BATCH_ROWS", 5)
    with with_keys(OLD_KEY):
        keys = [make_key(f"old-{number}") for number in range(40)]

    def write() -> dict[int, str]:
        try:
            for key in reversed(keys):
                AccessKey.objects.filter(pk=key.pk).update(secret=f"new-{key.pk}")
            return {key.pk: f"new-{key.pk}" for key in keys}
        finally:
            connection.close()

    with with_keys(NEW_KEY, OLD_KEY), ThreadPoolExecutor(1) as pool:
        written = pool.submit(write)
        run()
        expected = written.result()
        run()
    with with_keys(NEW_KEY):
        assert {key.pk: key.secret for key in AccessKey.objects.all()} == expected


def test_refresh_tokens_and_nulls_of_one_table_are_moved_too() -> None:
    with with_keys(OLD_KEY):
        make_key("a")
        AccessKeyFactory.create(secret="b", refresh_secret="c")
    with with_keys(NEW_KEY, OLD_KEY):
        assert run() == said(moved=3)
    with with_keys(NEW_KEY):
        assert list(AccessKey.objects.order_by("pk").values_list("secret", "refresh_secret")) == [
            ("a", None),
            ("b", "c"),
        ]

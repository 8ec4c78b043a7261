import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from smm_agency.lib import encryption

OLD_KEY = Fernet.generate_key().decode()
NEW_KEY = Fernet.generate_key().decode()


def with_keys(*keys: str) -> override_settings:
    return override_settings(FIELD_ENCRYPTION_KEYS=list(keys))


@given(st.text())
@settings(deadline=None)
def test_decrypt_gives_back_any_text(text: str) -> None:
    with with_keys(NEW_KEY):
        assert encryption.decrypt(encryption.encrypt(text)) == text


def test_encrypt_never_repeats_a_token() -> None:
    with with_keys(NEW_KEY):
        assert encryption.encrypt("same") != encryption.encrypt("same")


def test_first_key_encrypts_and_every_key_decrypts() -> None:
    with with_keys(OLD_KEY):
        old_token = encryption.encrypt("secret")
    with with_keys(NEW_KEY, OLD_KEY):
        new_token = encryption.encrypt("secret")
        assert encryption.decrypt(old_token) == "secret"
    with with_keys(NEW_KEY):
        assert encryption.decrypt(new_token) == "secret"


def test_rotate_moves_a_token_to_the_first_key() -> None:
    with with_keys(OLD_KEY):
        token = encryption.encrypt("secret")
        assert encryption.needs_rotation(token) is False
    with with_keys(NEW_KEY, OLD_KEY):
        assert encryption.needs_rotation(token) is True
        rotated = encryption.rotate(token)
        assert encryption.needs_rotation(rotated) is False
    with with_keys(NEW_KEY):
        assert encryption.decrypt(rotated) == "secret"


@pytest.mark.parametrize("open_token", [encryption.decrypt, encryption.rotate])
def test_token_of_another_key_is_refused_without_showing_it(open_token: object) -> None:
    assert callable(open_token)
    with with_keys(OLD_KEY):
        token = encryption.encrypt("secret")
    with with_keys(NEW_KEY), pytest.raises(encryption.DecryptionError) as caught:
        open_token(token)
    assert token not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ is True


@pytest.mark.parametrize("token", ["", "not a token", "gAAAA", "мир"])
def test_damaged_token_is_refused(token: str) -> None:
    with with_keys(NEW_KEY), pytest.raises(encryption.DecryptionError):
        encryption.decrypt(token)


@pytest.mark.parametrize("keys", [[], ["short"], [NEW_KEY, "not-a-key"]])
def test_bad_keys_are_refused_without_showing_them(keys: list[str]) -> None:
    with with_keys(*keys), pytest.raises(ImproperlyConfigured) as caught:
        encryption.encrypt("secret")
    assert all(key not in str(caught.value) for key in keys)


def test_keyed_hash_separates_parts() -> None:
    assert encryption.keyed_hash("ab", "c") != encryption.keyed_hash("a", "bc")
    assert encryption.keyed_hash("a", "") != encryption.keyed_hash("a")
    assert encryption.keyed_hash("1:a") != encryption.keyed_hash("a")


@override_settings(PHONE_HASH_KEY="k" * 40)
def test_keyed_hash_is_a_fixed_function_of_key_and_parts() -> None:
    # printf '1:712:+79161234567' | openssl dgst -sha256 -hmac kkk…k
    expected = "301d9f025d31b58d2e4398c2466355ff8c5d72b72c83d9122012725e2a69d0de"
    assert encryption.keyed_hash(7, "+79161234567") == expected
    assert encryption.keyed_hash("7", "+79161234567") == expected


def test_keyed_hash_depends_on_the_key() -> None:
    with override_settings(PHONE_HASH_KEY="a" * 40):
        first = encryption.keyed_hash("x")
    with override_settings(PHONE_HASH_KEY="b" * 40):
        assert encryption.keyed_hash("x") != first


@pytest.mark.parametrize("parts", [(), (None,), ("a", 1.5)])
def test_keyed_hash_refuses_what_has_no_single_spelling(parts: tuple[str, ...]) -> None:
    with pytest.raises(TypeError):
        encryption.keyed_hash(*parts)


def test_field_encrypts_on_the_way_in_and_keeps_null() -> None:
    field = encryption.EncryptedTextField[str | None, str | None](null=True)
    with with_keys(NEW_KEY):
        assert encryption.decrypt(field.get_prep_value("key")) == "key"
        assert encryption.decrypt(field.get_prep_value("")) == ""
    assert field.get_prep_value(None) is None


@pytest.mark.parametrize("lookup", ["exact", "icontains", "in", "gt", "regex"])
def test_field_refuses_every_lookup_but_isnull(lookup: str) -> None:
    field = encryption.EncryptedTextField[str, str]()
    with pytest.raises(FieldError):
        field.get_lookup(lookup)
    assert field.get_lookup("isnull") is not None


def test_field_refuses_an_index() -> None:
    fields = [
        encryption.EncryptedTextField[str, str](name="secret"),
        encryption.EncryptedTextField[str, str](name="secret", unique=True),
        encryption.EncryptedTextField[str, str](name="secret", db_index=True),
    ]
    found = [[error.id for error in field.check(databases=[])] for field in fields]
    assert found == [[], ["smm_agency.E101"], ["smm_agency.E101"]]


def test_check_names_bad_keys_and_a_short_hash_key() -> None:
    with override_settings(FIELD_ENCRYPTION_KEYS=[], PHONE_HASH_KEY="short"):
        ids = [message.id for message in encryption.check_keys(None)]
    assert ids == ["smm_agency.E102", "smm_agency.E103"]
    with override_settings(FIELD_ENCRYPTION_KEYS=[NEW_KEY], PHONE_HASH_KEY="k" * 32):
        assert encryption.check_keys(None) == []

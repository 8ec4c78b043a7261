"""Switching letters off by the link in each: signed, without a sign-in, kept while it is wanted."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clients.models import Channel, Letter, MailRefusal, NoticeChoice, NoticeKind, When
from clients.notice_choices import choose, digest_kinds

SALT = "clients.unsubscribe"


def token_of(letter: Letter) -> str:
    return signing.Signer(salt=SALT).sign(str(letter.pk))


def address_of(letter: Letter) -> str:
    return f"{settings.PUBLIC_URL}{reverse('account:unsubscribe', args=[token_of(letter)])}"


def letter_of(token: str) -> Letter | None:
    """None: the link is broken, or its letter is gone."""
    try:
        number = int(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    letters = Letter.objects.filter(pk=number).exclude(kind="", is_digest=False)
    return letters.select_related("client", "person").first()


def headers_of(letter: Letter) -> dict[str, str]:
    """Of RFC 8058: mail programs show a button that needs one POST."""
    if not _can_be_switched_off(letter):
        return {}
    return {
        "List-Unsubscribe": f"<{address_of(letter)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def footer_of(letter: Letter) -> str:
    """Made when it leaves: what is stored holds no such link."""
    if not _can_be_switched_off(letter):
        return ""
    with translation.override(letter.language or settings.LANGUAGE_CODE):
        words = _("You get such letters: %(kind)s. To get no more of them:") % {
            "kind": what_it_is(letter)
        }
        return f"\n\n-- \n{words}\n{address_of(letter)}"


def what_it_is(letter: Letter) -> str:
    return _("the daily digest") if letter.is_digest else str(NoticeKind(letter.kind).label)


def is_switched_off(letter: Letter) -> bool:
    if letter.person is None:
        rows = MailRefusal.objects.filter(client=letter.client, kind=letter.kind)
        return rows.filter(address__iexact=letter.address).exists()
    if letter.is_digest:
        return not digest_kinds(letter.person)
    return NoticeChoice.objects.filter(
        person=letter.person, kind=letter.kind, channel=Channel.EMAIL, when=When.OFF
    ).exists()


def switch_off(letter: Letter) -> None:
    """Letters of this kind to this person; doing it again changes nothing."""
    if letter.person is None:
        if letter.client is not None:
            MailRefusal.objects.get_or_create(
                client=letter.client, address=letter.address.lower(), kind=letter.kind
            )
        return
    kinds = digest_kinds(letter.person) if letter.is_digest else [NoticeKind(letter.kind)]
    for kind in kinds:
        choose(letter.person, kind, Channel.EMAIL, When.OFF)


def _can_be_switched_off(letter: Letter) -> bool:
    return bool(letter.kind) or letter.is_digest

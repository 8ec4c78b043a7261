"""Notices, and how people want them."""

from factory.django import DjangoModelFactory

from clients.models import MailRefusal, Notice, NoticeKind
from tests.factories.base import NOON, Sequence, SubFactory
from tests.factories.clients import ClientFactory, UserFactory


class NoticeFactory(DjangoModelFactory[Notice]):
    class Meta:
        model = Notice

    client = SubFactory(ClientFactory)
    person = SubFactory(UserFactory)
    kind = NoticeKind.TASKS
    key = Sequence(lambda n: f"notice-{n}")
    subject = Sequence(lambda n: f"Notice {n}")
    path = "/admin/"
    written_at = NOON


class MailRefusalFactory(DjangoModelFactory[MailRefusal]):
    class Meta:
        model = MailRefusal

    client = SubFactory(ClientFactory)
    address = Sequence(lambda n: f"person{n}@client.example")
    kind = NoticeKind.APPROVALS

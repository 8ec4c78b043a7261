"""Which rows a member of staff may see, and how a row knows its client."""

import datetime as dt
from typing import Any, ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models

from clients.models.user import User

Row = TypeVar("Row", bound=models.Model)


class ClientRows(models.QuerySet[Row]):
    """Rows with a `client`: seen by directors and by the client's team."""

    def visible_to(self, user: User | AnonymousUser, *, on: dt.date | None = None) -> Self:
        if not isinstance(user, User):
            return self.none()
        if user.sees_all_clients:
            return self
        client_model: Any = self.model._meta.get_field("client").related_model
        return self.filter(client__in=client_model.objects.visible_to(user, on=on))


class ClientChild(models.Model):
    """A row whose client is that of the row it hangs on; the database keeps the two equal."""

    client_from: ClassVar[str]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        row: Any = self
        if row.client_id is None:
            row.client_id = getattr(self, self.client_from).client_id
        super().save(*args, **kwargs)

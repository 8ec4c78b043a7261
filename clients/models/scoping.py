"""Which rows a member of staff may see, and how a row knows its client.

Who is a contractor with a client, and nothing else there, does not see the client: none of its
rows, but those of the few models whose queryset says by `own_by` whose work a row is.
"""

import datetime as dt
from typing import Any, ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models

from clients.models.user import User

Row = TypeVar("Row", bound=models.Model)


class ClientRows(models.QuerySet[Row]):
    """Rows with a `client`: seen by directors and by the client's team.

    `own_by`: the lookups that lead to the people whose work a row is; a contractor sees it, too,
    and who stands in for them.
    """

    own_by: ClassVar[tuple[str, ...]] = ()

    def visible_to(self, user: User | AnonymousUser, *, on: dt.date | None = None) -> Self:
        if not isinstance(user, User):
            return self.none()
        if user.sees_all_clients:
            return self
        client_model: Any = self.model._meta.get_field("client").related_model
        seen = models.Q(client__in=client_model.objects.visible_to(user, on=on))
        if self.own_by:
            contracted = client_model.objects.contracted_to(user, on=on)
            mine = self.made_by(user, on=on)
            own = self.model._default_manager.filter(mine, client__in=contracted)
            seen |= models.Q(pk__in=own.order_by().values("pk"))
        return self.filter(seen)

    def made_by(self, user: User, *, on: dt.date | None = None) -> models.Q:
        """The rows of the person, and of whom they stand in for, by any of `own_by`."""
        client_model: Any = self.model._meta.get_field("client").related_model
        teams = client_model._meta.get_field("team").related_model.objects.active(on=on)
        away = teams.contracted().filter(user=user, client=models.OuterRef("client"))
        own = models.Q()
        for lookup in self.own_by:
            theirs = away.filter(stands_in_for__user=models.OuterRef(lookup))
            own |= models.Q(**{lookup: user}) | models.Q(models.Exists(theirs))
        return own


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

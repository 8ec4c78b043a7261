"""Who of the agency answers for a post or for a client's moderation."""

import datetime as dt
from collections.abc import Sequence

from clients.letters import people_in_roles
from clients.models import Client, Role, User
from clients.notices import may_be_told
from content.models import Post

OF_POSTS = (Role.CONTENT_MANAGER, Role.ACCOUNT_MANAGER)
OF_REPLIES = (Role.MODERATOR, Role.CONTENT_MANAGER, Role.ACCOUNT_MANAGER)


def responsible_for(post: Post, *, on: dt.date) -> list[User]:
    """The author; else the content managers, else the account managers. Empty: there is nobody."""
    return named_or_roles(post.author, post.client, OF_POSTS, on=on)


def named_or_roles(
    named: User | None, client: Client, roles: Sequence[Role], *, on: dt.date
) -> list[User]:
    """The named person while they may be told of the client; else who has the first role.

    Whoever left the team is told nothing: named alone, they would leave nobody told.
    """
    told = may_be_told([named], client=client, on=on) if named is not None else []
    return told or people_in_roles(client, roles, on=on)


def moderators_of(client: Client, *, on: dt.date) -> list[User]:
    return people_in_roles(client, OF_REPLIES, on=on)

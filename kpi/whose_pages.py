"""Whose pages a figure is read of: the client's own, unless competitors' are asked for too."""

from collections.abc import Collection

from communities.models import Profile

Relations = Collection[str]

OWN: Relations = (Profile.Relation.OWN.value,)
OWN_AND_COMPETITORS: Relations = (*OWN, Profile.Relation.COMPETITOR.value)

"""What is approved, what is said of it, and the links by which a client's person approves."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientChild, ClientRows, Contact, User
from content.models.post import Post, PostPartQuerySet


class PostVersion(ClientChild):
    """A post as it stood when it went to review. Never changed: the database refuses it.

    `content` is what `content.versions.content_of` made; `digest` tells two of them apart.
    `made_by` is NULL for the program.
    """

    client_from = "post"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="versions", verbose_name=_("post"))
    number = models.PositiveSmallIntegerField(_("version"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    content = models.JSONField(_("content"))
    digest = models.CharField(max_length=64)

    objects = PostPartQuerySet["PostVersion"].as_manager()

    class Meta:
        verbose_name = _("version of a post")
        verbose_name_plural = _("versions of posts")
        ordering = ["post", "-number"]
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="post_version_once")]

    def __str__(self) -> str:
        return str(_("version %(number)s")) % {"number": self.number}


class PostComment(ClientChild):
    """What was said of a post: among the agency, or with the client.

    `said_by` names who of the client said it; `by` is who of the agency wrote it down, NULL where
    it came through a link. `answers` is the comment that it answers.
    """

    client_from = "post"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="comments", verbose_name=_("post"))
    text = models.TextField(_("comment"), max_length=5_000)
    is_internal = models.BooleanField(_("for the agency only"), default=True)
    said_by = models.CharField(_("who of the client said it"), max_length=160, blank=True)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    at = models.DateTimeField(_("written"), default=timezone.now)
    answers = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("answer to"),
    )

    objects = PostPartQuerySet["PostComment"].as_manager()

    class Meta:
        verbose_name = _("comment on a post")
        verbose_name_plural = _("comments on posts")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by__isnull=False) | ~models.Q(said_by=""),
                name="post_comment_has_author",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class ApprovalLinkQuerySet(ClientRows["ApprovalLink"]):
    def standing(self, *, at: dt.datetime) -> Self:
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=at)


class ApprovalLink(models.Model):
    """A one-time address outside the portal where a person of the client approves posts.

    Only the hash of its secret is stored. `revoked_by` is NULL where the program did it: no post
    of it waits any more.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="approval_links")
    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="approval_links", verbose_name=_("contact")
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    expires_at = models.DateTimeField(_("works until"))
    is_sent = models.BooleanField(_("sent by e-mail"), default=False)
    used_at = models.DateTimeField(_("used"), null=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )

    objects = ApprovalLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval link")
        verbose_name_plural = _("approval links")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.contact} · {self.made_at:%Y-%m-%d}"


class LinkedPostQuerySet(ClientRows["LinkedPost"]):
    def drop(self, post: Post, *, at: dt.datetime) -> None:
        """The post waits no more: it falls out of links that were not used yet.

        A link that holds nothing else is revoked.
        """
        held = self.filter(post=post, dropped_at=None, link__used_at=None)
        links = list(held.values_list("link_id", flat=True))
        if not links:
            return
        held.update(dropped_at=at)
        emptied = ApprovalLink.objects.filter(pk__in=links, used_at=None, revoked_at=None)
        emptied = emptied.exclude(pk__in=self.filter(dropped_at=None).values("link"))
        emptied.update(revoked_at=at)


class LinkedPost(ClientChild):
    """One post of an approval link, as the version that its person is asked about."""

    client_from = "link"

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", editable=False)
    link = models.ForeignKey(
        ApprovalLink, models.CASCADE, related_name="posts", verbose_name=_("approval link")
    )
    post = models.ForeignKey(Post, models.CASCADE, related_name="in_links", verbose_name=_("post"))
    version = models.ForeignKey(
        PostVersion, models.CASCADE, related_name="+", verbose_name=_("version")
    )
    dropped_at = models.DateTimeField(_("taken out"), null=True)

    objects = LinkedPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post of an approval link")
        verbose_name_plural = _("posts of approval links")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["link", "post"], name="linked_post_once")]

    def __str__(self) -> str:
        return str(self.post)

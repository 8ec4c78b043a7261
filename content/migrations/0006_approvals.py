"""Approvals: versions, two threads of comments, one-time links; rows of one client stay its own."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from smm_agency.lib.row_security import (
    PORTAL_ROLE,
    Portal,
    client_rows,
    portal_policy,
    same_client,
    sql,
)

# The policy of posts holds inside, too.
OF_SEEN_POST = "post_id IN (SELECT id FROM content_post)"
MOVE = [
    "id", "client_id", "post_id", "new", "moved_at", "client_said_by", "client_said_on",
    "is_deemed", "round",
]  # fmt: skip
COMMENT = ["id", "client_id", "post_id", "text", "said_by", "is_internal", "at", "answers_id"]

KEEP_VERSION = """
CREATE FUNCTION content_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A version of a post never changes.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER keep_content BEFORE UPDATE ON content_postversion FOR EACH ROW
    EXECUTE FUNCTION content_keep_version();
"""
DROP_KEEP_VERSION = """
DROP TRIGGER keep_content ON content_postversion;
DROP FUNCTION content_keep_version();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("content", "0005_native_posts"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="consent_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="silence is consent from"
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="consent_letter",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="clients.letter",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="reminded_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="postmove",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[
                    ("signed", "signed document"),
                    ("email", "e-mail"),
                    ("messenger", "messenger"),
                    ("meeting", "meeting"),
                    ("phone", "phone"),
                    ("link", "one-time link"),
                ],
                max_length=10,
                verbose_name="by what channel",
            ),
        ),
        migrations.AddField(
            model_name="postmove",
            name="client_said_on",
            field=models.DateField(blank=True, null=True, verbose_name="when the client said so"),
        ),
        migrations.CreateModel(
            name="ApprovalLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="made"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="works until")),
                ("is_sent", models.BooleanField(default=False, verbose_name="sent by e-mail")),
                ("used_at", models.DateTimeField(null=True, verbose_name="used")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approval_links",
                        to="clients.client",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approval_links",
                        to="clients.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="withdrawn by",
                    ),
                ),
            ],
            options={
                "verbose_name": "approval link",
                "verbose_name_plural": "approval links",
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="PostVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="made"),
                ),
                ("content", models.JSONField(verbose_name="content")),
                ("digest", models.CharField(max_length=64)),
                (
                    "client",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="content.post",
                        verbose_name="post",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a post",
                "verbose_name_plural": "versions of posts",
                "ordering": ["post", "-number"],
            },
        ),
        migrations.CreateModel(
            name="LinkedPost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dropped_at", models.DateTimeField(null=True, verbose_name="taken out")),
                (
                    "client",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="posts",
                        to="content.approvallink",
                        verbose_name="approval link",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="in_links",
                        to="content.post",
                        verbose_name="post",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="content.postversion",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "post of an approval link",
                "verbose_name_plural": "posts of approval links",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="postmove",
            name="version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="content.postversion",
                verbose_name="version",
            ),
        ),
        migrations.CreateModel(
            name="PostComment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=5000, verbose_name="comment")),
                (
                    "is_internal",
                    models.BooleanField(default=True, verbose_name="for the agency only"),
                ),
                (
                    "said_by",
                    models.CharField(
                        blank=True, max_length=160, verbose_name="who of the client said it"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="written"),
                ),
                (
                    "answers",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replies",
                        to="content.postcomment",
                        verbose_name="answer to",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="content.post",
                        verbose_name="post",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment on a post",
                "verbose_name_plural": "comments on posts",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by__isnull", False),
                            models.Q(("said_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="post_comment_has_author",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="postversion",
            constraint=models.UniqueConstraint(fields=("post", "number"), name="post_version_once"),
        ),
        migrations.AddConstraint(
            model_name="linkedpost",
            constraint=models.UniqueConstraint(fields=("link", "post"), name="linked_post_once"),
        ),
        *client_rows("content_postversion", parents={"post_id": "content_post"}),
        sql(KEEP_VERSION, DROP_KEEP_VERSION),
        *client_rows(
            "content_postcomment",
            parents={"post_id": "content_post", "answers_id": "content_postcomment"},
            portal=Portal(COMMENT, where=f"NOT is_internal AND {OF_SEEN_POST}"),
        ),
        *client_rows("content_approvallink", parents={"contact_id": "clients_contact"}),
        *client_rows(
            "content_linkedpost",
            parents={
                "link_id": "content_approvallink",
                "post_id": "content_post",
                "version_id": "content_postversion",
            },
        ),
        same_client("content_postmove", "version_id", "content_postversion"),
        # What was asked of the client, and the word: by a person, or deemed.
        *portal_policy(
            "content_postmove",
            Portal(
                MOVE,
                where="new IN ('client_review', 'client_rework', 'client_approved')"
                f" AND {OF_SEEN_POST}",
            ),
            "client_id",
        )[1:],
        sql(
            f"GRANT SELECT (consent_at) ON content_post TO {PORTAL_ROLE};",
            f"REVOKE SELECT (consent_at) ON content_post FROM {PORTAL_ROLE};",
        ),
    ]

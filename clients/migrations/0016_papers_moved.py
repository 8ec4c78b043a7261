"""Papers move from state to state, keep the files they had, and stay once they are signed."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from smm_agency.lib.row_security import PORTAL_ROLE, Portal, client_rows, portal_policy, sql

# What was sent stands as it was sent; what was signed stands for good, with its file, but for the
# erasure of its client.
KEEP = """
CREATE FUNCTION clients_is_erased(client bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NULLIF(current_setting('smm.erased_client', true), '')::bigint
        IS NOT DISTINCT FROM client;
$$;

CREATE FUNCTION clients_keep_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' OR clients_is_erased(OLD.client_id) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A paper that was sent is not deleted: it is annulled.'
            USING ERRCODE = 'check_violation';
    END IF;
    IF (OLD.state = 'void' AND NEW.state <> 'void')
        OR (OLD.state = 'signed' AND NEW.state NOT IN ('signed', 'void'))
    THEN
        RAISE EXCEPTION 'A paper that was signed may only be annulled.'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> 'draft' AND (
        NEW.kind, NEW.number, NEW.dated_on, NEW.amount, NEW.vat_percent, NEW.currency
    ) IS DISTINCT FROM (
        OLD.kind, OLD.number, OLD.dated_on, OLD.amount, OLD.vat_percent, OLD.currency
    ) THEN
        RAISE EXCEPTION 'A paper that was sent does not change.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_paper BEFORE UPDATE OR DELETE ON clients_paper
    FOR EACH ROW EXECUTE FUNCTION clients_keep_paper();

CREATE FUNCTION clients_keep_paper_file() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paper_state text := (SELECT state FROM clients_paper WHERE id = OLD.paper_id);
BEGIN
    IF clients_is_erased(OLD.client_id) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF paper_state IN ('signed', 'paid', 'void')
        AND (TG_OP = 'DELETE' OR NEW.replaced_at IS DISTINCT FROM OLD.replaced_at)
    THEN
        RAISE EXCEPTION 'The file of a paper that was signed or paid does not change.'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        NEW.paper_id, NEW.name, NEW.content_type, NEW.content, NEW.size, NEW.sha256, NEW.made_at
    ) IS DISTINCT FROM (
        OLD.paper_id, OLD.name, OLD.content_type, OLD.content, OLD.size, OLD.sha256, OLD.made_at
    ) THEN
        RAISE EXCEPTION 'A file of a paper does not change: another one takes its place.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER keep_paper_file BEFORE UPDATE OR DELETE ON clients_paperfile
    FOR EACH ROW EXECUTE FUNCTION clients_keep_paper_file();

-- At the end of the transaction: whoever brings a signed paper writes its file after it.
CREATE FUNCTION clients_signed_has_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM clients_paper WHERE id = NEW.id AND state = 'signed')
        AND NOT EXISTS (
            SELECT FROM clients_paperfile WHERE paper_id = NEW.id AND replaced_at IS NULL
        )
    THEN
        RAISE EXCEPTION 'A signed paper has its file.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER signed_has_file AFTER INSERT OR UPDATE OF state ON clients_paper
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state = 'signed') EXECUTE FUNCTION clients_signed_has_file();
"""
RELEASE = """
DROP FUNCTION clients_signed_has_file() CASCADE;
DROP FUNCTION clients_keep_paper_file() CASCADE;
DROP FUNCTION clients_keep_paper() CASCADE;
DROP FUNCTION clients_is_erased(bigint) CASCADE;
"""
FILE_SHOWN = Portal(
    ["id", "client_id", "paper_id", "name", "content_type", "content", "size", "replaced_at"],
    where="replaced_at IS NULL AND paper_id IN (SELECT id FROM clients_paper)",
)


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0015_matrix_and_results"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataWaiver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "occasion",
                    models.CharField(
                        choices=[("file", "a file of calls"), ("connection", "a call connection")],
                        max_length=12,
                        verbose_name="what was taken",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="confirmed at"
                    ),
                ),
            ],
            options={
                "verbose_name": "calls taken without an instruction",
                "verbose_name_plural": "calls taken without an instruction",
                "ordering": ["-confirmed_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="PaperMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "old",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("sent", "sent"),
                            ("signed", "signed"),
                            ("paid", "paid"),
                            ("void", "annulled"),
                        ],
                        max_length=8,
                        verbose_name="from",
                    ),
                ),
                (
                    "new",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("sent", "sent"),
                            ("signed", "signed"),
                            ("paid", "paid"),
                            ("void", "annulled"),
                        ],
                        max_length=8,
                        verbose_name="to",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "moved_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="at"),
                ),
            ],
            options={
                "verbose_name": "move of a paper",
                "verbose_name_plural": "moves of papers",
                "ordering": ["moved_at", "pk"],
            },
        ),
        migrations.AlterModelOptions(
            name="paperfile",
            options={
                "ordering": ["-made_at", "-pk"],
                "verbose_name": "file of a paper",
                "verbose_name_plural": "files of papers",
            },
        ),
        migrations.AddField(
            model_name="client",
            name="tax_number",
            field=models.CharField(
                blank=True, help_text="In Russia: INN.", max_length=20, verbose_name="tax number"
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="due_on",
            field=models.DateField(
                blank=True, help_text="Of an invoice.", null=True, verbose_name="to be paid by"
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="paid_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="paid on"),
        ),
        migrations.AddField(
            model_name="paper",
            name="signed_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="signed on"),
        ),
        migrations.AddField(
            model_name="paperfile",
            name="replaced_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="replaced"),
        ),
        migrations.AlterField(
            model_name="paper",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("sent", "sent"),
                    ("signed", "signed"),
                    ("paid", "paid"),
                    ("void", "annulled"),
                ],
                default="draft",
                editable=False,
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="paperfile",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="files",
                to="clients.paper",
            ),
        ),
        sql(
            "UPDATE clients_paper SET signed_on = dated_on WHERE state = 'signed';"
            " UPDATE clients_paper SET paid_on = dated_on WHERE state = 'paid';"
            " SET CONSTRAINTS ALL IMMEDIATE;"
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until", None),
                    ("valid_until__gte", models.F("dated_on")),
                    _connector="OR",
                ),
                name="paper_ends_after_its_date",
                violation_error_message="It cannot end before its date.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("invoice", "act")), _negated=True),
                    ("amount__isnull", False),
                    _connector="OR",
                ),
                name="paper_has_its_sum",
                violation_error_message="An invoice and an act need their sum.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "signed"), _negated=True),
                    models.Q(
                        (
                            "kind__in",
                            ("contract", "annex", "nda", "act", "data_processing", "other"),
                        ),
                        ("signed_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="paper_may_be_signed",
                violation_error_message="A paper of this kind is not signed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "paid"), _negated=True),
                    models.Q(("kind__in", ("invoice",)), ("paid_on__isnull", False)),
                    _connector="OR",
                ),
                name="paper_may_be_paid",
                violation_error_message="A paper of this kind is not paid.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                models.F("client"),
                models.F("kind"),
                django.db.models.functions.datetime.ExtractYear("dated_on"),
                django.db.models.functions.text.Upper("number"),
                condition=models.Q(
                    ("kind__in", ("contract", "nda", "invoice", "act", "data_processing")),
                    models.Q(("number", ""), _negated=True),
                    models.Q(("state", "void"), _negated=True),
                ),
                name="paper_number_once_a_year",
                violation_error_message="The client has a paper of this kind and number in that year already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_at", None)),
                fields=("paper",),
                name="paper_has_one_file",
            ),
        ),
        migrations.AddField(
            model_name="datawaiver",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="data_waivers",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="datawaiver",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="confirmed by",
            ),
        ),
        migrations.AddField(
            model_name="papermove",
            name="client",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="papermove",
            name="moved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="papermove",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="moves",
                to="clients.paper",
            ),
        ),
        *client_rows("clients_papermove", parents={"paper_id": "clients_paper"}),
        *client_rows("clients_datawaiver"),
        sql(
            f"GRANT SELECT (due_on, signed_on, paid_on) ON clients_paper TO {PORTAL_ROLE};"
            f" DROP POLICY portal_reads ON clients_paperfile;"
            f" REVOKE ALL ON clients_paperfile FROM {PORTAL_ROLE};"
        ),
        *portal_policy("clients_paperfile", FILE_SHOWN, "client_id"),
        sql(KEEP, RELEASE),
    ]

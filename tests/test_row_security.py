"""The second wall: what the database itself refuses, whatever the code above it asks for."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import Error, IntegrityError, connection, models, transaction
from django.db.utils import InternalError, ProgrammingError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client as Browser
from django.test import RequestFactory

from clients import portal
from clients.models import Client, PortalAccess, Side, Task, User
from clients.portal import PortalView
from smm_agency.lib.row_security import PORTAL_ROLE, reading_as_client
from tests.factories import TaskFactory
from tests.filled_client import fill_client

pytestmark = pytest.mark.django_db

APPS = ("clients", "communities", "strategy", "content", "promotion", "kpi")

# Reviewed: rows that do not belong to one client.
NOT_OF_ONE_CLIENT = {
    "clients_briefquestion",  # what the agency asks of its clients
    "clients_clientimport",  # a file of several clients, for directors
    "clients_package",  # what the agency sells together
    "clients_packageservice",
    "clients_tasktemplate",  # the tasks that its engagements start with
    # A person may work for several clients, or look at several: the portal reads who is in its
    # client's team today.
    "clients_user",
    "clients_user_groups",
    "clients_user_user_permissions",
    "clients_service",  # the agency's catalogue
    "clients_agencylook",  # the agency's name, colours and logo
    "kpi_alarmsettings",  # the agency's budget of false alarms
    "clients_markingrule",  # the laws of marking, by country
    "kpi_causerule",  # the agency's rules of diagnosis
    "kpi_snapshotcadence",  # how often posts are read
    "kpi_snapshotretention",  # how long their snapshots are kept
    "communities_assetrequirement",  # what networks ask of pictures
    "communities_auditcriterion",  # what audits look at
    "communities_checklisttemplateitem",  # the agency's set-up lists of the networks
    "clients_notice",  # to a person, of one client or of none: never read by the portal
    "clients_noticedelivery",  # a notice's way out
    "clients_noticechoice",  # how a person wants to be told
    "clients_noticehabits",
    "clients_noticebot",  # the agency's own bot
    "clients_letter",  # to a person, of one client or of several: never read by the portal
    "clients_letterfile",  # of a letter
    "content_savedreply",  # a client's, or of all clients: never read by the portal
    "content_suggestionrule",  # the agency's rules of what an item seems to be
    "content_replytarget",  # the agency's, or one client's: never read by the portal
    "content_spikerule",  # when a wave of negatives counts as one
    "content_stop",  # of a community, a client, a country or everything
    "kpi_columnmapping",  # a client's, or of all clients: never read by the portal
    "communities_accesskey",  # a client's, or the agency's own: never read by the portal
}

# Reviewed: all that the portal's role may read. Everything else is refused whole.
# Reference rows that the portal reads whoever's it is.
OF_ALL_CLIENTS = {"clients_service", "clients_agencylook"}

READABLE = {
    "clients_agencylook",
    "clients_client", "clients_engagement", "clients_engagementservice", "clients_service",
    "clients_blockresult",
    "clients_paper", "clients_paperfile",
    "clients_task", "clients_teammember", "clients_trackingnumber", "clients_user",
    "communities_assetcomment",
    "communities_audit", "communities_auditreport", "communities_auditscore",
    "communities_redesign",
    "communities_assetversion", "communities_checklistitem", "communities_clientfile",
    "communities_community", "communities_communitymove", "communities_designasset",
    "communities_profile",
    "communities_wallpost", "content_post", "content_postcomment",
    "content_postfile", "content_postmove", "content_publication",
    "content_materialrequest", "content_publicationplan",
    "content_inboxitem", "content_replyclock", "content_incident",
    "kpi_call", "kpi_callconnection", "kpi_caller", "kpi_calltally",
    "kpi_daycount", "kpi_decision", "kpi_effectcheck", "kpi_evaluation", "kpi_event", "kpi_flag",
    "kpi_flagcause",
    "kpi_kpireview", "kpi_numberplacement", "kpi_promotionassessment",
    "kpi_report",
    "kpi_outgoingcall", "kpi_postsnapshot",
    "kpi_profilesnapshot", "strategy_budgetline",
    "promotion_campaign", "promotion_placement", "promotion_campaigncommunity",
    "promotion_campaignsegment", "promotion_creative", "promotion_placementfact",
    "promotion_adaccount", "promotion_adobject", "promotion_adfigure", "promotion_cost",
    "promotion_channelbudget", "promotion_promoaction", "promotion_prize",
    "promotion_participant", "promotion_draw", "promotion_winner",
    "strategy_communityrhythm", "strategy_competitor", "strategy_competitorprofile",
    "strategy_contentrules", "strategy_goal", "strategy_goaltask", "strategy_gridcell",
    "strategy_kpitarget", "strategy_monthlytarget", "strategy_positioning", "strategy_rubric",
    "strategy_segment", "strategy_strategysection", "strategy_strategyversion",
    "strategy_versiondocument",
}  # fmt: skip

# Columns of readable tables that are the agency's own, other people's, or secret.
REFUSED_COLUMNS = {
    "clients_engagement": {"fee", "started_at", "started_by_id"},
    "clients_paper": {"note"},
    "clients_paperfile": {"sha256", "made_at", "made_by_id"},
    "clients_engagementservice": {"note", "price", "norm_hours"},
    "clients_blockresult": {"accepted_by_id"},
    "clients_task": {"details", "owner_id", "origin_note", "leads_to", "occurs_on"},
    "clients_trackingnumber": {"note", "provider"},
    "clients_user": {
        "username",
        "email",
        "password",
        "last_login",
        "date_joined",
        "is_staff",
        "is_superuser",
        "language",
        "is_demo",
        "hours_per_week",
    },
    "communities_assetcomment": {"by_id"},
    "communities_assetversion": {"note", "licence", "made_by_id", "accepted_by_id", "findings"},
    "communities_audit": {"internal_note", "conducted_by_id", "finished_by_id", "started_at"},
    "communities_auditreport": {"made_by_id"},
    "communities_auditscore": {"owner_id", "task_id", "proposed", "evidence_file_id"},
    "communities_clientfile": {"made_by_id"},
    "communities_designasset": {"brief", "designer_id", "not_needed_reason"},
    "communities_checklistitem": {
        "check_code",
        "owner_id",
        "reason",
        "evidence_url",
        "evidence_file_id",
        "done_by_id",
        "finding",
        "found",
        "found_at",
    },
    "communities_communitymove": {"moved_by_id", "reason"},
    "communities_profile": {
        "access_key_id",
        "refusal",
        "refused_at",
        "registration",
        "registration_number",
        "registration_checked_on",
    },
    "communities_redesign": {"started_by_id", "finished_by_id"},
    "content_materialrequest": {
        "contact_id",
        "asked_by_id",
        "answer",
        "received_by_id",
        "cancelled_by_id",
        "reason",
    },
    "content_post": {
        "brief",
        "author_id",
        "designer_id",
        "approver_id",
        "due_on",
        "grid_place",
        "over_cap_reason",
        "consent_letter_id",
        "reminded_at",
    },
    "content_publication": {"failure", "guid", "attempts", "warning"},
    "content_postcomment": {"by_id"},
    "content_postmove": {"moved_by_id", "reason", "old", "channel", "version_id"},
    "content_inboxitem": {
        "author_id",
        "author_name",
        "text",
        "url",
        "assignee_id",
        "resolution",
        "thread_id",
        "external_id",
    },
    "content_incident": {"outcome", "owner_id", "opened_by_id", "severity", "deadline"},
    "content_replyclock": {"hours_id", "category"},
    "content_publicationplan": {"made_by_id"},
    "kpi_call": {"comment", "entered_by_id", "external_id", "connection_id", "called_number"},
    "kpi_callconnection": {"secret", "credentials", "path_token", "label"},
    "kpi_caller": {"phone", "phone_hash"},
    "kpi_calltally": {"entered_by_id"},
    "kpi_decision": {"reason", "decided_by_id"},
    "kpi_evaluation": {"evidence", "p_value"},
    "kpi_event": {"note", "recorded_by_id"},
    "kpi_kpireview": {"happened", "learnt", "changes", "closed_by_id", "next_version_id"},
    "kpi_promotionassessment": {"note", "made_by_id", "finished_by_id"},
    "kpi_report": {
        "review_id",
        "waits_for",
        "pdf_sha256",
        "xlsx_sha256",
        "made_at",
        "made_by_id",
        "approved_at",
        "approved_by_id",
        "sent_by_id",
    },
    "kpi_outgoingcall": {"external_id", "connection_id"},
    "kpi_flag": {"evidence", "cause_key"},
    "kpi_flagcause": {"block", "sentence_en", "sentence_ru", "facts"},
    "promotion_campaign": {"owner_id", "note", "utm_campaign", "landing_url"},
    "promotion_placement": {
        "note",
        "contract",
        "ad_operator",
        "marked_by",
        "act_number",
        "act_on",
        "act_sum",
        "booked_at",
        "utm_content",
        "invite_link",
        "despite_verdict",
        "link_taken_at",
    },
    "promotion_adaccount": {
        "external_id",
        "topped_up_by",
        "is_read",
        "state",
        "state_note",
        "balance",
        "balance_at",
    },
    "promotion_cost": {"document", "note", "entered_by_id"},
    "promotion_channelbudget": {"reason", "set_by_id"},
    "promotion_promoaction": {
        "note",
        "salt",
        "legal_checked_by_id",
        "legal_checked_at",
        "imported_at",
        "erased_at",
        "prizes_told_at",
    },
    "promotion_prize": {"tax_note"},
    "promotion_participant": {
        "number",
        "mark",
        "external_id",
        "name",
        "page_url",
        "entered_at",
        "added_at",
        "excluded_by_id",
        "excluded_reason",
    },
    "promotion_draw": {
        "listed_by_id",
        "drawn_by_id",
        "protocol",
        "proof_file_id",
        "elsewhere_reason",
    },
    "promotion_winner": {"participant_id", "contacted_on", "sent_on", "ended_on", "note"},
    "strategy_kpitarget": {"reason", "reason_by_id"},
    "strategy_goaltask": {"owner_id", "task_id"},
    "strategy_strategysection": {"internal_note"},
    "strategy_strategyversion": {
        "cause",
        "approved_by_id",
        "sent_at",
        "sent_by_id",
        "return_note",
        "checked_by_id",
    },
    "strategy_versiondocument": {"made_by_id"},
}

# A key of the agency's own has no client, so its client cannot be compared.
WITHOUT_SAME_CLIENT = {
    ("communities_profile", "access_key_id"),
    ("content_eventdoor", "access_key_id"),
}

MODELS = [
    model
    for app in APPS
    for model in apps.get_app_config(app).get_models(include_auto_created=True)
]


def has_client(model: type[models.Model]) -> bool:
    return any(
        isinstance(field, models.ForeignKey) and field.name == "client" and not field.null
        for field in model._meta.get_fields()
    )


CLIENT_TABLES = sorted(model._meta.db_table for model in MODELS if has_client(model))


def rows_of(statement: str, *parameters: str | int) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def is_refused(statement: str) -> bool:
    """Whether the role may not run this; the transaction goes on either way."""
    try:
        with transaction.atomic():
            rows_of(statement)
    except (InternalError, ProgrammingError) as error:
        return "permission denied" in str(error) or "read-only transaction" in str(error)
    return False


def names_of(statement: str, *parameters: str | int) -> set[str]:
    return {str(row[0]) for row in rows_of(statement, *parameters)}


@pytest.fixture
def two_clients() -> tuple[Client, Client]:
    return fill_client("alpha"), fill_client("bravo")


@pytest.fixture
def as_portal(two_clients: tuple[Client, Client]) -> Iterator[Client]:
    """Inside: the portal's role, looking at the first of two filled clients."""
    with reading_as_client(two_clients[0].pk):
        yield two_clients[0]


# --- Every table ---------------------------------------------------------------------------------


def test_every_model_has_a_client_or_was_reviewed() -> None:
    without = {model._meta.db_table for model in MODELS if not has_client(model)}
    assert without == NOT_OF_ONE_CLIENT | {"clients_client"}


def test_every_table_of_a_client_has_row_security() -> None:
    secured = names_of("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
    assert {"clients_client", *CLIENT_TABLES} - secured == set()
    assert "communities_accesskey" in secured


def test_portal_reads_the_reviewed_tables_only() -> None:
    granted = names_of(
        "SELECT table_name FROM information_schema.column_privileges WHERE grantee = %s",
        PORTAL_ROLE,
    )
    assert granted == READABLE


def test_every_table_that_the_portal_reads_has_its_policy() -> None:
    with_policy = names_of(
        "SELECT tablename FROM pg_policies WHERE %s = ANY(roles) AND cmd = 'SELECT'", PORTAL_ROLE
    )
    assert with_policy == READABLE - OF_ALL_CLIENTS


def test_portal_has_nothing_but_select() -> None:
    kinds = names_of(
        "SELECT DISTINCT privilege_type FROM information_schema.column_privileges"
        " WHERE grantee = %s",
        PORTAL_ROLE,
    )
    assert kinds == {"SELECT"}


def test_portal_role_has_no_powers() -> None:
    assert rows_of(
        "SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
        " WHERE rolname = %s",
        PORTAL_ROLE,
    ) == [(False, False, False, False, False)]


def test_every_reference_between_rows_of_clients_keeps_the_client() -> None:
    compared = {
        (str(table), str(column))
        for table, column in rows_of(
            "SELECT t.relname, a.attname FROM pg_constraint c"
            " JOIN pg_class t ON t.oid = c.conrelid"
            " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(c.conkey)"
            " WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 2 AND a.attname <> 'client_id'"
        )
    }
    wanted = {
        (model._meta.db_table, field.column)
        for model in MODELS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and has_client(model)
        and field.related_model._meta.db_table in {*CLIENT_TABLES, "communities_accesskey"}
    }
    assert wanted - compared == WITHOUT_SAME_CLIENT


def test_no_row_of_a_client_can_move_to_another() -> None:
    kept = names_of(
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE t.tgname = 'keep_client' AND t.tgenabled = 'O'"
    )
    assert set(CLIENT_TABLES) - kept == set()


# --- What the portal's role sees -----------------------------------------------------------------


def test_filled_clients_have_rows_in_every_table(two_clients: tuple[Client, Client]) -> None:
    for client in two_clients:
        empty = [
            table
            for table in CLIENT_TABLES
            if not rows_of(f"SELECT 1 FROM {table} WHERE client_id = %s LIMIT 1", client.pk)  # noqa: S608
        ]
        assert empty == []


def test_portal_sees_rows_of_its_client_only(as_portal: Client) -> None:
    without = {"clients_client", "clients_service", "clients_agencylook", "clients_user"}
    tables = READABLE - without
    seen = {table: rows_of(f"SELECT DISTINCT client_id FROM {table}") for table in tables}  # noqa: S608
    assert seen == {table: [(as_portal.pk,)] for table in tables}


def test_portal_sees_people_of_its_team_today_only(as_portal: Client) -> None:
    assert names_of("SELECT first_name FROM clients_user") == {"alpha manager"}
    assert names_of("SELECT ends_on FROM clients_teammember") == {"None"}


def test_portal_sees_no_person_who_may_not_sign_in(two_clients: tuple[Client, Client]) -> None:
    User.objects.filter(first_name="alpha manager").update(is_active=False)
    with reading_as_client(two_clients[0].pk):
        assert names_of("SELECT first_name FROM clients_user") == set()


def test_portal_sees_causes_on_its_side_of_published_decisions_only(as_portal: Client) -> None:
    assert names_of("SELECT code FROM kpi_flagcause") == {"materials_overdue"}


def test_portal_sees_its_client_only(as_portal: Client) -> None:
    assert list(Client.objects.values_list("pk", flat=True)) == [as_portal.pk]


@pytest.mark.usefixtures("two_clients")
def test_portal_without_a_client_sees_nothing() -> None:
    tables = READABLE - OF_ALL_CLIENTS
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {PORTAL_ROLE}")
        seen = {table: rows_of(f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608
        transaction.set_rollback(True)
    assert seen == {table: [(0,)] for table in tables}


@pytest.mark.usefixtures("as_portal")
def test_portal_is_refused_the_agencys_columns() -> None:
    read = [
        (table, column)
        for table, columns in REFUSED_COLUMNS.items()
        for column in columns
        if not is_refused(f"SELECT {column} FROM {table}")  # noqa: S608
    ]
    assert read == []


@pytest.mark.usefixtures("as_portal")
def test_portal_is_refused_the_other_tables() -> None:
    tables = {*CLIENT_TABLES, *NOT_OF_ONE_CLIENT, "django_session", "auth_group"} - READABLE
    assert [table for table in tables if not is_refused(f"SELECT 1 FROM {table}")] == []  # noqa: S608


def test_portal_sees_no_task_of_the_agency(as_portal: Client) -> None:
    assert list(Task.objects.values_list("side", flat=True)) == [Side.CLIENT]


def test_portal_sees_no_draft_and_nothing_of_it(as_portal: Client) -> None:
    assert names_of("SELECT title FROM strategy_strategyversion") == {"alpha strategy"}


def test_portal_sees_no_audit_in_work_or_hidden_and_nothing_of_it(as_portal: Client) -> None:
    assert names_of("SELECT verdict FROM communities_audit") == {"alpha verdict"}
    assert names_of("SELECT finding FROM communities_auditscore") == {"alpha finding"}
    assert names_of("SELECT file_name FROM communities_auditreport") == {"alpha audit.pdf"}
    assert names_of("SELECT title FROM communities_redesign") == {"alpha redesign"}


def test_portal_sees_its_own_thread_and_word_of_posts_it_sees(as_portal: Client) -> None:
    assert names_of("SELECT text FROM content_postcomment") == {"alpha said"}
    assert names_of("SELECT client_said_by FROM content_postmove") == {"alpha"}


def test_portal_sees_no_request_that_was_taken_back(as_portal: Client) -> None:
    assert names_of("SELECT what FROM content_materialrequest") == {"alpha photos"}


def test_portal_sees_flags_and_decisions_that_were_published(as_portal: Client) -> None:
    assert names_of("SELECT client_text FROM kpi_decision") == {"alpha decision"}
    assert len(rows_of("SELECT id FROM kpi_flag")) == 1


# Tables of an approved strategy or a finished audit: whatever the change, it is refused as one.
FROZEN = {
    "clients_changeentry",
    "kpi_promotionassessment",
    "communities_audit",
    "communities_auditscore",
    "communities_auditreport",
    "strategy_strategyversion",
    "strategy_goal",
    "strategy_kpitarget",
    "strategy_monthlytarget",
}

WRITES = (
    "UPDATE clients_task SET title = 'x'",
    "DELETE FROM clients_task",
    "INSERT INTO clients_service (id) VALUES (1)",
    "TRUNCATE clients_task",
    "CREATE TABLE mine (id int)",
)


@pytest.mark.usefixtures("as_portal")
def test_portal_cannot_write() -> None:
    assert [statement for statement in WRITES if not is_refused(statement)] == []


@pytest.mark.usefixtures("two_clients")
def test_portal_cannot_write_even_where_the_transaction_may() -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {PORTAL_ROLE}")
        done = [statement for statement in WRITES if not is_refused(statement)]
        transaction.set_rollback(True)
    assert done == []


def test_owner_is_back_after_the_wall(two_clients: tuple[Client, Client]) -> None:
    with pytest.raises(ProgrammingError), reading_as_client(two_clients[0].pk):
        rows_of("SELECT phone FROM kpi_caller")
    assert Client.objects.count() == 2
    assert rows_of("SELECT current_setting('smm.client_id', true)") == [("",)]
    assert TaskFactory.create(client=two_clients[1]).pk


# --- Rows of two clients never mix ---------------------------------------------------------------


def test_child_of_another_clients_row_is_refused(two_clients: tuple[Client, Client]) -> None:
    mine, others = two_clients
    move = (
        f"UPDATE clients_engagementservice SET engagement_id = {others.engagements.get().pk}"  # noqa: S608
        f" WHERE client_id = {mine.pk}; SET CONSTRAINTS ALL IMMEDIATE; SELECT 1"
    )
    with pytest.raises(IntegrityError, match="same_client"), transaction.atomic():
        rows_of(move)


def test_row_never_moves_to_another_client(two_clients: tuple[Client, Client]) -> None:
    mine, others = two_clients
    answers = {table: moving(table, mine, others) for table in CLIENT_TABLES}
    assert {table for table, answer in answers.items() if "never moves" not in answer} <= FROZEN
    assert "" not in answers.values()


def moving(table: str, mine: Client, others: Client) -> str:
    """What the database says when rows of one client are given to the other; "" if it does it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET client_id = %s WHERE client_id = %s",  # noqa: S608
                [others.pk, mine.pk],
            )
    except Error as error:
        return str(error)
    return ""


# --- The view: whatever is read lazily is read inside --------------------------------------------


class LazyPage(PortalView):
    """A template with a queryset that nobody has evaluated when the view returns."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        template = engines["django"].from_string(
            "{% for title in titles %}{{ title }};{% endfor %}"
        )
        titles = Task.objects.order_by("id").values_list("title", flat=True)
        return TemplateResponse(request, template, {"titles": titles})


def lines_of_tasks() -> Iterator[str]:
    """Reads when the first line is asked for, not when it is called."""
    for title in Task.objects.order_by("id").values_list("title", flat=True):
        yield f"{title};"


class Export(PortalView):
    """A stream whose generator has not begun when the view returns."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> Any:
        return StreamingHttpResponse(lines_of_tasks(), content_type="text/csv")


def ask(view: type[PortalView], client: Client) -> HttpResponseBase:
    request = RequestFactory().get("/")
    request.user = PortalAccess.objects.get(client=client).user
    return view.as_view()(request, client_id=client.pk)


def text_of(response: HttpResponseBase) -> str:
    """What a server would send: the stream is read only now."""
    if isinstance(response, StreamingHttpResponse):
        return b"".join(response).decode()
    if isinstance(response, TemplateResponse):
        response.render()
    assert isinstance(response, HttpResponse)
    return response.content.decode()


@pytest.mark.parametrize("view", [LazyPage, Export])
def test_lazy_reading_stays_inside(
    two_clients: tuple[Client, Client], view: type[PortalView]
) -> None:
    response = ask(view, two_clients[0])
    assert text_of(response) == "alpha task;"


@pytest.mark.parametrize("view", [LazyPage, Export])
def test_lazy_reading_outside_would_leak(
    two_clients: tuple[Client, Client],
    view: type[PortalView],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The proof that the test above can fail: unsettled, the page reads as the owner."""
    monkeypatch.setattr(portal, "settled", lambda response: response)
    text = text_of(ask(view, two_clients[0]))
    assert set(text.split(";")) == {
        "", "alpha task", "alpha-internal task", "bravo task", "bravo-internal task",
    }  # fmt: skip


def test_stranger_never_reaches_the_wall() -> None:
    request = RequestFactory().get("/portal/1/")
    request.user = AnonymousUser()
    response = LazyPage.as_view()(request, client_id=1)
    assert (response.status_code, response["Location"]) == (
        302,
        "/account/sign-in/?next=/portal/1/",
    )


def test_orm_writes_after_a_portal_request(
    two_clients: tuple[Client, Client], client: Browser
) -> None:
    mine = two_clients[0]
    client.force_login(PortalAccess.objects.get(client=mine).user)
    assert client.get(f"/portal/{mine.pk}/").status_code == 200
    task = TaskFactory.create(client=two_clients[1], title="after")
    assert Task.objects.get(pk=task.pk).title == "after"

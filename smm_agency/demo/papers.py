"""The demo's register of papers: agreements, and invoices and acts of the last months."""

import datetime as dt
import hashlib
from decimal import Decimal
from pathlib import Path

from clients.models import ClientStatus, Paper, PaperFile, PaperKind, PaperMove, PaperState, Role
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import Stage
from smm_agency.lib.documents import make_pdf

TEMPLATE = Path(__file__).parent / "paper.typ"
MONTHS = 3
VAT = Decimal(20)
YEAR = 365
# The clinic's contract ends soon; the café has signed no instruction yet.
CONTRACT_LEFT = {"clinic": 19}
WITHOUT_INSTRUCTION = ("cafe", "newcomer")
K, S = PaperKind, PaperState
LINES = {
    "ru": ("Образец для показа: никого ни к чему не обязывает.", "Заказчик: {client}."),
    "en": ("A sample for the demo: it binds nobody.", "Customer: {client}."),
}


def write_papers(stage: Stage) -> None:
    began = stage.began_on
    left = CONTRACT_LEFT.get(stage.story.key, YEAR // 2)
    is_new = stage.story.status == ClientStatus.ONBOARDING
    add(stage, K.CONTRACT, began, S.SENT if is_new else S.SIGNED, until=stage.today + DAY * left)
    add(stage, K.NDA, began, S.SIGNED)
    if stage.story.key not in WITHOUT_INSTRUCTION:
        add(stage, K.DATA_PROCESSING, began, S.SIGNED)
    if not is_new and not stage.story.paused_days_ago:
        write_months(stage)


def write_months(stage: Stage) -> None:
    """The last act waits for its signature and the last invoice for its money."""
    first = stage.today.replace(day=1)
    for ago in range(MONTHS, 0, -1):
        ends = first - DAY
        first = ends.replace(day=1)
        if ends < stage.began_on:
            return
        is_last = ago == MONTHS
        bill = add(stage, K.INVOICE, ends, S.SENT if is_last else S.PAID, with_sum=True)
        Paper.objects.filter(pk=bill.pk).update(due_on=ends + DAY * 10)
        add(stage, K.ACT, ends, S.SENT if is_last else S.SIGNED, with_sum=True)


def add(
    stage: Stage,
    kind: PaperKind,
    on: dt.date,
    state: PaperState,
    *,
    until: dt.date | None = None,
    with_sum: bool = False,
) -> Paper:
    """Sent, signed or paid on its day, or within the next days that have come."""
    done_on = min(on + DAY * 3, stage.today)
    paper = Paper.objects.create(
        client=stage.client, engagement=stage.engagement, kind=kind,
        number=f"{stage.number}-{on:%m/%y}", dated_on=on, valid_until=until,
        amount=Decimal(stage.story.fee) if with_sum else None,
        vat_percent=VAT if with_sum and stage.story.country == "RU" else None,
        currency=stage.story.currency, state=state, is_shown=True,
        signed_on=done_on if state == S.SIGNED else None,
        paid_on=done_on if state == S.PAID else None,
        made_at=stage.moment(on, 11),
    )  # fmt: skip
    add_file(stage, paper)
    by = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
    PaperMove.objects.create(
        client=stage.client, paper=paper, old=S.DRAFT, new=state, moved_by=by,
        moved_at=min(stage.moment(done_on, 12), stage.moment(stage.yesterday, 12)),
    )  # fmt: skip
    return paper


def add_file(stage: Stage, paper: Paper) -> None:
    language = stage.story.language
    lines = [
        line.format(client=stage.story.legal_name or stage.story.name) for line in LINES[language]
    ]
    made = stage.moment(paper.dated_on, 11)
    title = str(paper)
    content = make_pdf(
        TEMPLATE,
        {"language": language, "title": title[:1].upper() + title[1:],
         "subtitle": f"{paper.dated_on:%d.%m.%Y}", "lines": lines},
        at=made,
    )  # fmt: skip
    PaperFile.objects.create(
        client=stage.client, paper=paper, name=f"{paper.kind}-{paper.dated_on:%Y-%m}.pdf",
        content_type="application/pdf", content=content, size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), made_at=made,
        made_by=stage.cast.member(stage.story, Role.ACCOUNT_MANAGER),
    )  # fmt: skip

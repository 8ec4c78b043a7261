"""The page that says what is what in an archive, in the client's language."""

import datetime as dt
from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import ArchiveJob, Client
from smm_agency.archive.packing import Line


def readme_of(client: Client, job: ArchiveJob, lines: Sequence[Line], *, until: dt.datetime) -> str:
    folders = {
        "agreement": _("what was agreed: engagements, services, papers, tasks"),
        "papers": _("files of the papers"),
        "materials": _("material: what was asked for, files, facts with a date"),
        "posts": _("posts, where and when they went out, their files"),
        "communities": _("communities, pages, posts on the walls, audits"),
        "strategy": _("versions of the strategy, plans by KPI, documents as they were sent"),
        "reports": _("reports as they were sent"),
        "figures": _("measurements: pages by day, posts, calls, evaluations, decisions"),
        "promotion": _("campaigns, placements, costs, assessments"),
    }
    tables = [line for line in lines if line.rows is not None and line.path.endswith(".csv")]
    files = sum(line.rows is None for line in lines)
    rows = sum(line.rows or 0 for line in tables)
    text = [
        _("Archive of %(client)s") % {"client": client.name},
        _("Made on %(day)s. All times are by the clock of %(zone)s.")
        % {
            "day": date_format(client.day_of(job.asked_at), "DATE_FORMAT"),
            "zone": client.time_zone,
        },
        "",
        *(f"{name}/ — {words}" for name, words in folders.items()),
        "",
        _(
            "Each table stands twice: as CSV (UTF-8, commas) and as XLSX. An empty cell is not"
            " measured; 0 was measured. A table of more than a million rows is CSV only, and long"
            " texts are whole only in the CSV."
        ),
        _(
            "An apostrophe before a text that begins with a sign keeps a spreadsheet from running"
            " it: it does not belong to the text."
        ),
        without(job),
        _("manifest.csv lists every file with its rows, size and SHA-256."),
        _("Tables: %(tables)d with %(rows)d rows. Files: %(files)d.")
        % {"tables": len(tables), "rows": rows, "files": files},
        "",
        *(f"{line.path}: {line.rows}" for line in tables),
    ]
    return "\r\n".join(text) + "\r\n"


def without(job: ArchiveJob) -> str:
    if job.made_for == ArchiveJob.For.CLIENT:
        return _(
            "Not in it: keys and passwords, notes of the agency, numbers of callers, other people's"
            " contacts."
        )
    if job.has_callers:
        return _("For the agency alone: it holds notes, fees and the numbers of callers.")
    return _("For the agency alone: it holds notes and fees. Numbers of callers are not in it.")

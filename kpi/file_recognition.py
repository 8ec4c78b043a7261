"""What a file of figures is: one of the known exports, or a table whose columns are to be named."""

from dataclasses import replace
from typing import Any

from django.db.models import F, Q

from communities.models import Profile
from kpi import post_files_telegram, post_files_vk
from kpi.column_mapping import ColumnMap, propose
from kpi.day_files_meta import audience_refusal, is_audience_file, is_meta_page_file
from kpi.day_files_youtube import is_studio_days
from kpi.file_choices import COLUMNS, FileChoices
from kpi.mapped_table import open_table
from kpi.models import ColumnMapping
from kpi.post_import import FORMATS, detect_format, detect_table
from kpi.snapshot_import import DAY_FORMATS
from smm_agency.lib.tabular import Errors, TableError, fingerprint, read_csv_records, sample

# A table of these is known only where it has no other columns.
EXACT = {
    "vk-csv": {*post_files_vk.REQUIRED, *post_files_vk.OPTIONAL},
    "telegram-csv": {*post_files_telegram.REQUIRED, *post_files_telegram.OPTIONAL},
}
JSON_STARTS = (b"{", b"[")
WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")
FEW_RECORDS = 200


class HopelessFileError(TableError):
    """No choice of a person makes figures of this file."""


def formats_for(network: str) -> dict[str, Any]:
    """Code → title of the formats that a page of this network may come in."""
    known = {
        code: each.title
        for formats in (FORMATS, DAY_FORMATS)
        for code, each in formats.items()
        if network in each.networks
    }
    return known | {COLUMNS: FORMATS[COLUMNS].title}


def recognise(profile: Profile, data: bytes, name: str) -> FileChoices:
    """How the file will be read unless the person says otherwise. Raises TableError.

    HopelessFileError where there is nothing to choose.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in JSON_STARTS:
        return _of_json(data)
    if not data.startswith(WORKBOOKS):
        records, _notes = read_csv_records(data)
        first = [record for record, _n in zip(records, range(FEW_RECORDS), strict=False)]
        if is_meta_page_file(first):
            return FileChoices("meta-page")
        if is_audience_file(first):
            raise HopelessFileError(None, None, audience_refusal().message)
    return _of_table(profile, data, name)


def _of_json(data: bytes) -> FileChoices:
    try:
        return FileChoices(detect_format(data))
    except TableError as refused:
        raise HopelessFileError(refused.row, refused.field, refused.message) from None


def _of_table(profile: Profile, data: bytes, name: str) -> FileChoices:
    try:
        table = open_table(data, name, ColumnMap(), None)
    except TableError as refused:
        if data.startswith(WORKBOOKS):
            raise HopelessFileError(refused.row, refused.field, refused.message) from None
        raise
    code = detect_table(table.header)
    if code is not None and set(table.header) <= EXACT.get(code, set(table.header)):
        return FileChoices(code)
    if profile.network == "youtube" and is_studio_days(table.header):
        return FileChoices("youtube-days")
    known = remembered(profile, table.header)
    return FileChoices(COLUMNS, mapping=known or propose(table.header, sample(table)))


def propose_columns(profile: Profile, data: bytes, name: str, start: ColumnMap) -> ColumnMap:
    """The columns by their names, for a kind, an encoding and a row of the header that are said."""
    try:
        table = open_table(data, name, start, Errors())
        known = propose(table.header, sample(table), kind=start.kind)
    except TableError:
        return start
    return replace(start, columns=known.columns, order=known.order)


def remembered(profile: Profile, header: tuple[str, ...]) -> ColumnMap | None:
    """How this header was read the last time: for this client, else anywhere in the agency."""
    same = ColumnMapping.objects.filter(network=profile.network, fingerprint=fingerprint(header))
    own = same.filter(Q(client=profile.client_id) | Q(client=None))
    for row in own.order_by(F("client").asc(nulls_last=True)):
        try:
            return ColumnMap.from_json(row.mapping)
        except TableError:
            # Of an older version of the program: it is proposed anew.
            continue
    return None

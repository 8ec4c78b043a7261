"""The ZIP being written: entry by entry, each counted and hashed, nothing held whole in memory."""

import csv
import datetime as dt
import hashlib
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, NamedTuple, Self

from smm_agency.archive.names import Names, safe_name
from smm_agency.lib.tabular.writing import Cell, plain_text, write_csv_to, write_xlsx_to

BLOCK = 1024 * 1024
# One sheet of Excel holds a little more; a longer table is CSV alone.
MOST_XLSX_ROWS = 1_000_000
# Text that a cell of Excel can hold, with room for what escaping adds.
LONGEST_CELL = 30_000


class Line(NamedTuple):
    """A line of the manifest. `rows` is None for what is no table."""

    path: str
    rows: int | None
    size: int
    sha256: str


class _Hashed(io.RawIOBase):
    """Passes on what is written, counting and hashing it."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out = out
        self.size = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        block = bytes(data)
        self.size += len(block)
        self.digest.update(block)
        self.out.write(block)
        return len(block)


class Counted:
    """Rows as they pass; a table is read once for each of its files."""

    def __init__(self, rows: Iterable[Sequence[Cell]]) -> None:
        self.rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        for row in self.rows:
            self.count += 1
            yield row


class Pack:
    """`moment` stands on every entry, so the same contents give the same file."""

    def __init__(self, out: IO[bytes], *, root: str, moment: dt.datetime) -> None:
        self.zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self.root = safe_name(root)
        self.moment = moment.timetuple()[:6]
        self.names = Names()
        self.lines: list[Line] = []

    def add_file(self, folder: str, name: str, content: bytes) -> str:
        path = self.names.free(folder, safe_name(name))
        with self._entry(path) as out:
            for start in range(0, len(content), BLOCK):
                out.write(content[start : start + BLOCK])
        return path

    def add_csv(self, path: str, rows: Iterable[Sequence[Cell]], header: Sequence[str]) -> int:
        counted = Counted(rows)
        with self._entry(path, counted) as out:
            raw: Any = out
            text = io.TextIOWrapper(
                io.BufferedWriter(raw), encoding="utf-8-sig", newline="", write_through=False
            )
            write_csv_to(text, counted, header)
            text.flush()
            text.detach()
        return counted.count

    def add_xlsx(self, path: str, rows: Iterable[Sequence[Cell]], header: Sequence[str]) -> int:
        counted = Counted(rows)
        with tempfile.TemporaryFile() as sheet:
            write_xlsx_to(sheet, (_fitting(row) for row in counted), header)
            sheet.seek(0)
            with self._entry(path, counted) as out:
                shutil.copyfileobj(sheet, out, BLOCK)
        return counted.count

    def add_text(self, path: str, text: str) -> None:
        with self._entry(path) as out:
            out.write(text.encode("utf-8-sig"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        """The ZIP's own directory is written last."""
        self.zip.close()

    def add_manifest(self, path: str) -> None:
        """The list of all that stands in it, but for itself."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(["path", "rows", "bytes", "sha256"])
        for line in self.lines:
            rows = "" if line.rows is None else line.rows
            writer.writerow([plain_text(line.path), rows, line.size, line.sha256])
        self._write(path, out.getvalue().encode("utf-8-sig"))

    def _write(self, path: str, content: bytes) -> None:
        with self.zip.open(self._info(path), "w", force_zip64=True) as entry:
            entry.write(content)

    @contextmanager
    def _entry(self, path: str, counted: Counted | None = None) -> Iterator[_Hashed]:
        with self.zip.open(self._info(path), "w", force_zip64=True) as entry:
            out = _Hashed(entry)
            yield out
        rows = None if counted is None else counted.count
        self.lines.append(Line(path, rows, out.size, out.digest.hexdigest()))

    def _info(self, path: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(f"{self.root}/{path}", self.moment)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        return info


def _fitting(row: Sequence[Cell]) -> list[Cell]:
    """Long texts are whole in the CSV."""
    return [
        cell[:LONGEST_CELL] + "…" if isinstance(cell, str) and len(cell) > LONGEST_CELL else cell
        for cell in row
    ]

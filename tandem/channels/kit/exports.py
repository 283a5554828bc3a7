"""A list as a file: CSV and XLSX of every row that matches, a thousand rows at a time, in memory that does not grow."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any, Final

import xlsxwriter
from starlette.responses import Response, StreamingResponse

from tandem.channels.kit import formats
from tandem.channels.kit.i18n import _
from tandem.channels.kit.lists import Column, ListPage, Query, every_row
from tandem.channels.kit.parts import Chip
from tandem.channels.kit.visit import Visit
from tandem.kernel.money import Money

_SPOOL_OCTETS = 1_000_000
_CHUNK_OCTETS = 65_536
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
Plain = str | int | float | Decimal | date | datetime | None


def download(page: ListPage, visit: Visit, query: Query, kind: str) -> Response:
    """The file. It is written before the answer starts, so that a failure is an error page and not half a file."""
    columns = page.shown_columns(query)
    rows = every_row(lambda asked: page.rows(visit, asked), query, page.export_limit)
    spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOL_OCTETS)  # noqa: SIM115 (sent, then closed, by _chunks)
    write, media_type = KINDS[kind]
    write(spool, columns, rows)
    spool.seek(0)
    name = f"{page.path.strip('/').replace('/', '-')}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_chunks(spool), media_type=media_type, headers=headers)


def write_csv(target: IO[bytes], columns: Iterable[Column], rows: Iterable[Any]) -> None:
    """UTF-8 with a byte order mark (spreadsheets need it), RFC 4180; money as amount and currency in two columns."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    lines = csv.writer(text)
    for line in _lines(columns, rows):
        lines.writerow([_csv_value(value) for value in line])
    text.detach()


def write_xlsx(target: IO[bytes], columns: Iterable[Column], rows: Iterable[Any]) -> None:
    """A workbook with one sheet, its heads frozen, dates as dates and numbers as numbers."""
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "remove_timezone": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    bold, day, instant = (
        book.add_format({"bold": True}),
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    )
    sheet.freeze_panes(1, 0)
    for row_number, line in enumerate(_lines(columns, rows)):
        for column_number, value in enumerate(line):
            if isinstance(value, datetime):
                sheet.write_datetime(row_number, column_number, value.astimezone(UTC).replace(tzinfo=None), instant)
            elif isinstance(value, date):
                sheet.write_datetime(row_number, column_number, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, str):
                sheet.write_string(row_number, column_number, value, bold if row_number == 0 else None)
            elif value is not None:
                sheet.write_number(row_number, column_number, float(value))
    book.close()


Writer = Callable[[IO[bytes], Iterable[Column], Iterable[Any]], None]
KINDS: Final[Mapping[str, tuple[Writer, str]]] = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _lines(columns: Iterable[Column], rows: Iterable[Any]) -> Iterator[list[Plain]]:
    known = list(columns)
    yield [head for column in known for head in _heads(column)]
    for row in rows:
        yield [plain for column in known for plain in _plain(column, row)]


def _heads(column: Column) -> list[Plain]:
    label = str(column.label)
    return [label, str(_("%(column)s (currency)", column=label))] if column.show is formats.money else [label]


def _plain(column: Column, row: Any) -> list[Plain]:
    value = column.of(row) if column.export is None else column.export(column.of(row))
    if column.show is formats.money:
        return [value.amount, value.currency] if isinstance(value, Money) else [None, None]
    if isinstance(value, Chip):
        return [str(value.word)]
    if value is None or isinstance(value, str | int | float | Decimal | date):
        return [value]
    return [str(value)]


def _csv_value(value: Plain) -> object:
    """A text that a spreadsheet would run as a formula is made harmless."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _chunks(spool: IO[bytes]) -> Iterator[bytes]:
    with spool:
        while chunk := spool.read(_CHUNK_OCTETS):
            yield chunk

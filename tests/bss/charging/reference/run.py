"""One slice being rated: its pieces (section 5 of the page), and where all that happens is written down."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.bss.charging.reference.calendar import SECOND, Span, cycle_span, local_day
from tests.bss.charging.reference.choosing import Fitting, Terms
from tests.bss.charging.reference.pricing import Source
from tests.bss.charging.reference.state import Book, Bucket, Journal, Key
from tests.bss.charging.reference.words import Subscriber, Use, counted


@dataclass(slots=True)
class Part:
    """What one source gave or charged for a piece. `moves` name buckets, `counts` numbers, with what they moved by."""

    kind: str
    term: str
    at: int
    units: int
    counted: int
    amount: int = 0
    waived: int = 0
    invoiced: int = 0
    unpaid: int = 0
    moves: list[tuple[Bucket, int]] = field(default_factory=list)
    counts: list[tuple[Key, int]] = field(default_factory=list)


@dataclass(slots=True)
class Piece:
    """A piece of a use that one price fits."""

    begin: int
    at: int
    day: Span
    cycle: Span
    fitting: Fitting

    def period(self, scope: str) -> int:
        """The start of its local day or bill cycle."""
        return self.day.start if scope == "day" else self.cycle.start


@dataclass(slots=True)
class Session:
    """A use that is told in slices: where it stands and what its sources keep."""

    use: Use
    subscriber: Subscriber
    terms: Terms
    position: int = 0
    has_fee: bool = False
    piece: Piece | None = None
    sources: dict[tuple[str, str], Source] = field(default_factory=dict)

    def copy(self) -> Session:
        """For a slice that may be suspended, or a trial."""
        sources = {key: source.copy() for key, source in self.sources.items()}
        return Session(self.use, self.subscriber, self.terms, self.position, self.has_fee, self.piece, sources)

    @property
    def is_in_time(self) -> bool:
        """Whether it is measured in seconds."""
        return self.terms.measure(self.use.service) == "second"

    def source(self, kind: str, term: str) -> Source:
        """What a source keeps; one that is used first at a position above 0 continues."""
        source = self.sources.get((kind, term))
        if source is None:
            source = self.sources[kind, term] = Source()
        if source.units == 0:
            source.continues = self.position > 0
        return source

    def piece_at(self, at: int, units: int) -> tuple[Piece, int | None]:
        """The piece in which the session stands, and the position of its end if that is within so many units."""
        if not self.is_in_time:
            return self._new_piece(self.position, at), None
        piece, until = self.piece, self.position + units
        end = self._end_of(piece, until) if piece else None
        if piece is None or end is not None and end <= self.position:
            piece = self._new_piece(self.position, self.use.start + self.position * SECOND)
            end = self._end_of(piece, until)
        self.piece = piece
        return piece, end

    def _new_piece(self, begin: int, at: int) -> Piece:
        zone = self.subscriber.zone
        day = local_day(at, zone)
        cycle = cycle_span(day.first, self.subscriber.cycle_day, zone)
        part = self.terms.day_parts.in_force(at, day, zone)
        return Piece(begin, at, day, cycle, self.terms.fitting(self.use, part))

    def _end_of(self, piece: Piece, until: int) -> int | None:
        """The position at which a piece of seconds ends, if it ends before `until`."""
        limit = piece.at + (until - piece.begin) * SECOND
        cut = min(limit, piece.cycle.end, piece.day.end if self.terms.is_daily else limit)
        change = self.terms.day_parts.next_change(piece.at, cut, self.subscriber.zone)
        cut = cut if change is None else change
        if cut >= limit:
            return None
        distance = -(-(cut - piece.at) // SECOND)
        first, following = piece.fitting.price.increments if piece.fitting.price else (1, 1)
        return piece.begin + counted(distance, first, following, continues=piece.begin > 0)


@dataclass(slots=True)
class Run:
    """What is written down while one slice is rated. In a trial only what is not reserved is there to be used."""

    book: Book
    session: Session
    is_trial: bool = False
    journal: Journal = field(default_factory=Journal)
    parts: list[Part] = field(default_factory=list)
    told: list[tuple[Key, int]] = field(default_factory=list)
    exceeds: str = ""

    def left(self, bucket: Bucket) -> int | None:
        """What of a bucket can be used."""
        return bucket.free if self.is_trial else bucket.left

    def number(self, key: Key) -> int:
        """A number as it stands, with what is reserved of it in a trial."""
        return self.book.numbers[key] + (self.book.held[key] if self.is_trial else 0)

    def count(self, part: Part, key: Key, by: int) -> None:
        """Add to a number, for a part."""
        part.counts.append((key, by))
        self.journal.count(self.book.numbers, key, by)

    def take(self, part: Part, bucket: Bucket, by: int) -> None:
        """Use some of a bucket, for a part."""
        part.moves.append((bucket, by))
        self.journal.set(bucket, "used", bucket.used + by)

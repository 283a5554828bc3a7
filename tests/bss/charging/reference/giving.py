"""What allowances and granted buckets give for a piece: sections 4 and 6 of the page."""

from __future__ import annotations

from collections.abc import Iterable

from tests.bss.charging.reference.granting import Granting
from tests.bss.charging.reference.run import Part, Piece, Run
from tests.bss.charging.reference.state import Bucket, account, product
from tests.bss.charging.reference.words import Allowance, counted


def give(run: Run, piece: Piece, units: int) -> int:
    """Let allowances and granted buckets pay for as much of a piece as they do; answers what is left."""
    for paying in _paying(run, piece):
        if units == 0:
            break
        if isinstance(paying, Bucket):
            units -= _give_from_bucket(run, paying, piece, units)
        else:
            units -= _give_from_allowance(run, paying, piece, units)
    return units


def valid(run: Run, kind: str, at: int) -> list[Bucket]:
    """Granted buckets of units or money of the product and its account that are valid at an instant."""
    shelf = run.book.money if kind == "money" else run.book.units
    if not shelf:
        return []
    subscriber = run.session.subscriber
    rows = (shelf.get(product(subscriber.id), ()), shelf.get(account(subscriber.account), ()))
    return [one for row in rows for one in row if one.start <= at < one.end]


def _paying(run: Run, piece: Piece) -> Iterable[Allowance | Bucket]:
    """Allowances and granted buckets of units that fit, in order."""
    granted = valid(run, "units", piece.at)
    if not granted:
        return piece.fitting.allowances
    service = run.session.use.service
    measure = run.session.terms.measure(service)
    fitting = [one for one in granted if one.measure == measure and (not one.services or service in one.services)]
    ranked: list[tuple[tuple[int, int, int, str], Allowance | Bucket]] = [(one.order, one) for one in fitting]
    ranked += [((one.priority, 1, 0, one.id), one) for one in piece.fitting.allowances]
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]


def _give_from_bucket(run: Run, bucket: Bucket, piece: Piece, units: int) -> int:
    part = Part("units", bucket.term, piece.at, 0, 0)
    return _assign(run, part, [bucket], (1, 1), units, run.left(bucket))


def _give_from_allowance(run: Run, allowance: Allowance, piece: Piece, units: int) -> int:
    granting, subscriber = Granting(run.book), run.session.subscriber
    own = granting.instance(allowance, subscriber, piece.at, run.journal)
    if own is None:
        return 0
    carried = granting.carried(allowance, subscriber, piece.at) if allowance.carried_cycles else []
    part = Part("allowance", allowance.id, piece.at, 0, 0)
    most = run.left(own)
    if most is not None:
        most += sum(run.left(one) or 0 for one in carried)
    member = None
    if allowance.member_limit is not None and allowance.is_shared:
        member = ("member", product(subscriber.id), allowance.id, own.start)
        rest = max(0, allowance.member_limit - run.number(member))
        most = rest if most is None else min(most, rest)
    paid = _assign(run, part, [*carried, own], allowance.increments, units, most)
    if member is not None and part.counted:
        run.count(part, member, part.counted)
    if part.moves:
        _tell(run, allowance, own)
    return paid


def _assign(
    run: Run, part: Part, buckets: list[Bucket], increments: tuple[int, int], units: int, most: int | None
) -> int:
    """Take what a source wants from its buckets, at most `most`; answers the units that are paid for."""
    source = run.session.source(part.kind, part.term)
    wanted = counted(source.units + units, *increments, continues=source.continues) - source.counted
    taken = wanted if most is None else min(wanted, max(0, most))
    paid = min(units, source.counted + taken - source.units)
    if paid == 0:
        return 0
    source.units += paid
    source.counted += taken
    part.units, part.counted = paid, taken
    for bucket in buckets:
        left = run.left(bucket)
        given = taken if left is None else min(taken, left)
        if given > 0:
            run.take(part, bucket, given)
            taken -= given
    run.session.position += paid
    run.parts.append(part)
    return paid


def _tell(run: Run, allowance: Allowance, own: Bucket) -> None:
    """Tell the thresholds that are crossed, once in the life of a bucket."""
    if not own.granted:
        return
    for percent in allowance.thresholds:
        if percent not in own.told and own.used * 100 >= percent * own.granted:
            run.journal.set(own, "told", own.told | {percent})
            run.told.append((("bucket", own.owner, own.term, own.start), percent))

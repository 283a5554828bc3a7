"""What a price charges for a piece, and who pays: sections 7 and 8 of the page, and the limits of section 9."""

from __future__ import annotations

from tests.bss.charging.reference.giving import give, valid
from tests.bss.charging.reference.pricing import Price
from tests.bss.charging.reference.run import Part, Piece, Run
from tests.bss.charging.reference.state import Key, account, product
from tests.bss.charging.reference.words import Limit, counted


class NoPriceError(Exception):
    """A piece has no price and is not paid by allowances."""


def rate_slice(run: Run, units: int, at: int) -> None:
    """Rate so many units, from where the session stands. Raises: NoPriceError."""
    while units:
        piece, end = run.session.piece_at(at, units)
        here = units if end is None else min(units, end - run.session.position)
        _rate_piece(run, piece, here)
        units -= here


def _rate_piece(run: Run, piece: Piece, units: int) -> None:
    left = give(run, piece, units)
    if left:
        if piece.fitting.price is None:
            raise NoPriceError
        _charge(run, piece.fitting.price, piece, left)
    for limit in run.session.terms.limits_of(run.session.use):
        if limit.counts_units:
            _count(run, limit, piece, units)


def _charge(run: Run, price: Price, piece: Piece, units: int) -> None:
    session = run.session
    source = session.source("price", price.id)
    before, exact, paid = source.counted, source.exact, source.charged
    source.units += units
    source.counted = counted(source.units, *price.increments, continues=source.continues)
    session.position += units
    more = source.counted - before
    part = Part("price", price.id, piece.at, units, more)
    run.parts.append(part)
    if more:
        _value(run, price, piece, part)
        if price.connect_fee is not None and not session.has_fee:
            session.has_fee = True
            source.fee = price.connect_fee
    grows = source.exact > exact
    source.charged = price.sum_of(source, up=run.is_trial and grows)
    if run.is_trial and not grows:  # what is paid for already costs nothing more
        source.charged = max(source.charged, paid)
    part.amount = _capped(run, price, piece, part, source.charged - paid)
    part.waived = source.charged - paid - part.amount
    if part.amount:
        _pay(run, piece, part)
        for limit in session.terms.limits_of(session.use):
            if not limit.counts_units:
                _count(run, limit, piece, part.amount)


def _value(run: Run, price: Price, piece: Piece, part: Part) -> None:
    """Let the exact value grow by the units that the part counts."""
    source, value = run.session.source("price", price.id), run.session.use.value
    before = source.counted - part.counted
    if price.scope != "use":
        key: Key = ("price", product(run.session.subscriber.id), price.id, piece.period(price.scope))
        before = run.number(key)
        run.count(part, key, part.counted)
    after = price.value_of(before + part.counted, value, continues=source.continues)
    source.exact += after - price.value_of(before, value, continues=source.continues)


def _capped(run: Run, price: Price, piece: Piece, part: Part, amount: int) -> int:
    """What every cap lets pass; it counts for each of them."""
    owner = product(run.session.subscriber.id)
    keys: list[Key] = [("cap", owner, cap.key, piece.period(cap.scope)) for cap in price.caps]
    for cap, key in zip(price.caps, keys, strict=True):
        amount = min(amount, max(0, cap.micros - run.book.numbers[key]))
    for key in keys if amount and not run.is_trial else ():  # a reservation counts on no cap
        run.count(part, key, amount)
    return amount


def _pay(run: Run, piece: Piece, part: Part) -> None:
    """Let money and invoice pay, in the tariff's order; what nobody pays is unpaid."""
    rest = part.amount
    for payer in run.session.terms.order:
        pays = _pay_by_money if payer == "money" else _pay_by_invoice
        rest = pays(run, piece, part, rest)
    part.unpaid = rest
    if rest and not run.exceeds:
        run.exceeds = "money"


def _pay_by_money(run: Run, piece: Piece, part: Part, rest: int) -> int:
    for bucket in sorted(valid(run, "money", piece.at), key=lambda one: one.order):
        given = min(rest, max(0, run.left(bucket) or 0))
        if given > 0:
            run.take(part, bucket, given)
            rest -= given
    return rest


def _pay_by_invoice(run: Run, piece: Piece, part: Part, rest: int) -> int:
    key: Key = ("invoice", product(run.session.subscriber.id), "", piece.cycle.start)
    limit = run.session.terms.credit_limit
    given = rest if limit is None else min(rest, max(0, limit - run.number(key)))
    if given:
        run.count(part, key, given)
        part.invoiced = given
    return rest - given


def _count(run: Run, limit: Limit, piece: Piece, by: int) -> None:
    """Count for a limit, in the piece's last part; tell its thresholds once in a period."""
    if run.is_trial and not limit.stops:
        return
    subscriber = run.session.subscriber
    owner = account(subscriber.account) if limit.is_shared else product(subscriber.id)
    key: Key = ("limit", owner, limit.id, piece.period(limit.scope))
    run.count(run.parts[-1], key, by)
    if limit.most is None:
        return
    if limit.stops and limit.id not in subscriber.consents and run.number(key) > limit.most:
        run.exceeds = run.exceeds or "limit"
    for percent in limit.thresholds:
        if limit.most and (key, percent) not in run.book.told and run.book.numbers[key] * 100 >= percent * limit.most:
            run.journal.tell(run.book.told, (key, percent))
            run.told.append((key, percent))

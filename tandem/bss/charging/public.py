"""The room's door: take usage in, say what it costs, what is left, and why. Words are in `terms`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging import commands, queries, store
from tandem.bss.charging.commands import balances, files, putting_right, receiving, reworking
from tandem.bss.charging.commands.balances import adjusting
from tandem.bss.charging.commands.online import (
    charging,
    closing,
    consenting,
)
from tandem.bss.charging.commands.receiving import ReceivedFile as ReceivedFile
from tandem.bss.charging.commands.rerating import asking, drafting
from tandem.bss.charging.queries import balances as balance_queries
from tandem.bss.charging.queries import looking
from tandem.bss.charging.rules import balances as balance_rules
from tandem.bss.charging.rules.online import abroad
from tandem.bss.charging.rules.sandbox import running as sandbox
from tandem.bss.charging.terms import (
    AccountCharges,
    ColumnsReport,
    FileReport,
    RatedEvent,
    RatedEventPage,
    SuspendedPage,
    Tally,
    UsageSummary,
)
from tandem.bss.charging.terms.balances import BalanceView, TopUp, VoucherSeries
from tandem.bss.charging.terms.desks import CauseCount, Correction, RecordView, WaitingFilter
from tandem.bss.charging.terms.files import (
    FileFault,
    FileState,
    MissingFiles,
    RecordChange,
    Rework,
    SuspendedCause,
    UsageFile,
    UsageFilePage,
    Waiting,
)
from tandem.bss.charging.terms.online import PriceAbroad, SessionAnswer, SessionRequest
from tandem.bss.charging.terms.rerating import AccountChange, Gain, Rerating, Selection, WhatIf
from tandem.bss.charging.terms.sandbox import Manner, SandboxFile
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, Period
from tandem.kernel.store import Stored, Uow
from tandem.kernel.why import Why

if TYPE_CHECKING:
    from tandem.bss.charging.rules.files.columns import UsageColumns


def load_usage_file(uow: Uow, *, content: bytes, source: str) -> FileReport:
    """Take a usage file in, line by line; a bad line is told and the rest goes on. Columns: `docs/how/rating.md`.

    Idempotent: by each line's content; sending a file again changes nothing.
    """
    return commands.load_usage_file(uow, content=content, source=source)


def release(uow: Uow, *, usage_id: str) -> Stored:
    """Rate a suspended usage record again, after what was wrong has been corrected. It may be suspended again.

    Raises: NotFound, NotSuspended.
    """
    return commands.release(uow, usage_id=usage_id)


def exclude(uow: Uow, *, usage_id: str, because: str) -> None:
    """Put a suspended usage record aside for good; its like is known as a duplicate ever after.

    Raises: NotFound, NotSuspended.
    """
    commands.exclude(uow, usage_id=usage_id, because=because)


def charge_columns(uow: Uow, columns: UsageColumns, *, source: str) -> ColumnsReport:
    """Take usage in that comes in volume, as columns of arrays; it is kept as rows and shown as usage.

    Idempotent: by the identity of each record, across all ways in. Locks: the accounts, in order of their ids.
    """
    from tandem.bss.charging.commands.columns import charge_columns as charge  # pyarrow is for who has files

    return charge(uow, columns, source=source)


def reverse_usage(uow: Uow, *, usage_ids: Iterable[str], because: str) -> dict[str, Money]:
    """Take all charges of usage records back, with everything that they moved; answers what each had cost.

    What stands on a bill is a credit on the next. Locks: the accounts. Raises: RatedEventUnknown, AlreadyReversed.
    """
    return commands.reverse_usage(uow, usage_ids=usage_ids, because=because)


def charges_of_account(
    uow: Uow, *, billing_account_id: str, period: Period, bill_id: str | None = None
) -> AccountCharges:
    """What a bill has to charge an account for use: everything unbilled that began before the period's end.

    Late records of earlier months are among them, so that nothing is lost. With `bill_id`, what stands on that bill
    already comes too: drawing the same bill up again gives the same charges.
    """
    return queries.charges_of_account(uow, billing_account_id=billing_account_id, period=period, bill_id=bill_id)


def mark_billed(uow: Uow, *, billing_account_id: str, rated_event_ids: Iterable[str], bill_id: str) -> int:
    """Put rated events on a bill; answers how many were not on it yet. Usage documents follow in a step.

    Idempotent: by the bill. Raises: RatedEventUnknown; AlreadyBilled when one stands on another bill.
    """
    return commands.mark_billed(
        uow, billing_account_id=billing_account_id, rated_event_ids=rated_event_ids, bill_id=bill_id
    )


def usage_summary(uow: Uow, *, product_id: str, moment: Instant) -> UsageSummary:
    """A product's allowances (granted, used, left) and charges in the bill month that holds an instant.

    Raises: ProductUnknown, AccountUnknown, OfferingUnknown, PriceTermsInvalid.
    """
    return queries.usage_summary(uow, product_id=product_id, moment=moment)


def rated_events_of_product(
    uow: Uow, *, product_id: str, period: Period | None = None, limit: int = 50, offset: int = 0
) -> RatedEventPage:
    """A page of a product's charges, the newest use first."""
    return queries.rated_events_of_product(uow, product_id=product_id, period=period, limit=limit, offset=offset)


def rated_events_of_account(
    uow: Uow, *, billing_account_id: str, period: Period | None = None, limit: int = 50, offset: int = 0
) -> RatedEventPage:
    """A page of an account's charges, the newest use first."""
    return queries.rated_events_of_account(
        uow, billing_account_id=billing_account_id, period=period, limit=limit, offset=offset
    )


def rated_events_by_id(uow: Uow, *, rated_event_ids: Iterable[str]) -> list[RatedEvent]:
    """These rated events, the oldest use first; unknown ids are left out."""
    return queries.rated_events_by_id(uow, rated_event_ids=rated_event_ids)


def suspended_usage(uow: Uow, *, code: str | None = None, limit: int = 50, offset: int = 0) -> SuspendedPage:
    """A page of the usage records that wait, the oldest first; of one cause where one is given."""
    return queries.suspended_usage(uow, code=code, limit=limit, offset=offset)


def find_waiting(
    uow: Uow, wanted: WaitingFilter, *, sort: str = "since", descending: bool = False, limit: int = 50, offset: int = 0
) -> SuspendedPage:
    """A page of the records that wait and agree with a filter. `sort`: since, started, number, code."""
    return looking.find_waiting(uow, wanted, sort=sort, descending=descending, limit=limit, offset=offset)


def count_waiting(uow: Uow, wanted: WaitingFilter) -> list[CauseCount]:
    """How many records that agree with a filter wait for each reason, the most first."""
    return looking.count_waiting(uow, wanted)


def get_record(uow: Uow, *, usage_id: str) -> RecordView:
    """A usage record as it stands: what it says, where it came from, why it waits. Raises: UsageUnknown."""
    return looking.get_record(uow, usage_id=usage_id)


def rated_events_of_usage(uow: Uow, *, usage_id: str) -> list[RatedEvent]:
    """The charges of one usage record, those that were taken back too, in their order."""
    return looking.rated_events_of_usage(uow, usage_id=usage_id)


def correct(uow: Uow, *, usage_id: str, correction: Correction) -> Stored:
    """Put a suspended record right and rate it again; it may be suspended again.

    Raises: NotFound, NotSuspended, UsageInvalid with the field of the correction as path.
    """
    return putting_right.correct(uow, usage_id=usage_id, correction=correction)


def tally(uow: Uow) -> Tally:
    """Where every accepted usage record ended: rated, suspended or excluded."""
    return queries.tally(uow)


def why_rated(uow: Uow, *, rated_event_id: str) -> Why:
    """Why a charge is what it is: the term and its catalogue version, the usage record and where it came from, the
    allowance that paid. The leaves' amounts sum to the charge. Raises: RatedEventUnknown.
    """
    return queries.why_rated(uow, rated_event_id=rated_event_id)


def wallet_of(*, owner_id: str) -> str:
    """The id of the money bucket that every account (and product) has from the beginning."""
    return balance_rules.wallet_of(owner_id)


def top_up(uow: Uow, *, wanted: TopUp, bucket_id: str | None = None) -> str:
    """Money comes in; answers the bucket's id. Idempotent: by the cause.

    Locks: the account, until the end. Raises: AccountUnknown, BucketUnknown, BalanceActionInvalid.
    """
    return balances.top_up(uow, wanted, bucket_id=bucket_id)


def balances_of_account(uow: Uow, *, billing_account_id: str, ended: bool = False) -> tuple[BalanceView, ...]:
    """An account's allowances, units and money: those that hold now or will; with `ended` all that ever were."""
    return balance_queries.balances_of_account(uow, billing_account_id=billing_account_id, ended=ended)


def adjust(uow: Uow, *, bucket_id: str, amount: int, reason: str, key: str) -> str:
    """Put a balance right by so much; answers the adjustment's id. Units: micros of money, else of its measure.

    Idempotent: by the key. Raises: BucketUnknown, BalanceActionInvalid, NotEnough.
    """
    return adjusting.adjust(uow, bucket_id=bucket_id, amount=amount, reason=reason, key=key)


def voucher_series(uow: Uow) -> tuple[VoucherSeries, ...]:
    """Every series of vouchers with how many were used and what is still out."""
    return balance_queries.vouchers(uow)


def redeem_voucher(uow: Uow, *, billing_account_id: str, code: str) -> tuple[str, Money]:
    """A voucher's worth into an account's wallet; answers the bucket and the amount. A code is used once.

    Raises: VoucherRefused, AccountUnknown, BalanceActionInvalid when the account pays in another currency.
    """
    return balances.redeem_voucher(uow, billing_account_id=billing_account_id, code=code)


def make_vouchers(uow: Uow, *, series: str, amount: Money, count: int, ends_at: Instant) -> list[str]:
    """New voucher codes; they are told now and never again. Raises: BalanceActionInvalid."""
    return balances.make_vouchers(uow, series=series, amount=amount, count=count, ends_at=ends_at)


def charge_online(uow: Uow, requests: Sequence[SessionRequest]) -> list[SessionAnswer]:
    """Charge and answer messages of the network, all in this transaction. Shape: one answer for each, in their order.

    A message that cannot be charged is answered so and does not stop the others. Idempotent: by session and sequence;
    what comes again is answered as it was. Locks: the accounts, in order of their ids.
    """
    return charging.charge_online(uow, requests)


def close_sessions_of(uow: Uow, *, nas: str) -> int:
    """End the sessions of a network access server that began anew, with what was reported; answers how many.

    Idempotent: by session.
    """
    return closing.close_sessions_of(uow, nas=nas)


def record_consent(uow: Uow, *, product_id: str, limit_id: str) -> None:
    """Let a product go on past one of its limits until the limit's period ends; its sessions are told to ask again.

    Idempotent: by the period. Raises: ProductUnknown, NoSuchLimit.
    """
    consenting.record_consent(uow, product_id=product_id, limit_id=limit_id)


def rate_files(
    *, tariff: SandboxFile, usage: SandboxFile, state: SandboxFile | None = None, manner: Manner
) -> dict[str, Any]:
    """What uses cost by a tariff, all from files: nothing is kept. `refused` names what could not be taken, and why."""
    return sandbox.rate_files(tariff, usage, state=state, manner=manner)


def rerating_dry_run(uow: Uow, *, selection: Selection, because: str = "") -> Rerating:
    """Find whom rating again by what is believed now would change, and by how much; nothing is posted.

    Few accounts are looked at at once, many in steps: then it is `drafting`, and `get_rerating` tells how far.
    Raises: SelectionInvalid.
    """
    return drafting.draft(uow, selection=selection, because=because)


def rerate(uow: Uow, *, rerating_id: str) -> Rerating:
    """Agree to what was shown and post it, in steps; an account that has come to change otherwise is left and told.

    Raises: ReratingUnknown, ReratingNotReady, ReratingSameHands when the one who drafted it agrees to it.
    """
    return drafting.approve(uow, rerating_id=rerating_id)


def stop_rerating(uow: Uow, *, rerating_id: str) -> Rerating:
    """Let the posting rest after the accounts at hand. Raises: ReratingUnknown, ReratingNotReady."""
    return drafting.stop(uow, rerating_id=rerating_id)


def resume_rerating(uow: Uow, *, rerating_id: str) -> Rerating:
    """Go on where it was stopped. Raises: ReratingUnknown, ReratingNotReady."""
    return drafting.resume(uow, rerating_id=rerating_id)


def get_rerating(uow: Uow, *, rerating_id: str) -> Rerating:
    """A rating again: how far it is, and what changes. Raises: ReratingUnknown."""
    return drafting.view(uow, rerating_id=rerating_id)


def list_reratings(uow: Uow, *, limit: int = 50) -> list[Rerating]:
    """The newest ratings again."""
    return drafting.latest(uow, limit=limit)


def rerating_changes(uow: Uow, *, rerating_id: str, limit: int = 50, offset: int = 0) -> list[AccountChange]:
    """A page of the accounts that a rating again changes, the largest change first. Raises: ReratingUnknown."""
    return drafting.changes(uow, rerating_id=rerating_id, limit=limit, offset=offset)


def what_if(uow: Uow, *, offering_id: str, draft: Tariff, period: Period) -> WhatIf:
    """What the use of an offering's products in a period would have cost under a draft; only the answer is kept.

    Few accounts are answered at once, many in steps: then `get_what_if` tells how far it is.

    Raises: OfferingUnknown, DraftInvalid.
    """
    return asking.ask(uow, offering_id=offering_id, draft=draft, period=period)


def get_what_if(uow: Uow, *, what_if_id: str) -> WhatIf:
    """A question with its answer as far as it is known. Raises: WhatIfUnknown."""
    return asking.view(uow, what_if_id=what_if_id)


def list_what_ifs(uow: Uow, *, limit: int = 20) -> list[WhatIf]:
    """The newest questions."""
    return asking.latest(uow, limit=limit)


def what_if_gains(uow: Uow, *, what_if_id: str) -> list[Gain]:
    """Every customer who is answered for, before and after, the largest change first. Raises: WhatIfUnknown."""
    return asking.gains(uow, what_if_id=what_if_id)


def receive_file(uow: Uow, *, received: ReceivedFile, folder: Path) -> str:
    """Keep a usage file below `folder` (DATA/usage) and note that it waits for a worker; answers its id.

    Raises: UsageInvalid for a form that is none, or an empty file.
    """
    return receiving.receive_file(uow, received, folder=folder)


def usage_files(uow: Uow, *, state: FileState | None = None, limit: int = 50, offset: int = 0) -> UsageFilePage:
    """A page of the usage files, those that came last first, with how far each is."""
    found, total = store.files.files(uow, state, limit=limit, offset=offset)
    return UsageFilePage(tuple(found), total)


def usage_file(uow: Uow, *, file_id: str) -> UsageFile:
    """One usage file as it stands. Raises: UsageFileUnknown."""
    return files.get_file(uow, file_id)


def usage_file_faults(uow: Uow, *, file_id: str, limit: int = 100) -> list[FileFault]:
    """What is wrong with a file's records: the first thousand are kept, all stand in the report beside the file."""
    return store.files.faults_of(uow, file_id, limit=limit)


def stop_file(uow: Uow, *, file_id: str) -> UsageFile:
    """Stop a usage file after the batch at hand; what is through stays. Idempotent. Raises: UsageFileUnknown."""
    return files.stop_file(uow, file_id)


def resume_file(uow: Uow, *, file_id: str) -> UsageFile:
    """Let a stopped file go on where it was. Idempotent. Raises: UsageFileUnknown."""
    return files.resume_file(uow, file_id)


def missing_files(uow: Uow) -> list[MissingFiles]:
    """Which files of each source did not come, by the numbers of those that did."""
    return files.missing_files(uow)


def suspended_causes(uow: Uow, *, limit: int = 200) -> list[SuspendedCause]:
    """How many records wait for what, by where they came from, most first."""
    return store.reworking.suspended_causes(uow, limit=limit)


def correct_and_release(uow: Uow, *, of: Waiting, corrections: Mapping[str, str | Mapping[str, str]]) -> str:
    """Correct many records that wait and rate them again, in steps; answers the work's id.

    A correction is a value, or a map of what each value becomes. Raises: UsageInvalid for an unknown field.
    """
    return reworking.correct_and_release(uow, of, corrections)


def exclude_waiting(uow: Uow, *, of: Waiting, because: str) -> str:
    """Put many records that wait aside for good, in steps; answers the work's id. Raises: UsageInvalid."""
    return reworking.exclude_waiting(uow, of, because)


def rework(uow: Uow, *, rework_id: str) -> Rework:
    """How far such work is. Raises: ReworkUnknown."""
    return reworking.get_rework(uow, rework_id)


def reworks(uow: Uow, *, limit: int = 50) -> list[Rework]:
    """Such work, the last first."""
    return store.reworking.reworks(uow, limit=limit)


def stop_rework(uow: Uow, *, rework_id: str) -> Rework:
    """End such work after the batch at hand. Idempotent. Raises: ReworkUnknown."""
    return reworking.stop_rework(uow, rework_id)


def record_history(uow: Uow, *, usage_id: str) -> list[RecordChange]:
    """What was done to a record that waited, in order; documents have the history that all entities have."""
    return [RecordChange(**row) for row in store.files.history_of(uow, usage_id)]


def prices_abroad(uow: Uow, *, offering_id: str, network: str, moment: Instant) -> list[PriceAbroad]:
    """What use costs in a network by a plan, in the few words that a traveller is told.

    Raises: OfferingUnknown, PriceTermsInvalid.
    """
    return abroad.prices_abroad(catalog.tariff_at(uow, offering_id=offering_id, moment=moment), network)


def personal_data() -> tuple[PersonalData, ...]:
    """Where this room keeps what is about a person: for access, erasure and retention."""
    return store.PERSONAL_DATA

"""An installation's house-keeping: token, migrate, seed, backup, restore, clock, steps, audit, users."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import timedelta
from pathlib import Path

from tandem.app import wiring
from tandem.app.installation import MIGRATIONS, find_database, opened, prepare, seed, signing_key_file
from tandem.app.policy import POLICY, ROLES
from tandem.app.settings import Settings
from tandem.kernel.access import users
from tandem.kernel.access.signing import SigningKeys
from tandem.kernel.access.tokens import issue_token
from tandem.kernel.audit import chain
from tandem.kernel.clock import drag_to
from tandem.kernel.errors import Invalid
from tandem.kernel.period import instant, text_of
from tandem.kernel.steps import Worker, cancel_step, get_step, list_steps, retry_step
from tandem.kernel.store import Database, set_clock
from tandem.kernel.store.backup import backup, restore
from tandem.kernel.store.migrate import catalogue_of, draft, fresh_sql, read_migrations


def token(settings: Settings, args: argparse.Namespace) -> int:
    """Print a bearer token for the API, signed with this installation's key. Needs no running server."""
    if args.role not in ROLES:
        raise Invalid(f"no role is called {args.role}; there are: {', '.join(sorted(ROLES))}", path="--role")
    keys = SigningKeys.from_file(signing_key_file(settings))
    ttl = timedelta(hours=args.hours)
    subject = args.subject or args.role
    print(
        issue_token(
            keys,
            role=args.role,
            tenant=settings.tenant,
            subject=subject,
            ttl_s=int(ttl.total_seconds()),
            party_id=args.party,
        )
    )
    return 0


def migrate_database(settings: Settings, args: argparse.Namespace) -> int:
    """Bring the database to this version's schema."""
    installation = prepare(settings)
    for migration in installation.migrated:
        print(f"applied {migration.number:04d}_{migration.name}")
    print(f"the schema is at {len(read_migrations(MIGRATIONS)):04d}")
    installation.stop()
    return 0


def draft_migration(settings: Settings, args: argparse.Namespace) -> int:
    """Write the next migration file: whole tables that are new; changes of tables are then written by hand."""
    wiring.declare_tables()
    present = read_migrations(MIGRATIONS)
    if present:
        postgres, urls = find_database(settings)
        prepare(settings)
        text = draft(catalogue_of(urls.owner))
        if postgres is not None:
            postgres.stop()
    else:
        text = fresh_sql()
    if not text:
        print("no new table is declared; write changes of tables by hand")
        return 1
    MIGRATIONS.mkdir(exist_ok=True)
    path = MIGRATIONS / f"{len(present) + 1:04d}_{args.name}.sql"
    path.write_text(text)
    print(f"wrote {path.name}; read it before it is committed")
    return 0


def plant(settings: Settings, args: argparse.Namespace) -> int:
    """Put the demonstration operator into an empty tenant."""
    with opened(settings) as database:
        done = seed(database, settings)
    print("the demonstration operator is in place" if done else "the tenant holds something already: left as it is")
    return 0


def back_up(settings: Settings, args: argparse.Namespace) -> int:
    """Write everything of the database into one file. Keys are not in it: keep the key files too."""
    installation = prepare(settings)
    backup(installation.urls.owner, Path(args.file))
    installation.stop()
    print(f"wrote {args.file}")
    return 0


def bring_back(settings: Settings, args: argparse.Namespace) -> int:
    """Put a backup into an empty database, and check it table by table."""
    postgres, urls = find_database(settings)
    restore(Path(args.file), urls.owner, replace=args.replace)
    if postgres is not None:
        postgres.stop()
    print(f"restored {args.file}")
    return 0


def clock(settings: Settings, args: argparse.Namespace) -> int:
    """Show the business clock, set it, or drag it forward through everything that is due."""
    if args.action in ("set", "drag") and args.at is None:
        raise Invalid("no instant is given", next_action=f"tandem clock {args.action} 2026-11-01T00:00:00Z")
    with opened(settings) as database:
        if args.action == "set":
            set_clock(database, instant(args.at), fixed=args.fixed)
            Worker(database, wiring.registry_of(settings.halves)).schedule_jobs(settings.tenant)
        elif args.action == "real":
            set_clock(database, None)
        elif args.action == "drag":
            stops = drag_to(database, instant(args.at), told=lambda at: print(f"  {text_of(at)}", flush=True))
            print(f"{stops} due instants passed")
        print(text_of(database.clock()))
    return 0


def steps(settings: Settings, args: argparse.Namespace) -> int:
    """List steps that wait or were given up, show one, do it again, or cancel it."""
    if args.action != "list" and args.step is None:
        raise Invalid("no step is named", next_action="take its number from tandem steps list")
    with opened(settings) as database, _as_operator(database, settings) as uow:
        if args.action == "list":
            for step in list_steps(uow, state=args.state):
                reason = (step.error or {}).get("reason", "")
                print(f"{step.id:>8}  {step.state:<9}  {step.attempts:>3}  {step.kind:<40}  {reason}")
        elif args.action == "show":
            print(get_step(uow, args.step))
        elif args.action == "retry":
            retry_step(uow, args.step)
            print(f"step {args.step} is ready again")
        else:
            cancel_step(uow, args.step)
            print(f"step {args.step} is cancelled")
    return 0


def audit(settings: Settings, args: argparse.Namespace) -> int:
    """Seal what is new in the audit chain, then verify all of it; names the first broken link."""
    with opened(settings) as database, _as_operator(database, settings) as uow:
        chain.seal(uow)
        report = chain.verify(uow)
    print(report)
    return 0 if report.whole else 1


def add_user(settings: Settings, args: argparse.Namespace) -> int:
    """Make a login. The password comes from standard input or is asked for, never from the command line."""
    password = getpass.getpass("password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with opened(settings) as database, _as_operator(database, settings) as uow:
        user = users.create_user(
            uow, POLICY, username=args.name, password=password, roles=args.role, party_id=args.party
        )
    print(f"user {user.username} may log in")
    return 0


def _as_operator(database: Database, settings: Settings):  # type: ignore[no-untyped-def]
    return database.uow(tenant=settings.tenant, actor=f"operator:{getpass.getuser()}", cause="cli")

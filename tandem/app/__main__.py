"""`python -m tandem.app COMMAND`, which the command `tandem` is too."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tandem.app.cli.parser import build_parser
from tandem.app.settings import from_environment
from tandem.kernel.errors import TandemError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 refused or failed, 130 interrupted."""
    args = build_parser().parse_args(arguments)
    given = {name: getattr(args, name, None) for name in ("data", "database_url", "tenant", "host", "port")}
    given |= {name: getattr(args, name, None) for name in ("halves", "other_half_url")}
    try:
        code: int = args.act(from_environment(**given), args)
    except TandemError as fault:
        print(f"tandem: {fault.reason}", file=sys.stderr)
        if fault.next_action:
            print(f"  next: {fault.next_action}", file=sys.stderr)
        return 1
    except OSError as fault:
        if fault.filename is None:
            raise
        print(f"tandem: {fault.filename}: {fault.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())

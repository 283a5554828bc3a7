"""The tables of access, for the program that collects every room's store."""

from tandem.kernel.access.logins import LOGINS
from tandem.kernel.access.throttle import ATTEMPTS
from tandem.kernel.access.users import USERS

TABLES = (USERS, LOGINS, ATTEMPTS)

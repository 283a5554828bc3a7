"""The wires: how networks reach charging. Each translates its protocol into the online door's words, decides nothing.

`nchf` speaks HTTP/2 with the 5G core, `diameter` and `radius` with what came before it, `files` takes what is reported
afterwards. `gathering` stands between the online wires and the door, so that many requests share one commit.
"""

from tandem.bss.charging.wire.files.dropping import files_in, take_dropped, take_received
from tandem.bss.charging.wire.files.forms import form_given
from tandem.bss.charging.wire.files.rating import Progress, Wanted, Work, rate_file
from tandem.bss.charging.wire.files.rejecting import report_beside

__all__ = [
    "Progress",
    "Wanted",
    "Work",
    "files_in",
    "form_given",
    "rate_file",
    "report_beside",
    "take_dropped",
    "take_received",
]

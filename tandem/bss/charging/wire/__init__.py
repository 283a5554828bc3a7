"""The wires: how networks reach charging. Each translates its protocol into the online door's words, decides nothing.

`nchf` speaks HTTP/2 with the 5G core, `diameter` and `radius` with what came before it, `files` takes what is reported
afterwards. `gathering` stands between the online wires and the door, so that many requests share one commit.
"""

from tandem.bss.charging.wire.files.dropping import load_file, take_dropped

__all__ = ["load_file", "take_dropped"]

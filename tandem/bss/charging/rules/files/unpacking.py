"""Compressed files, unpacked while they are read, and not beyond a bound.

Standards: RFC 1952 (gzip), RFC 8878 (zstd).
"""

from __future__ import annotations

import zlib
from typing import Any, Final

import pyarrow as pa

from tandem.bss.charging.rules.files.lines import Octets
from tandem.bss.charging.terms import UsageInvalid

GZIP: Final = b"\x1f\x8b"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
MOST: Final = 1 << 40
"""Octets of an unpacked file."""
TIMES: Final = 1_000
"""How many times as long as the packed file the unpacked one may be: text of usage shrinks to a fiftieth at most."""
_PIECE: Final = 1 << 16


class Counted:
    """A stream that knows how much was read from it."""

    def __init__(self, stream: Octets) -> None:
        self.stream, self.count = stream, 0

    def read(self, size: int = -1, /) -> bytes:
        """The next octets."""
        octets = self.stream.read(size)
        self.count += len(octets)
        return octets


class Begun:
    """A stream whose first octets were looked at."""

    closed = False

    def __init__(self, stream: Octets, size: int) -> None:
        self.stream = stream
        self.head = b""
        while len(self.head) < size and (octets := stream.read(size - len(self.head))):
            self.head += octets

    def read(self, size: int = -1, /) -> bytes:
        """The next octets."""
        if not self.head:
            return self.stream.read(size)
        cut = len(self.head) if size < 0 else size
        octets, self.head = self.head[:cut], self.head[cut:]
        return octets


def unpacked(stream: Octets, most: int = MOST) -> Octets:
    """A file as it was before it was packed, if it is. Raises: UsageInvalid while reading, beyond the bounds."""
    begun = Begun(stream, 4)
    if begun.head.startswith(GZIP):
        return _Bounded(_Gunzipped(Counted(begun)), most)
    if begun.head == ZSTD:
        return _Bounded(_Zstd(Counted(begun)), most)
    return begun


class _Gunzipped:
    def __init__(self, packed: Counted) -> None:
        self.packed = packed
        self.inflater = zlib.decompressobj(wbits=31)
        self.left = b""

    def read(self, size: int, /) -> bytes:
        """At least one octet more, until there are none."""
        while True:
            packed = self.left or self.packed.read(_PIECE)
            if not packed and self.inflater.eof:
                return b""
            if not packed:
                raise UsageInvalid("the packed file ends in the middle", path=f"octet {self.packed.count}")
            octets = self._inflate(packed, size)
            if octets:
                return octets

    def _inflate(self, packed: bytes, size: int) -> bytes:
        if self.inflater.eof:
            self.inflater = zlib.decompressobj(wbits=31)
        try:
            octets = self.inflater.decompress(packed, size)
        except zlib.error as fault:
            raise UsageInvalid(f"the packed file is damaged: {fault}", path=f"octet {self.packed.count}") from fault
        self.left = self.inflater.unconsumed_tail or self.inflater.unused_data
        return octets


class _Zstd:
    def __init__(self, packed: Counted) -> None:
        self.packed = packed
        self.stream: Any = pa.CompressedInputStream(pa.PythonFile(_Readable(packed), mode="r"), "zstd")

    def read(self, size: int, /) -> bytes:
        """The next octets."""
        try:
            return bytes(self.stream.read(size))
        except OSError as fault:
            raise UsageInvalid(f"the packed file is damaged: {fault}", path=f"octet {self.packed.count}") from fault


class _Readable:
    """As much of a file as pyarrow asks of one."""

    closed = False

    def __init__(self, stream: Counted) -> None:
        self.stream = stream

    def read(self, size: int = -1) -> bytes:
        """The next octets."""
        return self.stream.read(size)

    def readable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """Whoever opened the stream closes it."""


class _Bounded:
    """An unpacked stream that is not longer than it may be."""

    def __init__(self, stream: _Gunzipped | _Zstd, most: int) -> None:
        self.stream, self.most, self.count = stream, most, 0

    def read(self, size: int, /) -> bytes:
        """The next octets. Raises: UsageInvalid beyond the bound."""
        octets = self.stream.read(size)
        self.count += len(octets)
        packed = self.stream.packed.count
        if self.count > self.most or (self.count > 1 << 24 and self.count > packed * TIMES):
            raise UsageInvalid(
                "unpacked, the file is longer than a usage file can be", path=f"octet {packed}", octets=self.count
            )
        return octets

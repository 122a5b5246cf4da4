"""A ZIP written piece by piece: each job step adds files, and only the last one writes the directory.

So no step holds more than its own files, and the pieces one after the other are a plain ZIP.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# PDFs are compressed already.
_METHOD = zipfile.ZIP_STORED
_DATED = (1980, 1, 1, 0, 0, 0)
_KEPT = ("filename", "header_offset", "CRC", "compress_size", "file_size", "flag_bits", "create_system",
         "create_version", "extract_version", "external_attr", "compress_type")  # fmt: skip

Entry = dict[str, Any]


class _Piece(io.RawIOBase):
    """Takes what is written, and says it stands ``start`` bytes into the file."""

    def __init__(self, start: int) -> None:
        super().__init__()
        self.start, self.content = start, bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.content += data
        return len(data)

    def tell(self) -> int:
        return self.start + len(self.content)


def piece(start: int, files: Iterable[tuple[str, bytes]]) -> tuple[bytes, list[Entry]]:
    """The files as they stand in a ZIP from byte ``start`` on, and what its directory will say of them."""
    target = _Piece(start)
    archive = zipfile.ZipFile(target, "w", _METHOD)
    for name, content in files:
        archive.writestr(zipfile.ZipInfo(name, _DATED), content)
    written = bytes(target.content)
    entries = [{name: getattr(info, name) for name in _KEPT} for info in archive.filelist]
    archive.close()
    return written, entries


def last_piece(start: int, files: Iterable[tuple[str, bytes]], earlier: Sequence[Mapping[str, Any]]) -> bytes:
    """The files, at least one, and the directory of everything before them too."""
    target = _Piece(start)
    with zipfile.ZipFile(target, "w", _METHOD) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, _DATED), content)
        archive.filelist[:0] = [_info(entry) for entry in earlier]
    return bytes(target.content)


def _info(entry: Mapping[str, Any]) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(entry["filename"], _DATED)
    for name, value in entry.items():
        setattr(info, name, value)
    return info

"""Make an Office file (a zip archive) the same bytes on every run."""

import re
import zipfile
from datetime import datetime
from pathlib import Path

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_THUMBNAIL = re.compile(rb"<Relationship [^>]*thumbnail[^>]*/>")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def fix_zip(path: Path, modified: datetime) -> None:
    """Rewrite the archive with sorted entries, one timestamp, and a fixed modification date.

    The thumbnail that comes with a library's empty template is dropped.
    Entries are stored, not deflated: another zlib build would compress to other bytes.
    """
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in sorted(archive.namelist())}
    entries.pop("docProps/thumbnail.jpeg", None)
    entries["_rels/.rels"] = _THUMBNAIL.sub(b"", entries["_rels/.rels"])
    stamp = modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    core = entries["docProps/core.xml"]
    entries["docProps/core.xml"] = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", core)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name, _FIXED_TIME)
            info.create_system = 0
            archive.writestr(info, data)

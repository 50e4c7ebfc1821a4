"""Pack the built site for reading offline: ``python -m book.archive _build/html _build/NAME.zip``.

The same site always gives the same bytes: files are in order of their names and none has a time.
"""

import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from nnopt_course._files import replacing


def main(site: Path, path: Path) -> None:
    """Write the folder ``site`` into ``path``, under one folder that is called like the file."""
    files = [file for file in sorted(site.rglob("*")) if file.is_file() and not file.name.startswith(".")]
    with replacing(path) as packed, ZipFile(packed, "w") as archive:
        for file in files:
            entry = ZipInfo(f"{path.stem}/{file.relative_to(site).as_posix()}")  # dated 1980, as every ZipInfo
            entry.external_attr = 0o644 << 16  # what its owner may write and all may read
            archive.writestr(entry, file.read_bytes(), ZIP_DEFLATED)
    print(f"The site is packed, {path.stat().st_size / 1e6:.1f} MB: {path.resolve()}")
    print(f"Unpack it and open {path.stem}/index.html.")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

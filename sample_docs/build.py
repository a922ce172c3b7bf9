"""Make the binary sample documents from the readable sources in `sample_docs/sources/`.

Run `python -m sample_docs.build` from the repository root to write them, or add `--check` to
compare a fresh build with the committed files (exit status 1 when they differ).
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # so that `python sample_docs/build.py` works as well

from sample_docs.build_docx import build_docx  # noqa: E402
from sample_docs.build_pdf import build_pdf  # noqa: E402
from sample_docs.build_pptx import build_pptx  # noqa: E402
from sample_docs.build_source import source_format  # noqa: E402
from sample_docs.build_xlsx import build_xlsx  # noqa: E402

SOURCES = HERE / "sources"
BUILDERS: dict[str, Callable[[Path, Path], None]] = {
    "docx": build_docx,
    "pdf": build_pdf,
    "pptx": build_pptx,
    "xlsx": build_xlsx,
}


def build_all(target: Path) -> list[Path]:
    """Write every document below `target`; return their paths relative to it."""
    written: list[Path] = []
    sources = sorted(path for path in SOURCES.rglob("*") if path.suffix in {".md", ".yaml"})
    for source in tqdm(sources, desc="sample documents", unit="file"):
        wanted = source_format(source)
        relative = source.relative_to(SOURCES).with_suffix(f".{wanted}")
        (target / relative).parent.mkdir(parents=True, exist_ok=True)
        BUILDERS[wanted](source, target / relative)
        written.append(relative)
    return written


def differing_files() -> list[Path]:
    """Build into a temporary folder and return the documents whose bytes differ from ours."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        return [
            relative
            for relative in build_all(fresh)
            if not (HERE / relative).is_file()
            or (HERE / relative).read_bytes() != (fresh / relative).read_bytes()
        ]


def main() -> int:
    """Parse the command line and build or check; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    if not parser.parse_args().check:
        build_all(HERE)
        return 0
    different = differing_files()
    for relative in different:
        print(f"differs from its source: sample_docs/{relative.as_posix()}", file=sys.stderr)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())

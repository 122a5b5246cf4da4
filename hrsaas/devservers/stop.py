"""Stop the embedded servers of this checkout, if nobody uses them."""

from __future__ import annotations

import fcntl
import sys

from hrsaas.devservers.cluster import load_cluster, stop_if_unused
from hrsaas.devservers.run import ROOT


def main() -> int:
    folder = ROOT / ".local"
    with (folder / "users.lock").open("w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("The servers are in use: stop `make run` (Ctrl-C) first.", file=sys.stderr)
            return 1
        stop_if_unused(load_cluster(folder), users)
    return 0


if __name__ == "__main__":
    sys.exit(main())

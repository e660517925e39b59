"""Where the tests keep their databases: in memory when the machine lends some, else in the usual folder.

A test's database lives less than a second. On a disk, each of its files is written all the same, and the
machine spends more time on that than on the tests.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMOIRE = Path("/dev/shm")
PLACE = 2 * 1024**3  # what two workers use, several times over; a container that lends 64 MB has not enough


def dossier() -> str:
    """An existing folder to make temporary folders in."""
    try:
        assez = shutil.disk_usage(MEMOIRE).free >= PLACE
    except OSError:  # no such folder on this system
        assez = False
    return str(MEMOIRE) if assez and os.access(MEMOIRE, os.W_OK | os.X_OK) else tempfile.gettempdir()


def y_mettre_les_dossiers_de_pytest() -> None:
    """`tmp_path` and the like are made there, unless the environment says where."""
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", dossier())

"""A disk that is small, and that one may fill: a little tmpfs where this may be mounted; else a limit.

The limit is that of the size of a file, put on the running processes (`RLIMIT_FSIZE`): what is written
past it fails, as on a full disk, and goes on as soon as it is lifted. Root alone may mount.
"""

import contextlib
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

MARGE = 400_000


class Tmpfs:
    """Full: everything that was left is taken by a file that serves for nothing."""

    lecture = 200
    """What a family that reads is answered."""

    def __init__(self, dossier: Path) -> None:
        self.dossier, self.lest = dossier, dossier / "lest"

    def remplir(self, _pid: int) -> None:
        with contextlib.suppress(OSError), self.lest.open("wb", buffering=0) as lest:
            while True:
                lest.write(bytes(4096))

    def vider(self, _pid: int) -> None:
        self.lest.unlink()

    def tait(self, _faute: str) -> bool:
        return False


class Limite:
    """Full: no file of these processes may grow any more."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier

    def remplir(self, pid: int) -> None:
        taille = max(chemin.stat().st_size for chemin in self.dossier.iterdir())
        self._limiter(pid, taille)

    def vider(self, pid: int) -> None:
        self._limiter(pid, resource.RLIM_INFINITY)

    def _limiter(self, pid: int, octets: int) -> None:
        for processus in (pid, *_enfants(pid)):
            _, plafond = resource.prlimit(processus, resource.RLIMIT_FSIZE)
            resource.prlimit(processus, resource.RLIMIT_FSIZE, (octets, plafond))


def _enfants(pid: int) -> list[int]:
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


@contextlib.contextmanager
def petit_disque(dossier: Path, taille: int) -> Iterator[Tmpfs | None]:
    """So many bytes in this folder, and some room; None where one may not mount."""
    monter = ["mount", "-t", "tmpfs", "-o", f"size={taille + MARGE}", "tmpfs", str(dossier)]
    if shutil.which("mount") is None or subprocess.run(monter, capture_output=True).returncode:
        yield None
        return
    try:
        yield Tmpfs(dossier)
    finally:
        subprocess.run(["umount", "--lazy", str(dossier)], check=True)

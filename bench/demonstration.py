"""A town of 5,000 families, made then verified, on both engines. Promised: made in under three minutes.

python bench/demonstration.py [familles]
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RACINE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(RACINE))

from outils.secrets_demo import reglages  # noqa: E402
from tests.postgres import TempPostgres  # noqa: E402


def mesurer(url: str, familles: str) -> None:
    env = os.environ | reglages(Path(tempfile.gettempdir())) | {"PORTAIL_DATABASE_URL": url}
    for commande in (["initialiser"], ["demo", "--familles", familles], ["verifier"]):
        debut = time.perf_counter()
        ordre = [sys.executable, "-m", "flask", "--app", "portail", *commande]
        fait = subprocess.run(ordre, cwd=RACINE, env=env, capture_output=True, text=True)
        duree = time.perf_counter() - debut
        derniere = (fait.stdout + fait.stderr).strip().splitlines()[-1]
        print(f"{url.partition(':')[0]:10} {commande[0]:12} {duree:6.1f} s  {derniere}")
        if fait.returncode:
            sys.exit(fait.returncode)


def main() -> None:
    familles = sys.argv[1] if len(sys.argv) > 1 else "5000"
    with tempfile.TemporaryDirectory() as dossier:
        mesurer(f"sqlite:///{dossier}/mesure.sqlite3", familles)
    with TempPostgres(tempfile.gettempdir()) as serveur:
        serveur.create("mesure")
        mesurer(serveur.url("mesure"), familles)


if __name__ == "__main__":
    main()

"""The files of others that we carry: each is the one its record describes, none goes without a record."""

import hashlib
from pathlib import Path

import pytest

RACINE = Path(__file__).parent.parent
DOSSIERS = [RACINE / "portail/static/vendor", RACINE / "e2e/vendor"]
FICHES = sorted(fiche for dossier in DOSSIERS for fiche in dossier.glob("*.version"))


def lire(fiche: Path) -> dict[str, str]:
    return dict(ligne.split(": ", 1) for ligne in fiche.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("fiche", FICHES, ids=lambda fiche: fiche.stem)
def test_le_fichier_est_celui_de_sa_fiche(fiche):
    decrit = lire(fiche)
    assert decrit.keys() == {"name", "version", "licence", "source", "file", "sha256"}
    contenu = (fiche.parent / decrit["file"]).read_bytes()
    assert hashlib.sha256(contenu).hexdigest() == decrit["sha256"]
    assert decrit["version"].encode() in contenu


@pytest.mark.parametrize("dossier", DOSSIERS, ids=["portail", "e2e"])
def test_aucun_script_sans_fiche(dossier):
    scripts = {chemin.name for chemin in dossier.glob("*.js")}
    assert scripts
    assert scripts == {lire(fiche)["file"] for fiche in dossier.glob("*.version")}

"""A document that is saved is opened by what its name says: it says what the portal has found it to be."""

import pytest

from models import Document
from portail.domain import documents, preinscriptions
from tests.dossier import images as faux
from tests.formulaires import csrf
from tests.preinscriptions.souhaits import atelier, souhait

PIEGE = b"%PDF-1.4\n<script>new ActiveXObject('WScript.Shell')</script>\n%%EOF\n"


@pytest.mark.parametrize(
    ("nom", "octets", "sauve"),
    [
        ("facture.hta", PIEGE, "facture.hta.pdf"),
        ("facture.pdf.html", PIEGE, "facture.pdf.html.pdf"),
        ("Facture.PDF", PIEGE, "Facture.PDF"),
        ("photo.png", faux.octets(), "photo.png.jpg"),
        ("photo.JPEG", faux.octets(), "photo.JPEG"),
    ],
)
def test_the_agent_saves_it_under_a_name_that_runs_nothing(monde, connexion, nom, octets, sauve):
    recu = documents.deposer(monde.claire, "", nom, octets)
    voulu = souhait(atelier(monde), monde.lea, documents=(recu.id,))
    preinscriptions.deposer(monde.claire, monde.moreau, voulu)
    sophie = connexion(monde.sophie)
    lu = sophie.post(f"/agents/documents/{recu.id}/lecture", data={"csrf_token": csrf(sophie)})
    assert lu.headers["Content-Disposition"] == f"attachment; filename={sauve}"
    le_sien = connexion(monde.claire).get(f"/famille/documents/{recu.id}")
    assert le_sien.headers["Content-Disposition"] == f"attachment; filename={sauve}"
    assert Document.get().nom == nom

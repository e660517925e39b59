"""The PDF of an invoice: tagged, in French, whole; long, or with hostile names, it breaks nothing."""

import pytest

from models import Enfant, Famille, Seance
from portail import pdf
from portail.domain import avoirs
from tests.factures import encaisser, facture
from tests.formulaires import poster
from tests.lecteur_pdf import Lu, lire
from tests.monde import LUNDI

pytestmark = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
"""Drawn alike on both engines: what is read is tested in its own files."""
EXPLICATION = (
    "quotient familial de 640,00 € × 0,5 % = 3,20 € la séance ; 2e enfant de la famille : 10 % de moins."
)


def telecharger(navigateur, f) -> Lu:
    reponse = navigateur.get(f"/facturation/factures/{f.id}/pdf")
    assert (reponse.status_code, reponse.mimetype) == (200, "application/pdf")
    assert f"filename=facture-{f.numero}.pdf" in reponse.headers["Content-Disposition"]
    assert "sandbox" in reponse.headers["Content-Security-Policy"]
    return lire(reponse.data)


def une(monde, **champs):
    return facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, LUNDI), 345)], **champs)


def test_it_carries_its_structure_its_language_and_its_title(monde, connexion):
    lu = telecharger(connexion(monde.claire), une(monde))
    assert (lu.titre, lu.langue) == ("Facture n° 2026-000001 – Saint-Alban-sur-Loire", "fr-FR")
    assert lu.balise and lu.accessible and not lu.joints
    assert lu.structure[0] == "Document" and lu.structure.count("H1") == 1
    assert lu.structure.count("Table") == 2 and lu.structure.index("H1") < lu.structure.index("H2")
    assert lu.structure.count("THead") == 1 and {"TBody", "TR", "TH", "TD", "P"} <= set(lu.structure)
    assert lu.structure.count("L") == 1 and lu.structure.count("LI") == 4


def test_what_it_says_is_what_the_page_says(monde, connexion):
    texte = telecharger(connexion(monde.claire), une(monde, explication=EXPLICATION)).texte
    for phrase in (
        "Claire Moreau 12 rue des Lilas 42000 Saint-Alban",
        "Léa Moreau",
        "lun. 7 déc. Cantine",
        "quotient familial de 640,00 € × 0,5 % = 3,20 € la séance",
        "Sous-total de Léa Moreau 3,45 €",
        "Reste à payer au 1er décembre 2026 3,45 €",
        "Page 1 sur 1",
    ):
        assert phrase in texte


def test_sixty_lines_go_over_pages_the_head_of_the_table_again_on_each(monde, connexion):
    seances = list(Seance.select().where(Seance.activite.in_([monde.soir, monde.matin])))[:30]
    lignes = [(enfant, seance, 320) for enfant in (monde.lea, monde.noe) for seance in seances]
    assert len(lignes) == 60
    lu = telecharger(connexion(monde.claire), facture(monde.adulte_claire, lignes, explication=EXPLICATION))
    assert len(lu.pages) > 2
    assert lu.texte.count("la séance ; 2e enfant") == 60
    for numero, page in enumerate(lu.pages[:-1], start=1):
        assert "Comment ce prix est calculé" in page and f"Page {numero} sur {len(lu.pages)}" in page
        assert numero == 1 or "Facture n° 2026-000001" in page
    assert "Total de la facture 192,00 €" in lu.texte


def test_a_very_long_name_wraps_inside_the_page(monde, connexion):
    nom = "Wolfeschlegelsteinhausenbergerdorff" * 2
    f = une(monde, destinataire=f"{nom}{nom}\nRésidence {'x' * 90}\n42000 Saint-Alban")
    Enfant.update(prenom="Marie-Apolline-Sidonie-Élisabeth", nom=nom).where(Enfant.prenom == "Léa").execute()
    texte = telecharger(connexion(monde.claire), f).texte
    assert nom + nom not in texte and "x" * 90 not in texte  # neither holds in the width of an address
    texte = texte.replace(" ", "").replace("-", "")
    for entier in (nom + nom, "x" * 90, "SoustotaldeMarieApollineSidonieÉlisabeth" + nom):
        assert entier in texte


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=file:///etc/passwd>",
        "<link rel=attachment href=file:///etc/passwd>",
        r"\input{/etc/passwd}",
        "{{ config }} {% include '/etc/passwd' %}",
        "</title><script>alert(1)</script>",
        "Ÿœ 🎈 عربى עברית 中文",
    ],
)
def test_a_hostile_name_is_only_text(monde, connexion, hostile):
    f = une(monde, destinataire=f"{hostile}\n3 rue du Port", explication=hostile)
    Enfant.update(prenom=hostile).where(Enfant.prenom == "Léa").execute()
    Famille.update(nom=hostile).where(Famille.id == f.famille_id).execute()
    lu = telecharger(connexion(monde.claire), f)
    if hostile.isascii():
        assert lu.texte.count(hostile.split()[0]) >= 3
    assert "root:" not in lu.texte and not lu.joints


def test_an_agent_has_the_same(monde, connexion):
    f = une(monde)
    reponse = poster(connexion(monde.sophie), f"/agents/facturation/factures/{f.id}/pdf")
    assert lire(reponse.data).texte == telecharger(connexion(monde.claire), f).texte


def test_an_avoir_is_called_one(monde, connexion):
    f = une(monde)
    avoir = avoirs.emettre(monde.sophie, f.id, {f.lignes[0].id: 345}, "Léa était malade")
    reponse = connexion(monde.claire).get(f"/facturation/factures/{avoir.id}/pdf")
    assert "filename=avoir-2026-000002.pdf" in reponse.headers["Content-Disposition"]
    assert "Léa était malade" in lire(reponse.data).texte


def test_when_no_press_is_free_the_page_to_print_is_given(monde, connexion, monkeypatch):
    f, claire = une(monde), connexion(monde.claire)
    assert pdf.disponible()
    monkeypatch.setattr(pdf, "PATIENCE", 0.01)
    with pdf._presses.prendre(1), pdf._presses.prendre(1):
        reponse = claire.get(f"/facturation/factures/{f.id}/pdf")
    assert (reponse.status_code, reponse.mimetype) == (200, "text/html")
    assert "Le PDF n’a pas pu être fait" in reponse.text and "2026-000001" in reponse.text


def test_the_attestation_and_the_receipt_have_theirs(monde, connexion):
    f = facture(monde.adulte_claire, [(monde.ines, monde.seance(monde.soir, LUNDI), 675)], garde=True)
    recu = encaisser(monde.adulte_claire, 675, f)
    claire = connexion(monde.claire)
    lu = lire(claire.get("/facturation/attestations/2026/pdf").data)
    assert "article 200 quater B" in lu.texte and "Inès Moreau" in lu.texte and lu.accessible
    lu = lire(claire.get(f"/facturation/recus/{recu.id}/pdf").data)
    assert (lu.titre, lu.balise) == (f"Reçu n° {recu.id} – Saint-Alban-sur-Loire", True)

"""Whoever copies the database reads neither an IBAN, nor an allergy, nor the phone of a doctor."""

from pathlib import Path

import pytest

from models import TABLES, Courriel, Evenement, Modification, db, moteur
from portail.domain import champs, dossier, guichet, lectures, moderation, rescellement
from tests.actes import modifications, modifier

IBAN, ALLERGIE, MEDECIN, TELEPHONE = (
    *("FR7630006000011234567890189", "Canari-arachide", "Dr Canari-Roux", "+33 2 61 91 77 31"),
)
AUTRES = ("DE89370400440532013000", "Canari-lait", "Dr Canari-Blanc", "+33 2 61 91 77 32")
PARTOUT = "Canari-visible"
"""A plain field: it is found, or the search would prove nothing."""


def octets(url: str) -> bytes:
    """All that the engine has written of this database."""
    if moteur() == "sqlite":
        chemin = url.removeprefix("sqlite:///")
        return b"".join(
            Path(f"{chemin}{s}").read_bytes() for s in ("", "-wal") if Path(f"{chemin}{s}").exists()
        )
    lignes = []
    for table in TABLES:
        nom = table._meta.table_name
        lignes += [str(texte) for (texte,) in db.execute_sql(f"SELECT t::text FROM {nom} t").fetchall()]
    return "\n".join(lignes).encode()


def test_nothing_sealed_is_anywhere_in_clear_whatever_was_done_with_it(app, monde, url_de_base):
    sante = {"allergies": ALLERGIE, "medecin": MEDECIN, "medecin_telephone": TELEPHONE}
    acceptee = modifier(monde, monde.lea, **sante, classe=PARTOUT)
    lectures.ouvrir_la_demande(monde.sophie, acceptee.id, champs.SANTE)
    moderation.accepter(monde.sophie, acceptee.id)
    banque = modifier(monde, monde.adulte_claire, iban=IBAN)
    lectures.ouvrir_la_demande(monde.sophie, banque.id, champs.BANQUE)
    moderation.accepter(monde.sophie, banque.id)
    refusee = modifier(monde, monde.lea, allergies=AUTRES[1], medecin=AUTRES[2])
    moderation.refuser(monde.sophie, refusee.id, "Information illisible ou incomplète")
    retiree = modifier(monde, monde.noe, medecin_telephone=AUTRES[3])
    dossier.retirer(monde.claire, monde.moreau, modifications(retiree)[0].id)
    claire = monde.adulte_claire
    guichet.saisir(
        monde.sophie,
        monde.moreau.id,
        "responsable",
        claire.id,
        champs.BANQUE,
        {"iban": AUTRES[0]},
        guichet.marquer(claire, champs.BANQUE),
    )
    rescellement.resceller()

    tout = octets(url_de_base)
    assert PARTOUT.encode() in tout
    for canari in (IBAN, ALLERGIE, MEDECIN, TELEPHONE, *AUTRES):
        assert canari.encode() not in tout, canari
    for table in (Courriel, Evenement, Modification):
        textes = "\n".join(str(ligne) for ligne in table.select().tuples())
        assert "Canari-" not in textes.replace(PARTOUT, ""), table
    assert champs.ouvrir(monde.lea.sante) == sante
    assert champs.ouvrir(monde.adulte_claire.banque)["iban"] == AUTRES[0]


@pytest.mark.parametrize("endroit", ["/demo/courriels", "/agents", "/agents?nature=dossier"])
def test_nor_is_it_on_a_page_that_nobody_asked_to_open(app, monde, connexion, endroit):
    modifier(monde, monde.lea, allergies=ALLERGIE)
    texte = connexion(monde.sophie).get(endroit).text
    assert "Dossier" in texte or "dossier" in texte
    assert ALLERGIE not in texte

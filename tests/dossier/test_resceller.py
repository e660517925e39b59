"""A new key in place of the old one: everything is sealed anew, and the old key opens nothing any more."""

import pytest
from cryptography.fernet import Fernet

from models import (
    Agenda,
    CodeAbonne,
    Compte,
    Courriel,
    Demande,
    Enfant,
    Importation,
    Mandat,
    Modification,
    Reponse,
    Responsable,
    SecondFacteur,
    db,
)
from portail import clock
from portail.domain import champs, codes, coffre, documents, reglages, rescellement
from portail.domain.verification import verifier
from tests import prelevements
from tests.actes import modifier
from tests.dossier.images import PDF
from tests.monde import HIER

ANCIENNE, NOUVELLE = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def avec(app):
    """`avec(cle, …)`: the installation has these keys, and no others."""
    avant = reglages.lire()

    def poser(*cles: str) -> None:
        reglages.poser(
            reglages.Reglages(avant.base_url, avant.secret, avant.hacheur, cles, avant.second_facteur)
        )

    yield poser
    reglages.poser(avant)


def sceller_partout(monde) -> dict[str, str]:
    """One sealed value in every place that has some. Gives what each holds."""
    modifier(monde, monde.lea, allergies="Arachide", classe="CM1")
    modifier(monde, monde.adulte_claire, iban="FR7630006000011234567890189")
    Enfant.update(champs.poser(monde.noe, champs.champ("enfant", "medecin"), "Dr Roux")).where(
        Enfant.id == monde.noe.id
    ).execute()
    Responsable.update(
        champs.poser(monde.adulte_paulo, champs.champ("responsable", "bic"), "AGRIFRPP")
    ).where(Responsable.id == monde.adulte_paulo.id).execute()
    Compte.update(code_donne=coffre.sceller("un code")).where(Compte.id == monde.claire.id).execute()
    CodeAbonne.create(
        famille=monde.moreau,
        empreinte="e",
        scelle=coffre.sceller(codes.tirer()),
        cree_le=clock.maintenant(),
        expire_le=clock.maintenant(),
    )
    Agenda.create(
        compte=monde.claire,
        famille=monde.moreau,
        empreinte="e",
        scelle=coffre.sceller("jeton"),
        cree_le=clock.maintenant(),
    )
    documents.deposer(monde.claire, "Assurance", "assurance.pdf", PDF)
    demande = Demande.select()[0]
    Reponse.create(
        demande=demande,
        agent=monde.sophie,
        lot="x",
        donnee_le=clock.maintenant(),
        premier=1,
        dernier=1,
        scelle=coffre.sceller("avant"),
    )
    Importation.create(
        cree_le=clock.maintenant(),
        noms="familles.csv",
        fichiers=coffre.sceller("code;nom"),
        rapport=coffre.sceller("{}"),
    )
    prelevements.creancier()
    Mandat.create(
        responsable=monde.adulte_claire,
        rum="R1",
        signe_le=HIER,
        banque=coffre.sceller("FR76"),
        cree_le=clock.maintenant(),
        agent=monde.sophie,
    )
    SecondFacteur.create(compte=monde.sophie, scelle=coffre.sceller("secret"), cree_le=clock.maintenant())
    Courriel.create(
        cle="x",
        destinataire="x@example.org",
        sujet="x",
        corps="x",
        message_id="x",
        cree_le=clock.maintenant(),
        prochain_essai=clock.maintenant(),
        scelle=coffre.sceller("jeton"),
    )
    return en_clair()


def en_clair() -> dict[str, str]:
    lus = {}
    for scelle in rescellement.SCELLES:
        lignes = rescellement._lot(scelle, 0, 1000)
        assert lignes, f"{scelle.nom}: nothing to seal anew in this test"
        lus |= {f"{scelle.nom} {ident}": coffre.desceller(texte) for ident, texte in lignes}
    return lus


@pytest.mark.parametrize("lot", [1, 200])
def test_after_it_the_old_key_can_be_dropped(monde, avec, lot):
    avec(ANCIENNE)
    attendu = sceller_partout(monde)
    avec(NOUVELLE, ANCIENNE)
    assert en_clair() == attendu, "both keys open"

    bilan = rescellement.resceller(lot)

    assert (bilan.rescelles, bilan.illisibles) == (len(attendu), 0)
    avec(NOUVELLE)
    assert en_clair() == attendu
    assert [r for r in verifier() if r.invariant == "Scellés"] == []
    avec(ANCIENNE)
    assert len(list(rescellement.illisibles())) == len(attendu)


def test_again_it_has_nothing_to_do(monde, avec):
    avec(ANCIENNE)
    sceller_partout(monde)
    avec(NOUVELLE, ANCIENNE)
    rescellement.resceller()
    avant = [
        db.execute_sql(f"SELECT * FROM {t}").fetchall() for t in ("modification", "enfant", "responsable")
    ]
    assert rescellement.resceller() == rescellement.Bilan()
    apres = [
        db.execute_sql(f"SELECT * FROM {t}").fetchall() for t in ("modification", "enfant", "responsable")
    ]
    assert avant == apres


def test_stopped_half_way_it_goes_on(monde, avec, monkeypatch):
    avec(ANCIENNE)
    attendu = sceller_partout(monde)
    avec(NOUVELLE, ANCIENNE)
    vrai, faits = coffre.resceller, []

    def casse(texte: str) -> str:
        faits.append(texte)
        if len(faits) == 4:
            raise KeyboardInterrupt
        return vrai(texte)

    monkeypatch.setattr(coffre, "resceller", casse)
    with pytest.raises(KeyboardInterrupt):
        rescellement.resceller(1)
    monkeypatch.undo()
    assert rescellement.resceller().rescelles == len(attendu) - 3
    avec(NOUVELLE)
    assert en_clair() == attendu


def test_what_somebody_else_writes_meanwhile_is_left_to_them(monde, avec, monkeypatch):
    avec(ANCIENNE)
    sceller_partout(monde)
    avec(NOUVELLE, ANCIENNE)
    vrai = coffre.resceller

    def entre_deux(texte: str) -> str:
        neuf = vrai(texte)
        Enfant.update(champs.poser(monde.noe, champs.champ("enfant", "medecin"), "Dr Blanc")).where(
            Enfant.id == monde.noe.id
        ).execute()
        return neuf

    monkeypatch.setattr(coffre, "resceller", entre_deux)
    rescellement.resceller()
    avec(NOUVELLE)
    assert champs.ouvrir(monde.noe.sante) == {"medecin": "Dr Blanc"}
    assert list(rescellement.illisibles()) == []


def test_what_no_key_opens_is_left_and_told(app, monde, avec):
    avec(ANCIENNE)
    attendu = sceller_partout(monde)
    avec(NOUVELLE)
    assert rescellement.resceller() == rescellement.Bilan(0, len(attendu))
    perdues = [r for r in verifier() if r.invariant == "Scellés"]
    assert perdues and any("enfant.sante" in r.phrase for r in perdues)
    assert Modification.select().count() == 3
    sortie = app.test_cli_runner().invoke(args=["resceller"])
    assert (sortie.exit_code, "aucune clé n’ouvre" in sortie.output) == (1, True)


def test_the_command_says_how_many(app, monde, avec):
    avec(ANCIENNE)
    attendu = sceller_partout(monde)
    avec(NOUVELLE, ANCIENNE)
    sortie = app.test_cli_runner().invoke(args=["resceller"])
    assert f"{len(attendu)} valeur(s) scellée(s) avec la première clé." in sortie.output

"""Writing what was announced: families, adults, children. Again without doubling; the portal knows better."""

import pytest

import workflows as w
from models import (
    Abonnement,
    Affectation,
    Compte,
    Courriel,
    Demande,
    Enfant,
    Evenement,
    Famille,
    Importation,
    LienParental,
    Modification,
    Responsable,
)
from portail import clock
from portail.domain import champs, guichet, importation, importation_ecriture
from portail.domain.importation_fichiers import Fichier
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.actes import empreinte
from tests.importation.conftest import dits, envoyer, importer, rapport, requetes

FAMILLES = "code_abonne;nom\n200;Léger\n"
ADULTES = "code_abonne;nom;prenom;email;telephone;iban;quotient\n"
ANA = "200;Léger;Ana;ana@example.org;0639981234;FR7630006000011234567890189;642,5\n"
ENFANTS = "code_abonne;nom;prenom;naissance;ecole;allergies;image\n"
ZOE = "200;Léger;Zoé;14/03/2018;groupe scolaire JEAN-ZAY;Arachide;oui\n"
TOUT = {"familles.csv": FAMILLES, "adultes.csv": ADULTES + ANA, "enfants.csv": ENFANTS + ZOE}
CLAIRE = "code_abonne;nom;prenom;telephone\n104582;Moreau;Claire;{}\n"


@pytest.fixture
def claire(monde) -> Responsable:
    Responsable.update(telephone="02 61 91 40 12").where(Responsable.id == monde.adulte_claire.id).execute()
    return monde.adulte_claire


def telephone(adulte: Responsable) -> str:
    return Responsable.get_by_id(adulte.id).telephone


# ——— what is written ———


def test_a_family_comes_with_its_adults_its_children_their_rights_health_and_bank_sealed(monde):
    faite = importer(monde.gestionnaire, TOUT)
    famille = Famille.get(Famille.code_abonne == "200")
    (ana,), (zoe,) = list(famille.responsables), list(famille.enfants)
    assert (famille.nom, famille.recherche) == ("Léger", "leger")
    assert (ana.telephone, ana.quotient, ana.rang) == ("06 39 98 12 34", 64250, 1)
    assert "FR76" not in ana.banque and champs.ouvrir(ana.banque)["iban"] == "FR7630006000011234567890189"
    assert (zoe.recherche, zoe.ecole, zoe.image, zoe.baignade) == (
        "zoe leger",
        monde.cantine.lieu,
        True,
        None,
    )
    assert "Arachide" not in zoe.sante and champs.ouvrir(zoe.sante) == {"allergies": "Arachide"}
    assert [(lien.responsable, lien.droit) for lien in zoe.liens] == [(ana, "plein")]
    actes = [
        (e.auteur, e.acte, e.objet, e.vers)
        for e in Evenement.select()
        .where(Evenement.objet.in_(("importation", "famille")))
        .order_by(Evenement.id)
    ]
    assert actes == [
        (monde.gestionnaire, "deposer", "importation", ""),
        (None, w.CONTROLER, "importation", w.PRETE),
        (monde.gestionnaire, w.LANCER, "importation", w.LANCEE),
        (monde.gestionnaire, "reprendre", "famille", ""),
        (None, w.IMPORTER, "importation", w.IMPORTEE),
    ]
    assert (faite.fichiers, faite.finie_le) == (None, clock.maintenant())


def dossier() -> list[list[dict]]:
    """All that the files are about, as it stands."""
    return [list(t.select().order_by(t.id).dicts()) for t in (Famille, Responsable, Enfant, LienParental)]


def test_the_same_again_changes_nothing_in_capitals_either_and_an_empty_cell_erases_nothing(monde):
    importer(monde.gestionnaire, TOUT)
    avant = dossier()
    capitales = {
        nom: texte.replace("Ana", "ANA").replace("Léger", "LÉGER").replace("Arachide", "")
        for nom, texte in TOUT.items()
    }
    for fichiers in (TOUT, capitales):
        prete = importer(monde.gestionnaire, fichiers)
        assert not rapport(prete).ecrit and rapport(prete).total("inchange") == 3
    assert dossier() == avant


def test_a_changed_phone_is_shown_then_written_journalled_and_told_to_the_family(monde, claire):
    prete = envoyer(monde.gestionnaire, {"adultes.csv": CLAIRE.format("0639981234")})
    (dit,) = rapport(prete).de("change")
    assert dit.quoi == "Claire Moreau, famille 104582 : téléphone, 02 61 91 40 12 → 06 39 98 12 34"
    assert telephone(claire) == "02 61 91 40 12"
    importation.lancer(monde.gestionnaire, prete.id, prete.marque)
    importation.servir()
    assert telephone(claire) == "06 39 98 12 34"
    ligne = Evenement.get(Evenement.acte == "mise_a_jour_import")
    assert (ligne.objet, ligne.objet_id, ligne.detail) == ("responsable", claire.id, "Téléphone")
    assert (ligne.auteur, ligne.famille) == (monde.gestionnaire, monde.moreau)
    assert "Claire Moreau, téléphone" in Courriel.get(Courriel.destinataire == "famille@example.org").corps


def test_by_the_identifier_of_the_other_software_somebody_keeps_their_sheet_under_another_name(monde):
    adultes = "identifiant;code_abonne;nom;prenom\nA7;104582;{};Claire\n"
    importer(monde.gestionnaire, {"adultes.csv": adultes.format("Moreau")})
    importer(monde.gestionnaire, {"adultes.csv": adultes.format("Moreau-Petit")})
    claire = Responsable.get_by_id(monde.adulte_claire.id)
    assert (claire.nom, claire.identifiant) == ("Moreau-Petit", "A7")
    assert monde.moreau.responsables.count() == 2
    ailleurs = envoyer(
        monde.gestionnaire, {"adultes.csv": "identifiant;code;nom;prenom\nA7;104583;Moreau;Claire\n"}
    )
    assert "A7 est déjà Claire Moreau-Petit, famille 104582" in dits(ailleurs, "erreur")[0]


def test_rights_may_be_said_and_those_that_stand_are_left_to_the_counter(monde):
    julien = LienParental.responsable == monde.adulte_julien.id
    LienParental.delete().where(julien, LienParental.enfant == monde.lea.id).execute()
    texte = "code;nom;prenom;naissance;droits\n104582;Moreau;Léa;14/03/2018;{}\n"
    faite = importer(
        monde.gestionnaire,
        {"enfants.csv": texte.format("Claire Moreau : information | Julien Moreau : retrait")},
    )
    droits = {lien.responsable.prenom: lien.droit for lien in monde.lea.liens}
    assert droits == {"Claire": "plein", "Julien": "retrait"}
    assert "Claire Moreau a le droit « plein » : il reste" in dits(faite, "avertissement")[0]
    fausse = envoyer(monde.gestionnaire, {"enfants.csv": texte.format("Paulo Da Silva : plein")})
    assert "« Paulo Da Silva » n’est pas un adulte du dossier 104582" in dits(fausse, "erreur")[0]


# ——— what the portal knows better ———


def accorder(monde, adulte: Responsable, apres: str) -> None:
    """The family asked for this telephone, and the town granted it."""
    demande = Demande.create(
        famille=monde.moreau, auteur=monde.claire, nature=w.NATURE_DOSSIER, deposee_le=clock.maintenant()
    )
    Modification.create(
        demande=demande, objet="responsable", objet_id=adulte.id, champ="telephone",
        avant=adulte.telephone, apres=apres, statut=w.APPLIQUEE,
    )  # fmt: skip
    Responsable.update(telephone=apres).where(Responsable.id == adulte.id).execute()


def saisir(monde, adulte: Responsable, apres: str) -> None:
    repere = guichet.marquer(Responsable.get_by_id(adulte.id), "base")
    guichet.saisir(
        monde.sophie, monde.moreau.id, "responsable", adulte.id, "base", {"telephone": apres}, repere
    )


@pytest.mark.parametrize(("changer", "qui"), [(accorder, "la famille"), (saisir, "un agent")])
def test_what_was_changed_on_the_portal_stays_unless_the_file_is_said_to_win(monde, claire, changer, qui):
    importer(monde.gestionnaire, {"adultes.csv": CLAIRE.format("06 39 98 00 01")})
    changer(monde, claire, "06 39 98 00 02")
    fichier = {"adultes.csv": CLAIRE.format("06 39 98 00 03")}
    prete = envoyer(monde.gestionnaire, fichier)
    assert dits(prete) == [
        f"adultes.csv, ligne 2, colonne telephone : {qui} a changé cette donnée sur le portail"
        " (« 06 39 98 00 02 ») : elle reste. Pour que le fichier l’emporte,"
        " cochez-le en envoyant les fichiers."
    ]
    assert not rapport(prete).ecrit
    importer(monde.gestionnaire, fichier, ecraser=True)
    assert telephone(claire) == "06 39 98 00 03"
    importer(monde.gestionnaire, {"adultes.csv": CLAIRE.format("06 39 98 00 04")})
    assert telephone(claire) == "06 39 98 00 04", "what an import wrote, the next one may change"


def test_nobody_changes_their_own_family_by_a_file(monde, claire):
    Abonnement.create(
        compte=monde.gestionnaire, famille=monde.moreau, statut=w.RESILIE, cree_le=clock.maintenant()
    )
    fichiers = {
        "adultes.csv": CLAIRE.format("06 39 98 00 01") + "104582;Moreau;Zita;\n",
        "reservations.csv": "code;nom;prenom;activite;jour\n104582;Moreau;Léa;Cantine;07/12/2026\n",
    }
    prete = envoyer(monde.gestionnaire, fichiers)
    assert [("un autre agent doit s’en occuper" in d) for d in dits(prete)] == [True, True, True]
    assert not rapport(prete).ecrit and rapport(prete).total("inchange") == 3


def test_nor_by_the_file_of_a_colleague(monde, claire):
    """Whoever has it written answers for it: what is said of their own family is left aside, and shown."""
    Compte.update(role="gestionnaire").where(Compte.id == monde.marc.id).execute()
    autre = Compte.get_by_id(monde.marc.id)
    Abonnement.create(compte=autre, famille=monde.moreau, statut=w.ACTIF, cree_le=clock.maintenant())
    prete = envoyer(monde.gestionnaire, {"adultes.csv": CLAIRE.format("06 39 98 00 01")})
    importation.lancer(autre, prete.id, prete.marque)
    importation.servir()
    relue = Importation.get_by_id(prete.id)
    assert (relue.statut, telephone(claire)) == (w.PRETE, "02 61 91 40 12")
    assert "un autre agent doit s’en occuper" in dits(relue)[0]


def test_a_file_that_was_merged_into_another_is_written_no_more(monde):
    """Its number is still in the town's other software: nothing comes back to life in it."""
    Famille.create(
        code_abonne="104599",
        nom="Moreau",
        recherche="moreau",
        cree_le=clock.maintenant(),
        fusionnee_dans=monde.moreau,
    )
    fichiers = {
        "familles.csv": "code_abonne;nom\n104599;Moreau\n",
        "enfants.csv": ENFANTS + ZOE.replace("200", "104599"),
    }
    refusee = envoyer(monde.gestionnaire, fichiers)
    assert refusee.statut == w.A_CORRIGER
    assert [("réuni au dossier 104582" in d) for d in dits(refusee)] == [True, True]


# ——— who may ———


@pytest.mark.parametrize("qui", ["claire", "sophie", "animateur", "gestionnaire"])
def test_nobody_else_imports_nor_somebody_limited_to_some_places(monde, qui):
    prete = envoyer(None, {"familles.csv": FAMILLES})
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    avant, compte = empreinte(), getattr(monde, qui)
    for acte in (
        lambda: importation.deposer(compte, [Fichier("familles.csv", b"code;nom\n1;A")]),
        lambda: importation.lancer(compte, prete.id, prete.marque),
        lambda: importation.abandonner(compte, prete.id),
    ):
        with pytest.raises(Introuvable if qui == "gestionnaire" else Interdit):
            acte()
    assert empreinte() == avant


def test_what_is_too_much_is_refused_beside_the_field(monde):
    avant = empreinte()
    for fichiers in ([], [Fichier("a.csv", b"x")] * 13, [Fichier("a.csv", b"x" * 20_000_001)]):
        with pytest.raises(Refus) as refus:
            importation.deposer(monde.gestionnaire, fichiers)
        assert refus.value.champ == "fichiers"
    with pytest.raises(Introuvable):
        importation.lancer(monde.gestionnaire, 999_999, "")
    assert empreinte() == avant


# ——— all, or nothing; one at a time; what was announced ———


def test_one_wrong_line_and_nothing_is_written(monde):
    avant = Famille.select().count(), Responsable.select().count()
    fichiers = {"familles.csv": FAMILLES + "201;Roux\n", "adultes.csv": ADULTES + ANA + "999;Roux;Luc;;;;\n"}
    prete = envoyer(monde.gestionnaire, fichiers)
    assert (prete.statut, dits(prete, "erreur")) == (
        w.A_CORRIGER,
        [
            "adultes.csv, ligne 3, colonne code_abonne : aucune famille n’a le code 999,"
            " ni dans les fichiers, ni dans le portail."
        ],
    )  # fmt: skip
    with pytest.raises(DejaChange):
        importation.lancer(monde.gestionnaire, prete.id, prete.marque)
    assert (Famille.select().count(), Responsable.select().count()) == avant


@pytest.mark.parametrize(
    ("fichiers", "phrase"),
    [
        ({"familles.csv": FAMILLES + "200;Roux\n"}, "ligne 3, colonne code_abonne : le code 200 est déjà à"),
        ({**TOUT, "adultes.csv": ADULTES + ANA + ANA}, "ligne 3, colonne nom : Ana Léger est déjà"),
        ({**TOUT, "enfants.csv": ENFANTS + ZOE + ZOE}, "ligne 3, colonne nom : Zoé Léger est déjà"),
        (
            {"enfants.csv": "code;nom;prenom;naissance\n104582;Moreau;Léa;15/03/2018\n"},
            "ligne 2, colonne naissance : un enfant de ce nom, né le 14/03/2018, est déjà au dossier",
        ),
        (
            {"enfants.csv": "code;nom;prenom;naissance;ecole\n104582;Moreau;Léa;14/03/2018;Nulle part\n"},
            "colonne ecole : « Nulle part » n’est pas un lieu du portail.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_clear_line(monde, fichiers, phrase):
    prete = envoyer(monde.gestionnaire, fichiers)
    assert [phrase in dit for dit in dits(prete, "erreur")] == [True], dits(prete)


def test_should_the_portal_have_changed_since_the_report_is_to_be_read_again(monde, claire):
    prete = envoyer(monde.gestionnaire, {"adultes.csv": CLAIRE.format("06 39 98 00 01")})
    with pytest.raises(DejaChange):
        importation.lancer(monde.gestionnaire, prete.id, "another report")
    saisir(monde, claire, "06 39 98 00 02")
    importation.lancer(monde.gestionnaire, prete.id, prete.marque)
    importation.servir()
    relue = Importation.get_by_id(prete.id)
    assert (relue.statut, telephone(claire)) == (w.PRETE, "06 39 98 00 02")
    assert relue.marque != prete.marque and "un agent a changé" in dits(relue)[0]


def test_launched_twice_it_is_done_once_and_given_up_too_late_it_is_said(monde):
    prete = envoyer(monde.gestionnaire, TOUT)
    importation.lancer(monde.gestionnaire, prete.id, prete.marque)
    importation.lancer(monde.gestionnaire, prete.id, prete.marque)
    assert (importation.servir(), importation.servir()) == (True, False)
    importation.lancer(monde.gestionnaire, prete.id, prete.marque)
    with pytest.raises(DejaChange):
        importation.abandonner(monde.gestionnaire, prete.id)
    assert Famille.select().where(Famille.code_abonne == "200").count() == 1


def test_given_up_nothing_of_it_is_kept(monde):
    prete = envoyer(monde.gestionnaire, TOUT)
    importation.abandonner(monde.gestionnaire, prete.id)
    finie = importation.abandonner(monde.gestionnaire, prete.id)
    assert (finie.statut, finie.fichiers, finie.rapport) == (w.ABANDONNEE, None, None)
    assert not importation.servir()


def test_of_two_imports_one_waits_for_the_other_and_for_no_longer_than_its_lease(monde):
    importation.deposer(monde.gestionnaire, [Fichier("familles.csv", FAMILLES.encode())])
    seconde = importation.deposer(None, [Fichier("familles.csv", FAMILLES.encode())])
    prise = importation.prendre_un_tour()
    assert prise is not None
    assert importation.prendre_un_tour() is importation.prendre_un_tour(seconde.id) is None
    importation.traiter(prise)
    assert importation.prendre_un_tour().id == seconde.id
    with clock.figer(clock.maintenant() + importation.BAIL * 2):
        assert importation.prendre_un_tour().id == seconde.id, "whoever was at it died"


def test_a_failure_in_the_middle_writes_nothing_and_another_begins_again(monde, monkeypatch):
    prete = envoyer(monde.gestionnaire, TOUT)
    importation.lancer(monde.gestionnaire, prete.id, prete.marque)
    avant = empreinte()
    with monkeypatch.context() as panne:
        panne.setattr(importation_ecriture, "_changements", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            importation.servir()
    assert not Famille.select().where(Famille.code_abonne == "200").exists()
    assert (Importation.get_by_id(prete.id).statut, empreinte()) == (w.LANCEE, avant)
    assert not importation.servir(), "its lease goes on"
    with clock.figer(clock.maintenant() + importation.BAIL * 2):
        assert importation.servir()
    assert Importation.get_by_id(prete.id).statut == w.IMPORTEE


def test_what_fails_again_and_again_is_told_and_lets_the_others_pass(monde, monkeypatch):
    prete = envoyer(monde.gestionnaire, TOUT)
    importation.lancer(monde.gestionnaire, prete.id, prete.marque)
    instant = clock.maintenant()
    monkeypatch.setattr(importation_ecriture, "_changements", lambda *_: 1 / 0)
    for essai in range(1, importation.ESSAIS_MAX + 1):
        with clock.figer(instant + importation.BAIL * 2 * essai), pytest.raises(ZeroDivisionError):
            importation.servir()
    with clock.figer(instant + importation.BAIL * 20):
        assert not importation.servir()
    relue = Importation.get_by_id(prete.id)
    assert relue.statut == w.A_CORRIGER and "n’est pas venu à bout" in dits(relue)[0]


def test_after_a_month_files_and_reports_are_thrown_away(monde):
    oubliee, faite = envoyer(monde.gestionnaire, TOUT), importer(monde.gestionnaire, TOUT)
    importation.faire_le_menage()
    assert Importation.get_by_id(oubliee.id).fichiers
    with clock.figer(clock.maintenant() + importation.GARDE + importation.BAIL):
        importation.faire_le_menage()
    for ident, statut in ((oubliee.id, w.ABANDONNEE), (faite.id, w.IMPORTEE)):
        relue = Importation.get_by_id(ident)
        assert (relue.statut, relue.fichiers, relue.rapport) == (statut, None, None)


def test_the_account_that_an_adult_is_by_the_address_stays_theirs_under_another_address(monde, claire):
    texte = "code;nom;prenom;email\n104582;Moreau;Claire;claire.moreau@example.net\n"
    importer(monde.gestionnaire, {"adultes.csv": texte})
    assert Abonnement.get(Abonnement.compte == monde.claire).responsable == claire


def test_many_changed_sheets_are_written_journalled_and_told_in_as_many_statements_as_few(monde, monkeypatch):
    """As every year the quotients of all the families: each account is told once."""
    for n in range(40):
        Responsable.create(famille=monde.moreau, prenom="Ana", nom=f"Moreau{'x' * n}")
    entetes = "code;nom;prenom;quotient\n"
    noms = [a.nom for a in monde.moreau.responsables if a.prenom == "Ana"]
    combien = []
    for choisis, quotient in ((noms[:1], 100), (noms, 200)):
        prete = envoyer(
            monde.gestionnaire,
            {"adultes.csv": entetes + "".join(f"104582;{nom};Ana;{quotient}\n" for nom in choisis)},
        )
        importation.lancer(monde.gestionnaire, prete.id, prete.marque)
        with requetes(monkeypatch) as faites:
            assert importation.servir()
        combien.append(len(faites))
    assert combien[1] <= combien[0] + 1
    assert Responsable.select().where(Responsable.quotient == 20_000).count() == 40

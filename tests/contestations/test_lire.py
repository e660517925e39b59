"""What is contested, as the family reads it, and as nobody else does."""

import json

import pytest

import workflows as w
from models import Contestation, Facture, LigneDeFacture
from portail.domain import contestations, demandes, mes_donnees, moderation
from portail.domain import droits as les_droits
from portail.domain import lecture_demandes as lecture
from portail.domain.filtres_demandes import Filtres
from portail.domain.lecture_demandes import Feuille
from tests.actes import demander, lignes
from tests.factures import facture
from tests.html import lire, mots
from tests.monde import HIER, LUNDI

MOTIF = "Le prix est celui de la délibération"


def feuille(monde, compte=None, **filtres) -> Feuille:
    lue = lecture.feuilleter(compte or monde.claire, monde.moreau, Filtres(**filtres))
    assert lue is not None
    return lue


def titres(monde, compte=None, **filtres) -> list[tuple[str, str]]:
    return [(d.titre, d.quand) for d in feuille(monde, compte, **filtres).demandes]


def test_the_list_names_the_invoice_and_what_is_contested(monde, emise, contester):
    contester()
    contester(1, 2)
    assert [(t, mots_sans_insecables(q)) for t, q in titres(monde)] == [
        (f"Contestation : facture n° {emise.numero}", "2 lignes, 3,96 €"),
        (f"Contestation : facture n° {emise.numero}", "Léa, Cantine, lundi 30 novembre : 3,45 €"),
    ]


def mots_sans_insecables(texte: str) -> str:
    return texte.replace("\N{NO-BREAK SPACE}", " ")


def test_it_is_found_by_its_nature_its_child_its_state(monde, contester):
    demande = contester(0, 1)
    demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    assert len(titres(monde)) == 2
    assert len(titres(monde, nature=w.NATURE_CONTESTATION)) == 1
    for enfant, combien in ((monde.lea, 2), (monde.noe, 1), (monde.ines, 0)):
        assert len(titres(monde, enfants=frozenset({enfant.id}))) == combien
    moderation.accepter(monde.sophie, demande.id, [lignes(demande)[0].id])
    moderation.refuser(monde.sophie, demande.id, MOTIF)
    assert len(titres(monde, etat=w.ACCEPTEE_EN_PARTIE)) == 1
    assert feuille(monde).comptes[w.EN_ATTENTE] == 1


def test_who_does_not_read_the_invoice_reads_nothing_of_it(monde, julien):
    cantine = monde.seance(monde.cantine, HIER)
    a_part = facture(monde.adulte_claire, [(monde.lea, cantine, 345)], foyer=False)
    demande = contestations.contester(monde.claire, monde.moreau, a_part.lignes.get().id, [], "Non.")
    assert len(titres(monde)) == 1
    assert (titres(monde, julien), feuille(monde, julien).comptes[""]) == ([], 0)
    assert lecture.lire(les_droits.regard(julien, monde.moreau), demande.id) is None


def test_the_other_adult_of_the_household_reads_it_and_who_asked(monde, julien, contester):
    contester()
    (vue,) = feuille(monde, julien).demandes
    assert (vue.par, vue.annulable) == ("Claire Moreau", True)


@pytest.mark.parametrize("issue", ["acceptee", "refusee", "annulee"])
def test_the_page_tells_what_came_of_it(monde, connexion, contester, issue):
    demande = contester()
    if issue == "annulee":
        demandes.annuler_demande(monde.claire, monde.moreau, demande.id)
    elif issue == "acceptee":
        moderation.accepter(monde.sophie, demande.id)
    else:
        moderation.refuser(monde.sophie, demande.id, MOTIF)
    page = lire(connexion(monde.claire).get(f"/famille/demandes/{demande.id}").text)
    ligne = mots(page.select_one("tbody tr"))
    avoir = Facture.get_or_none(Facture.total < 0)
    dits = {
        "acceptee": f"Acceptée Avoir n° {avoir and avoir.numero} : 3,45 €",
        "refusee": f"Refusée Motif : {MOTIF}",
        "annulee": "Annulée",
    }
    assert ligne == f"Léa, Cantine, lundi 30 novembre : 3,45 € {dits[issue]}"
    assert "Annuler ma demande" not in page.text


def test_it_is_on_the_home_of_the_family(monde, connexion, contester):
    client = connexion(monde.claire)
    contester()
    assert "1 demande attend une réponse" in mots(lire(client.get("/famille").text).main)
    moderation.repondre_a_la_selection(monde.sophie, [contestee().demande_id], w.ACCEPTER)
    assert "Contestation : facture n°" in mots(lire(client.get("/famille").text).main)


def contestee():
    return Contestation.get().ligne


def test_it_is_among_my_data_for_who_reads_the_invoice_only(monde, julien, connexion, contester):
    contester()
    a_part = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, LUNDI), 199)], foyer=False)
    contestations.contester(monde.claire, monde.moreau, a_part.lignes.get().id, [], "Secret.")
    for compte, dits in (
        (monde.claire, {"Secret.", "Léa n’était pas là."}),
        (julien, {"Léa n’était pas là."}),
    ):
        lues = json.loads(json.dumps(mes_donnees.rassembler(compte), default=mes_donnees.en_json))
        (famille,) = lues["familles"]
        assert {c["dit"] for d in famille["demandes"] for c in d["contestations"]} == dits
    page = mots(lire(connexion(monde.claire).get("/mon-espace/donnees").text).main)
    assert "Léa, Cantine, lundi 30 novembre : 3,45 € : En attente. « Léa n’était pas là. »" in page


def test_of_a_month_it_says_which(monde):
    emise = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 345)])
    au_mois = LigneDeFacture.create(
        facture=emise,
        rang=2,
        cle="m:2026-11:1:1:1",
        genre="mois",
        enfant=monde.lea,
        activite=monde.soir,
        jour=emise.mois,
        libelle="Léa, Accueil du soir",
        explication="12,00 € le mois.",
        montant=1200,
    )
    contestations.contester(monde.claire, monde.moreau, au_mois.id, [], "Léa n’y va pas.")
    ((_, quand),) = titres(monde)
    assert mots_sans_insecables(quand) == "Léa, Accueil du soir, novembre 2026 : 12,00 €"

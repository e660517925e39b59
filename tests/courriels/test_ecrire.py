"""The outbox, written in the act: to whom, what, once."""

import datetime as dt
import threading

import pytest
from peewee import IntegrityError

import workflows as w
from models import Abonnement, Compte, Courriel, Demande, db, write_transaction
from portail import clock
from portail.domain import courriels, courriels_de_reponse
from portail.domain.courriels import LigneDite
from tests.actes import abonner
from tests.monde import MAINTENANT

pytestmark = pytest.mark.usefixtures("app")  # says the address of the portal

LEA = "Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 : réservation"
NOE = "Noé, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 : réservation"


@pytest.fixture
def demande(monde):
    return une_autre(monde)


def une_autre(monde, auteur=None) -> Demande:
    return Demande.create(
        famille=monde.moreau,
        auteur=auteur or monde.claire,
        nature=w.NATURE_RESERVATION,
        deposee_le=MAINTENANT,
    )


def accuser(demande, compte, *lignes):
    with write_transaction():
        courriels.accuser_reception(demande, compte, lambda _: list(lignes))


def ecrits() -> list[Courriel]:
    return list(Courriel.select().order_by(Courriel.id))


def test_the_acknowledgement_says_what_when_who_and_what_comes_next(monde, demande):
    accuser(demande, monde.claire, LEA)
    (courriel,) = ecrits()
    assert courriel.destinataire == "famille@example.org"
    assert courriel.sujet == "Votre demande est bien arrivée"
    assert (courriel.famille_id, courriel.demande_id) == (monde.moreau.id, demande.id)
    for mots in (
        "Bonjour Claire,",
        f"– {LEA} (demande n° 2026-{demande.id})",
        "Nous avons bien reçu ce que vous avez demandé le mardi 1er décembre à 10 h",
        "Ce qui est en attente sera examiné par un agent",
        "http://localhost/famille/demandes",
        "Guichet Familles, 02 61 91 40 40",
        "Saint-Alban-sur-Loire",
    ):
        assert mots in courriel.corps


def test_clicks_close_to_each_other_make_one_mail(monde, demande):
    accuser(demande, monde.claire, LEA)
    suivante = une_autre(monde)
    with clock.figer(MAINTENANT + dt.timedelta(seconds=30)):
        accuser(suivante, monde.claire, NOE)
    (courriel,) = ecrits()
    assert (
        courriel.corps.index(LEA) < courriel.corps.index(NOE) < courriel.corps.index("Ce qui est en attente")
    )
    assert courriel.prochain_essai == MAINTENANT + courriels.GROUPAGE


def test_the_acknowledgement_leaves_within_the_minute(monde, demande):
    accuser(demande, monde.claire, LEA)
    assert ecrits()[0].prochain_essai - MAINTENANT < dt.timedelta(minutes=1)


@pytest.mark.parametrize("changement", [{"essais": 1}, {"statut": "envoye"}])
def test_a_mail_already_taken_changes_no_more(monde, demande, changement):
    accuser(demande, monde.claire, LEA)
    Courriel.update(changement).execute()
    accuser(une_autre(monde), monde.claire, NOE)
    premier, second = ecrits()
    assert NOE not in premier.corps
    assert NOE in second.corps


def test_simultaneous_clicks_lose_no_line(monde, demande):
    accuser(demande, monde.claire, LEA)
    demandes = [une_autre(monde) for _ in range(8)]
    claire = monde.claire
    depart = threading.Barrier(8)

    def cliquer(demande):
        depart.wait()
        try:
            accuser(demande, claire, NOE)
        finally:
            db.close()

    fils = [threading.Thread(target=cliquer, args=(d,)) for d in demandes]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    tout = "".join(courriel.corps for courriel in ecrits())
    assert [tout.count(f"(demande n° {d.numero})") for d in demandes] == [1] * 8


def test_both_parents_are_told_and_nobody_else(monde, demande):
    pere = abonner(monde.moreau, "pere@example.org")
    abonner(monde.moreau, "ancien@example.org", statut=w.RESILIE)
    abonner(monde.moreau, "bientot@example.org", statut=w.ATTENTE_RECONNEXION)
    abonner(monde.moreau, "ferme@example.org", actif=False)
    accuser(demande, monde.claire, LEA)
    assert [c.destinataire for c in ecrits()] == ["famille@example.org", pere.email]
    assert ["vous avez demandé" in c.corps for c in ecrits()] == [True, False]
    assert ["Claire Moreau a demandé" in c.corps for c in ecrits()] == [False, True]


def refuser_les_accuses(compte, oui=True):
    Abonnement.update(sans_accuses_des_autres=oui).where(Abonnement.compte == compte).execute()


def test_a_parent_may_do_without_what_the_other_asks_and_never_without_ones_own(monde, demande):
    pere = abonner(monde.moreau, "pere@example.org")
    refuser_les_accuses(pere)
    accuser(demande, monde.claire, LEA)
    assert [c.destinataire for c in ecrits()] == ["famille@example.org"]
    accuser(une_autre(monde, pere), pere, NOE)
    assert [c.destinataire for c in ecrits()] == ["famille@example.org", "famille@example.org", pere.email]


def test_what_the_town_asks_for_the_family_is_acknowledged_to_all(monde, demande):
    refuser_les_accuses(monde.claire)
    accuser(une_autre(monde, monde.sophie), monde.sophie, LEA)
    assert [c.destinataire for c in ecrits()] == ["famille@example.org"]


def test_the_answer_comes_to_whoever_does_without_acknowledgements(monde, demande):
    refuser_les_accuses(monde.claire)
    with write_transaction():
        courriels_de_reponse.annoncer_reponse(demande, lambda _: [LigneDite(LEA, w.ACCEPTEE)])
    assert [c.destinataire for c in ecrits()] == ["famille@example.org"]


def test_a_name_that_begins_with_a_vowel_is_said_as_it_is_spoken(monde, demande):
    abonner(monde.moreau, "pere@example.org")
    Compte.update(prenom="Estelle").where(Compte.id == monde.claire.id).execute()
    accuser(demande, Compte.get_by_id(monde.claire.id), LEA)
    assert "Nous avons bien reçu ce qu’Estelle Moreau a demandé" in ecrits()[1].corps


def test_what_one_parent_asks_is_not_mixed_with_what_the_other_asks(monde, demande):
    pere = abonner(monde.moreau, "pere@example.org")
    accuser(demande, monde.claire, LEA)
    accuser(une_autre(monde, pere), pere, NOE)
    assert len(ecrits()) == 4
    assert all((LEA in c.corps) != (NOE in c.corps) for c in ecrits())


def test_what_is_asked_for_one_family_is_not_told_in_the_mail_of_another(monde, demande):
    Abonnement.create(compte=monde.claire, famille=monde.dasilva, statut=w.ACTIF, cree_le=MAINTENANT)
    accuser(demande, monde.claire, LEA)
    autre = Demande.create(
        famille=monde.dasilva, auteur=monde.claire, nature=w.NATURE_RESERVATION, deposee_le=MAINTENANT
    )

    accuser(autre, monde.claire, "Tomás, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 : réservation")

    a_claire = Courriel.select().where(Courriel.destinataire == monde.claire.email).order_by(Courriel.id)
    assert [(c.famille, "Tomás" in c.corps) for c in a_claire] == [
        (monde.moreau, False),
        (monde.dasilva, True),
    ]


def test_the_answer_says_each_line_and_each_reason(monde, demande):
    lignes = [
        LigneDite("Léa, Cantine, lundi 7 décembre", w.ACCEPTEE),
        LigneDite("Noé, Cantine, lundi 7 décembre", w.REFUSEE, "Dossier sanitaire\r\nincomplet"),
        LigneDite("Inès, Cantine, lundi 7 décembre", w.LISTE_ATTENTE),
    ]
    with write_transaction():
        courriels_de_reponse.annoncer_reponse(demande, lambda _: lignes)
    (courriel,) = ecrits()
    assert courriel.sujet == f"Réponse à votre demande (n° 2026-{demande.id})"
    for mots in (
        "– Léa, Cantine, lundi 7 décembre : demande acceptée",
        "– Noé, Cantine, lundi 7 décembre : demande refusée\n  Motif : Dossier sanitaire incomplet",
        "en liste d’attente",
        "dès qu’une place se libère",
        "http://localhost/famille/planning",
        "02 61 91 40 40",
    ):
        assert mots in courriel.corps


@pytest.mark.parametrize(
    ("issues", "sujet"),
    [
        ([w.ACCEPTEE, w.ACCEPTEE], "Votre demande est acceptée"),
        ([w.REFUSEE], "Votre demande est refusée"),
        ([w.LISTE_ATTENTE], "Votre enfant est en liste d’attente"),
        ([w.ACCEPTEE, w.REFUSEE], "Réponse à votre demande"),
    ],
)
def test_the_subject_already_tells_the_answer(monde, demande, issues, sujet):
    with write_transaction():
        courriels_de_reponse.annoncer_reponse(
            demande, lambda _: [LigneDite("Léa", issue, "Complet") for issue in issues]
        )
    assert ecrits()[0].sujet.startswith(sujet)


def test_a_promotion_is_told_once(monde):
    for _ in range(2):
        with write_transaction():
            courriels.annoncer_promotion(
                monde.moreau, [(monde.lea.id, "Léa, Cantine, lundi 7 décembre")], "promotion:12"
            )
    (courriel,) = ecrits()
    assert courriel.sujet == "Une place s’est libérée"
    assert "– Léa, Cantine, lundi 7 décembre : réservé" in courriel.corps


def test_another_fault_than_the_key_is_not_swallowed(monde):
    with pytest.raises(IntegrityError), write_transaction():
        courriels.ecrire(cle="x", destinataire="a@b.fr", sujet="s", corps="c", famille_id=999_999)


def test_nothing_is_written_outside_the_acts_transaction(monde):
    with pytest.raises(RuntimeError):
        courriels.ecrire(cle="x", destinataire="a@b.fr", sujet="s", corps="c")


def test_an_act_undone_takes_its_mail_with_it(monde, demande):
    with pytest.raises(ZeroDivisionError), write_transaction():
        courriels.accuser_reception(demande, monde.claire, lambda _: [LEA])
        raise ZeroDivisionError
    assert not ecrits()


def test_no_link_leads_anywhere_but_to_us(monde, demande):
    accuser(demande, monde.claire, LEA)
    with write_transaction():
        courriels_de_reponse.annoncer_reponse(demande, lambda _: [LigneDite("Léa", w.ACCEPTEE)])
        courriels.annoncer_promotion(monde.moreau, [(monde.lea.id, "Léa")], "promotion:1")
    for courriel in ecrits():
        liens = [mot for mot in courriel.corps.split() if "://" in mot]
        assert liens
        assert all(lien.startswith("http://localhost/") for lien in liens)


def test_a_name_with_a_line_break_makes_no_header(monde, demande):
    Compte.update(prenom="Claire\r\nBcc: tous@evil.test").where(Compte.id == monde.claire.id).execute()
    accuser(demande, Compte.get_by_id(monde.claire.id), LEA)
    assert "\n" not in ecrits()[0].sujet

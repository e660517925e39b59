"""An agent accepts: a line, a whole demande; a place, or the waiting list when none is left."""

import datetime as dt

import pytest

import workflows as w
from models import Calendrier, Courriel, Demande, Evenement, Preinscription, Reservation
from portail import clock
from portail.domain import moderation, planning
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.reponse import DejaRepondu
from tests.actes import abonner, absenter, demander, empreinte, lignes, places, prises, statut
from tests.monde import JEUDI, LUNDI, MAINTENANT

# ——— a booking ———


def test_a_pending_booking_gets_its_place(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))

    rendue = moderation.accepter(monde.sophie, demande.id)

    assert monde.statut(monde.lea, seance) == w.RESERVE
    assert prises(seance) == 1
    fin = Demande.get_by_id(demande.id)
    assert (fin.statut, fin.agent, fin.repondue_le) == (w.ACCEPTEE, monde.sophie, clock.maintenant())
    assert (rendue.statut, rendue.agent, rendue.repondue_le) == (fin.statut, fin.agent, fin.repondue_le)


def test_the_journal_tells_who_accepted_the_slot_the_line_and_the_demande(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    avant = Evenement.select().count()

    moderation.accepter(monde.sophie, demande.id)

    nouvelles = Evenement.select().order_by(Evenement.id).offset(avant)
    assert [(e.objet, e.acte, e.vers, e.auteur, e.famille, e.demande) for e in nouvelles] == [
        (objet, w.ACCEPTER, vers, monde.sophie, monde.moreau, demande)
        for objet, vers in (("reservation", w.RESERVE), ("ligne", w.ACCEPTEE), ("demande", w.ACCEPTEE))
    ]


def test_once_the_seance_is_full_the_child_waits_and_the_family_is_told_so(monde):
    seance = places(monde.seance(monde.cantine, LUNDI), 1)
    monde.poser(monde.tomas, seance, w.RESERVE)
    demande = demander(monde, (monde.lea, seance))

    moderation.accepter(monde.sophie, demande.id)

    reservation = Reservation.get(enfant=monde.lea)
    assert (reservation.statut, prises(seance)) == (w.LISTE_ATTENTE, 1)
    assert reservation.ordre == Evenement.get(Evenement.vers == w.LISTE_ATTENTE).id
    assert statut(demande) == w.ACCEPTEE
    courriel = Courriel.get(Courriel.cle.startswith("reponse:"))
    assert courriel.sujet == f"Votre enfant est en liste d’attente (n° {demande.numero})"
    assert "plus de place pour le moment, en liste d’attente" in courriel.corps
    assert "dès qu’une place se libère" in courriel.corps


def test_the_last_place_goes_to_the_first_child_of_the_planning_and_the_next_one_waits(monde):
    seance = places(monde.seance(monde.cantine, LUNDI), 1)
    demande = demander(monde, (monde.noe, seance), (monde.lea, seance))

    moderation.accepter(monde.sophie, demande.id)

    assert monde.statut(monde.lea, seance) == w.RESERVE
    assert monde.statut(monde.noe, seance) == w.LISTE_ATTENTE
    corps = Courriel.get(Courriel.cle.startswith("reponse:")).corps
    assert "Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 : demande acceptée" in corps
    assert "Noé, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 : plus de place" in corps


def test_a_place_held_by_a_pending_absence_is_not_free(monde):
    seance = places(monde.seance(monde.cantine, LUNDI), 1)
    absenter(monde, (monde.noe, seance))
    demande = demander(monde, (monde.lea, seance))
    moderation.accepter(monde.sophie, demande.id)
    assert monde.statut(monde.lea, seance) == w.LISTE_ATTENTE


# ——— a line, several, the whole ———


def test_one_line_is_answered_and_the_demande_goes_on_waiting_for_the_others(monde):
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    demande = demander(monde, (monde.lea, lundi), (monde.lea, jeudi))
    premiere, seconde = lignes(demande)

    moderation.accepter(monde.sophie, demande.id, [premiere.id])
    assert (statut(premiere), statut(seconde), statut(demande)) == (w.ACCEPTEE, w.EN_ATTENTE, w.EN_ATTENTE)
    assert monde.statut(monde.lea, jeudi) == w.RESERVATION_ATTENTE

    moderation.accepter(monde.marc, demande.id)
    fin = Demande.get_by_id(demande.id)
    assert (fin.statut, fin.agent) == (w.ACCEPTEE, monde.marc)
    assert [statut(ligne) for ligne in (premiere, seconde)] == [w.ACCEPTEE, w.ACCEPTEE]


def test_accepted_here_and_refused_there_is_accepted_in_part(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    premiere, seconde = lignes(demande)
    moderation.refuser(monde.sophie, demande.id, "Activité complète", [seconde.id])
    moderation.accepter(monde.sophie, demande.id, [premiere.id])
    assert statut(demande) == w.ACCEPTEE_EN_PARTIE


def test_the_whole_demande_leaves_alone_what_the_family_withdrew(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    planning.annuler(monde.claire, monde.moreau, lignes(demande)[0].id)

    moderation.accepter(monde.sophie, demande.id)

    assert monde.statut(monde.lea, seance) == w.NON_RESERVE
    assert monde.statut(monde.noe, seance) == w.RESERVE
    assert statut(demande) == w.ACCEPTEE
    corps = Courriel.get(Courriel.cle.startswith("reponse:")).corps
    assert "Noé" in corps
    assert "Léa" not in corps


@pytest.mark.parametrize("choix", [[], [10_000_000]])
def test_lines_that_are_not_of_the_demande_are_no_choice(monde, choix):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    autre = demander(monde, (monde.noe, monde.seance(monde.cantine, JEUDI)))
    for lignes_choisies in (choix, [lignes(autre)[0].id]):
        with pytest.raises(Refus, match="Choisissez au moins une ligne") as refus:
            moderation.accepter(monde.sophie, demande.id, lignes_choisies)
        assert refus.value.champ == "ligne"
    assert (statut(demande), statut(autre)) == (w.EN_ATTENTE, w.EN_ATTENTE)


# ——— already done ———


def test_an_answered_demande_is_final_and_the_second_agent_is_told_who_answered_and_when(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))
    moderation.refuser(monde.marc, demande.id, "Activité complète")
    avant = empreinte()

    with pytest.raises(DejaRepondu) as refus:
        moderation.accepter(monde.sophie, demande.id)

    assert refus.value.statut == 409
    assert refus.value.phrase == "Marc Tessier l’a refusée, mardi 1er décembre à 10 h."
    assert refus.value.demande.statut == w.REFUSEE
    assert monde.statut(monde.lea, seance) == w.NON_RESERVE
    assert empreinte() == avant


def test_a_demande_withdrawn_by_the_family_is_told_as_such(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    planning.annuler(monde.claire, monde.moreau, lignes(demande)[0].id)
    with pytest.raises(DejaRepondu, match=r"La famille l’a annulée, mardi 1er décembre à 10 h\."):
        moderation.accepter(monde.sophie, demande.id)


def test_a_demande_that_validated_by_itself_is_told_as_such(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.matin, LUNDI)))
    with pytest.raises(DejaRepondu, match="Le portail l’a acceptée, mardi 1er décembre à 10 h"):
        moderation.accepter(monde.sophie, demande.id)


@pytest.mark.parametrize(
    ("avant", "phrase"),
    [
        (
            lambda m, d, ligne: moderation.accepter(m.marc, d.id, [ligne.id]),
            "Marc Tessier a accepté cette ligne",
        ),
        (
            lambda m, d, ligne: moderation.refuser(m.marc, d.id, "Non", [ligne.id]),
            "Marc Tessier a refusé cette ligne",
        ),
        (
            lambda m, d, ligne: planning.annuler(m.claire, m.moreau, ligne.id),
            "La famille a annulé cette ligne",
        ),
    ],
    ids=["accepted", "refused", "withdrawn"],
)
def test_of_a_demande_that_still_waits_a_line_already_answered_is_told_with_who_answered_it(
    monde, avant, phrase
):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    premiere, seconde = lignes(demande)
    avant(monde, demande, premiere)

    for choix in ([premiere.id], [premiere.id, seconde.id]):
        with pytest.raises(DejaRepondu) as refus:
            moderation.accepter(monde.sophie, demande.id, choix)
        assert refus.value.phrase == f"{phrase}, mardi 1er décembre à 10 h."

    assert statut(seconde) == w.EN_ATTENTE


def test_a_line_that_validated_by_itself_beside_one_that_waits_is_told_as_such(monde):
    matin, cantine = monde.seance(monde.matin, LUNDI), monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, matin), (monde.lea, cantine))
    with pytest.raises(DejaRepondu, match="Le portail a accepté cette ligne"):
        moderation.accepter(monde.sophie, demande.id, [lignes(demande)[0].id])


# ——— the wrong moment ———


def test_past_the_familys_deadline_an_agent_may_still_accept(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))
    with clock.figer(clock.instant(LUNDI, dt.time(11, 29))):
        moderation.accepter(monde.sophie, demande.id)
    assert monde.statut(monde.lea, seance) == w.RESERVE


def _fermer(monde):
    Calendrier.create(genre="fermeture", nom="Grève", debut=LUNDI, fin=LUNDI)


def _desinscrire(monde):
    Preinscription.update(fin=LUNDI - dt.timedelta(1)).where(Preinscription.enfant == monde.lea).execute()


def _sans_inscription(monde):
    Preinscription.delete().where(Preinscription.activite == monde.cantine).execute()


@pytest.mark.parametrize(
    ("obstacle", "dit"),
    [
        (_fermer, "Grève"),
        (_desinscrire, "pré-inscription"),
        (_sans_inscription, "n’est plus inscrit"),
        (None, "passée"),
    ],
    ids=["closed day", "cut short", "no registration", "past"],
)
@pytest.mark.parametrize("acte", [moderation.accepter, moderation.mettre_en_attente])
def test_no_place_and_no_rank_is_given_against_the_rules_but_a_refusal_always_can_be(
    monde, obstacle, dit, acte
):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))
    if obstacle:
        obstacle(monde)
    avant = empreinte()

    with clock.figer(clock.instant(LUNDI, seance.debut) if obstacle is None else MAINTENANT):
        with pytest.raises(Refus, match=dit) as refus:
            acte(monde.sophie, demande.id)
        assert refus.value.statut == 422
        assert "Léa, Cantine, lundi 7 décembre" in refus.value.phrase
        assert (monde.statut(monde.lea, seance), empreinte()) == (w.RESERVATION_ATTENTE, avant)

        moderation.refuser(monde.sophie, demande.id, "Enfant non inscrit à cette activité")
    assert monde.statut(monde.lea, seance) == w.NON_RESERVE
    assert "Léa, Cantine, lundi 7 décembre" in Courriel.get(Courriel.cle.startswith("reponse:")).corps


# ——— the wrong role, the own family ———


def test_only_agents_answer(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))
    for compte in (monde.claire, monde.paulo, monde.animateur):
        for acte in (moderation.accepter, moderation.mettre_en_attente):
            with pytest.raises(Interdit) as refus:
                acte(compte, demande.id)
            assert refus.value.statut == 403
        with pytest.raises(Interdit):
            moderation.refuser(compte, demande.id, "Non")
        with pytest.raises(Interdit):
            moderation.repondre_a_la_selection(compte, [demande.id], w.ACCEPTER)
    assert statut(demande) == w.EN_ATTENTE


def test_a_manager_answers_like_an_agent(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    assert moderation.accepter(monde.gestionnaire, demande.id).agent == monde.gestionnaire


def test_an_agent_never_answers_about_the_own_family(monde):
    parent = abonner(monde.moreau, "mairie@example.org", role="agent")
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    with pytest.raises(Refus, match="un autre agent"):
        moderation.accepter(parent, demande.id)
    assert statut(demande) == w.EN_ATTENTE


def test_a_demande_that_does_not_exist_is_a_404(monde):
    with pytest.raises(Introuvable) as refus:
        moderation.accepter(monde.sophie, 10_000_000)
    assert refus.value.statut == 404


# ——— the mail ———


def test_each_answer_is_told_once_to_each_open_account_of_the_family(monde):
    abonner(monde.moreau, "coparent@example.org")
    abonner(monde.moreau, "pas-encore@example.org", statut=w.ATTENTE_RECONNEXION)
    abonner(monde.moreau, "resilie@example.org", statut=w.RESILIE)
    abonner(monde.moreau, "ferme@example.org", actif=False)
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    demande = demander(monde, (monde.lea, lundi), (monde.lea, jeudi))
    premiere, seconde = lignes(demande)

    moderation.accepter(monde.sophie, demande.id, [premiere.id])
    moderation.accepter(monde.sophie, demande.id, [seconde.id])

    reponses = Courriel.select().where(Courriel.cle.startswith("reponse:")).order_by(Courriel.id)
    assert [(c.destinataire, "lundi 7" in c.corps, "jeudi 10" in c.corps) for c in reponses] == [
        ("famille@example.org", True, False),
        ("coparent@example.org", True, False),
        ("famille@example.org", False, True),
        ("coparent@example.org", False, True),
    ]
    assert {(c.famille, c.demande) for c in reponses} == {(monde.moreau, demande)}


def test_the_letter_says_what_was_asked_when_and_the_answer(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    moderation.accepter(monde.sophie, demande.id)

    courriel = Courriel.get(Courriel.cle.startswith("reponse:"))
    assert courriel.sujet == f"Votre demande est acceptée (n° {demande.numero})"
    bonjour, annonce, reponse, lien, *_ = courriel.corps.split("\n\n")
    assert bonjour == "Bonjour Claire,"
    assert annonce == (
        f"Voici la réponse à la demande n° {demande.numero}, déposée le mardi 1er décembre à 10 h :"
    )
    assert reponse == "– Réservation : Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 : demande acceptée"
    assert lien.endswith("/famille/planning")
    assert "Sophie" not in courriel.corps  # the town answers, not a person

"""An agent refuses, with a reason that the family reads."""

import pytest

import workflows as w
from models import Courriel, Demande, Evenement, Preinscription
from portail.domain import lecture_planning, moderation, planning
from portail.domain.refus import Refus
from portail.domain.reponse import DejaRepondu
from tests.actes import absenter, demander, empreinte, lignes, prises, statut
from tests.monde import LUNDI


def test_a_booking_refused_is_no_booking_and_the_reason_stays_readable(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))

    moderation.refuser(monde.sophie, demande.id, "Activité complète")

    assert monde.statut(monde.lea, seance) == w.NON_RESERVE
    assert prises(seance) == 0
    (ligne,) = lignes(demande)
    assert (ligne.statut, ligne.motif, statut(demande)) == (w.REFUSEE, "Activité complète", w.REFUSEE)
    vu = lecture_planning.creneau(monde.moreau, monde.lea.id, seance.id, regard=None)
    assert (vu.refusee, vu.motif) == (True, "Activité complète")


def test_an_absence_refused_stays_booked_and_keeps_its_place(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = absenter(monde, (monde.lea, seance))
    monde.poser(monde.noe, seance, w.LISTE_ATTENTE)

    moderation.refuser(monde.sophie, demande.id, "Absence non recevable pour ce jour")

    assert monde.statut(monde.lea, seance) == w.RESERVE
    assert monde.statut(monde.noe, seance) == w.LISTE_ATTENTE
    assert prises(seance) == 1
    assert statut(demande) == w.REFUSEE


def test_the_journal_and_the_mail_carry_the_reason(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))

    moderation.refuser(monde.sophie, demande.id, "Pièce manquante\n  au dossier ")

    evenements = Evenement.select().where(Evenement.acte == w.REFUSER).order_by(Evenement.id)
    assert [(e.objet, e.detail, e.auteur) for e in evenements] == [
        ("reservation", "Pièce manquante au dossier", monde.sophie),
        ("ligne", "Pièce manquante au dossier", monde.sophie),
        ("demande", "", monde.sophie),
    ]
    courriel = Courriel.get(Courriel.cle.startswith("reponse:"))
    assert courriel.sujet == f"Votre demande est refusée (n° {demande.numero})"
    assert (
        "– Réservation : Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 : demande refusée\n"
        "  Motif : Pièce manquante au dossier"
    ) in courriel.corps


@pytest.mark.parametrize("motif", ["", "  ", "\n\t "])
def test_without_a_reason_there_is_no_refusal(monde, motif):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    avant = empreinte()
    with pytest.raises(Refus, match="Indiquez le motif") as refus:
        moderation.refuser(monde.sophie, demande.id, motif)
    assert (refus.value.statut, refus.value.champ) == (422, "motif")
    assert (statut(demande), empreinte()) == (w.EN_ATTENTE, avant)


def test_one_line_is_refused_with_its_own_reason(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    premiere, seconde = lignes(demande)

    moderation.refuser(monde.sophie, demande.id, "Activité complète", [premiere.id])
    moderation.refuser(monde.sophie, demande.id, "Pièce manquante au dossier", [seconde.id])

    assert [ligne.motif for ligne in lignes(demande)] == ["Activité complète", "Pièce manquante au dossier"]
    assert statut(demande) == w.REFUSEE
    assert Courriel.select().where(Courriel.cle.startswith("reponse:")).count() == 2


def test_what_was_accepted_stays_accepted_when_the_rest_is_refused(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    moderation.accepter(monde.sophie, demande.id, [lignes(demande)[0].id])

    moderation.refuser(monde.sophie, demande.id, "Activité complète")

    assert monde.statut(monde.lea, seance) == w.RESERVE
    assert monde.statut(monde.noe, seance) == w.NON_RESERVE
    assert statut(demande) == w.ACCEPTEE_EN_PARTIE
    dernier = Courriel.select().where(Courriel.cle.startswith("reponse:")).order_by(Courriel.id.desc()).get()
    assert "Léa" not in dernier.corps


def test_an_accepted_demande_can_no_longer_be_refused(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))
    moderation.accepter(monde.marc, demande.id)
    avant = empreinte()

    with pytest.raises(DejaRepondu, match="Marc Tessier l’a acceptée"):
        moderation.refuser(monde.sophie, demande.id, "Activité complète")

    assert monde.statut(monde.lea, seance) == w.RESERVE
    assert empreinte() == avant


def test_a_child_whose_registration_is_gone_can_be_refused_for_it(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    Preinscription.delete().where(Preinscription.enfant == monde.lea).execute()
    moderation.refuser(monde.sophie, demande.id, "Enfant non inscrit à cette activité")
    assert statut(demande) == w.REFUSEE


def test_after_a_refusal_the_family_may_ask_again_and_be_accepted(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    premiere = demander(monde, (monde.lea, seance))
    moderation.refuser(monde.sophie, premiere.id, "Pièce manquante au dossier")

    seconde = demander(monde, (monde.lea, seance))
    moderation.accepter(monde.sophie, seconde.id)

    assert (statut(premiere), statut(seconde)) == (w.REFUSEE, w.ACCEPTEE)
    assert monde.statut(monde.lea, seance) == w.RESERVE


def test_after_a_refused_absence_another_can_be_declared(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    moderation.refuser(monde.sophie, absenter(monde, (monde.lea, seance)).id, "Délai dépassé")
    depot = planning.declarer_absence(monde.claire, monde.moreau, [(monde.lea.id, seance.id)])
    assert Demande.get_by_id(depot.demande.id).statut == w.EN_ATTENTE

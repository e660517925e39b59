"""An agent answers a contestation: an avoir, whole or in part, at once and for good; or a reason."""

import pytest

import workflows as w
from models import (
    Abonnement,
    Affectation,
    Contestation,
    Courriel,
    Evenement,
    Facture,
    Ligne,
    LigneDeFacture,
    Reponse,
)
from portail import clock
from portail.domain import avoirs, demandes, moderation, retour
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.reponse import DejaRepondu
from tests.actes import empreinte, lignes, statut
from tests.factures import encaisser, reste
from tests.invariants import fautes
from tests.monde import MAINTENANT

MOTIF = "Le prix est celui de la délibération"


def rendues(demande) -> list[tuple[int, int] | None]:
    """By contested line: what line of an avoir gives it back, and how much."""
    siennes = Contestation.select().join(Ligne).where(Ligne.demande == demande).order_by(Contestation.id)
    return [(c.rendue.origine_id, c.rendue.montant) if c.rendue else None for c in siennes]


def l_avoir() -> Facture:
    return Facture.get(Facture.total < 0)


def test_accepted_it_is_one_avoir_of_its_lines(monde, emise, facturees, contester):
    demande = contester(0, 1)

    moderation.accepter(monde.sophie, demande.id)

    avoir = l_avoir()
    assert (avoir.total, avoir.origine_id, avoir.rang) == (-621, emise.id, emise.rang + 1)
    assert avoir.motif == f"Contestation acceptée, demande n° {demande.numero}"
    assert rendues(demande) == [(facturees[0].id, -345), (facturees[1].id, -276)]
    assert (statut(demande), reste(emise)) == (w.ACCEPTEE, 120)
    assert fautes() == []


def test_less_than_the_line_may_be_given_back(monde, emise, facturees, contester):
    demande = contester(0, 1)
    premiere, seconde = lignes(demande)
    moderation.accepter(monde.sophie, demande.id, montants={premiere.id: 100})
    assert rendues(demande) == [(facturees[0].id, -100), (facturees[1].id, -276)]
    assert (statut(demande), reste(emise)) == (w.ACCEPTEE, 741 - 376)


@pytest.mark.parametrize("montant", [0, -1, 346])
def test_never_more_than_what_is_left_of_it(monde, contester, montant):
    demande = contester()
    (ligne,) = lignes(demande)
    avant = empreinte()
    with pytest.raises(Refus, match="L’avoir va de 0,01") as refus:
        moderation.accepter(monde.sophie, demande.id, montants={ligne.id: montant})
    assert refus.value.champ == f"montant-{ligne.id}"
    assert (statut(demande), empreinte(), Facture.select().count()) == (w.EN_ATTENTE, avant, 1)


def test_what_is_left_of_a_line_is_all_that_is_given_back(monde, emise, facturees, contester):
    demande = contester()
    avoirs.emettre(monde.marc, emise.id, {facturees[0].id: 300}, "Erreur")
    moderation.accepter(monde.sophie, demande.id)
    assert rendues(demande) == [(facturees[0].id, -45)]
    assert reste(emise) == 396


def test_a_line_taken_back_meanwhile_can_only_be_refused(monde, emise, facturees, contester):
    demande = contester()
    avoirs.emettre(monde.marc, emise.id, {facturees[0].id: 345}, "Erreur")
    with pytest.raises(Refus, match="elle ne peut être que refusée"):
        moderation.accepter(monde.sophie, demande.id)
    moderation.refuser(monde.sophie, demande.id, "Un avoir vous a déjà été envoyé")
    assert (statut(demande), rendues(demande)) == (w.REFUSEE, [None])


def test_a_paid_line_becomes_a_credit(monde, emise, contester):
    encaisser(monde.adulte_claire, 741, emise)
    moderation.accepter(monde.sophie, contester().id)
    assert (l_avoir().total, reste(emise)) == (-345, 0)


def test_a_part_is_accepted_the_rest_refused(monde, emise, facturees, contester):
    demande = contester(0, 1)
    premiere, seconde = lignes(demande)
    moderation.accepter(monde.sophie, demande.id, [premiere.id])
    assert statut(demande) == w.EN_ATTENTE
    moderation.refuser(monde.sophie, demande.id, MOTIF, [seconde.id])
    assert statut(demande) == w.ACCEPTEE_EN_PARTIE
    assert rendues(demande) == [(facturees[0].id, -345), None]
    assert fautes() == []


def test_the_mail_bears_the_number_of_the_avoir_and_leaves_at_once(monde, contester):
    demande = contester()
    moderation.accepter(monde.sophie, demande.id)
    courriel = Courriel.get(Courriel.cle.startswith("reponse:"))
    assert courriel.sujet == f"Votre demande est acceptée (n° {demande.numero})"
    assert (
        "– Contestation : Léa, Cantine, lundi 30 novembre, 3,45\N{NO-BREAK SPACE}€ : demande acceptée\n"
        f"  Avoir n° {l_avoir().numero} : 3,45\N{NO-BREAK SPACE}€."
    ) in courriel.corps
    assert courriel.prochain_essai == clock.maintenant()


def test_the_mail_of_a_refusal_bears_its_reason(monde, contester):
    moderation.refuser(monde.sophie, contester().id, MOTIF)
    courriel = Courriel.get(Courriel.cle.startswith("reponse:"))
    assert f"demande refusée\n  Motif : {MOTIF}" in courriel.corps
    assert "/facturation" in courriel.corps


def test_the_journal_tells_the_line_the_demande_and_the_avoir(monde, contester):
    demande = contester()
    moderation.accepter(monde.sophie, demande.id)
    faits = Evenement.select().where(Evenement.auteur == monde.sophie).order_by(Evenement.id)
    assert [(f.acte, f.objet) for f in faits] == [
        (w.ACCEPTER, "ligne"),
        ("etablir_un_avoir", "facture"),
        (w.ACCEPTER, "demande"),
    ]


def test_the_other_adult_of_the_household_is_told_too_never_one_who_pays_apart(monde, julien, contester):
    moderation.accepter(monde.sophie, contester().id)
    assert {c.destinataire for c in Courriel.select().where(Courriel.cle.startswith("reponse:"))} == {
        monde.claire.email,
        julien.email,
    }


# ——— taken back ———


def test_an_avoir_is_not_taken_back(monde, contester):
    demande = contester()
    moderation.accepter(monde.sophie, demande.id)
    assert (Reponse.select().count(), retour.de_la_demande(monde.sophie, demande.id)) == (0, None)


def test_a_refusal_is_for_a_minute(monde, contester):
    demande = contester()
    moderation.refuser(monde.sophie, demande.id, MOTIF)
    retour.revenir(monde.sophie, Reponse.get().lot, demande.id)
    (ligne,) = lignes(demande)
    assert (statut(demande), ligne.statut, ligne.motif) == (w.EN_ATTENTE, w.EN_ATTENTE, "")
    assert Courriel.select().where(Courriel.cle.startswith("reponse:")).count() == 0
    assert fautes() == []


def test_nor_is_a_refusal_once_the_line_is_contested_again(monde, contester):
    demande = contester()
    moderation.refuser(monde.sophie, demande.id, MOTIF)
    contester()
    with pytest.raises(DejaChange, match="conteste de nouveau"):
        retour.revenir(monde.sophie, Reponse.get().lot, demande.id)
    assert fautes() == []


def test_nor_is_the_refusal_of_a_part_once_the_rest_has_its_avoir(monde, contester):
    demande = contester(0, 1)
    premiere, seconde = lignes(demande)
    moderation.refuser(monde.sophie, demande.id, MOTIF, [premiere.id])
    lot = Reponse.get().lot
    moderation.accepter(monde.sophie, demande.id, [seconde.id])
    with pytest.raises(Introuvable, match="plus rien à annuler"):
        retour.revenir(monde.sophie, lot, demande.id)
    assert statut(demande) == w.ACCEPTEE_EN_PARTIE


# ——— who, and when ———


def test_there_is_no_waiting_list_for_it(monde, contester):
    with pytest.raises(Refus, match="liste d’attente"):
        moderation.mettre_en_attente(monde.sophie, contester().id)


def test_without_a_reason_there_is_no_refusal(monde, contester):
    with pytest.raises(Refus, match="Indiquez le motif"):
        moderation.refuser(monde.sophie, contester().id, " ")


def test_neither_a_family_nor_an_animateur_answers(monde, contester):
    demande = contester()
    for compte in (monde.claire, monde.animateur):
        with pytest.raises(Interdit):
            moderation.accepter(compte, demande.id)


def test_for_an_agent_of_some_places_it_does_not_exist(monde, contester):
    demande = contester()
    Affectation.create(compte=monde.sophie, lieu=monde.cantine.lieu)
    with pytest.raises(Introuvable):
        moderation.accepter(monde.sophie, demande.id)


def test_an_agent_of_the_family_leaves_it_to_another(monde, contester):
    demande = contester()
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    with pytest.raises(Refus, match="un autre agent"):
        moderation.accepter(monde.sophie, demande.id)
    assert Facture.select().count() == 1


def test_whoever_comes_second_is_told_who_was_first(monde, contester):
    demande = contester()
    moderation.accepter(monde.marc, demande.id)
    avant = empreinte()
    with pytest.raises(DejaRepondu, match="Marc Tessier l’a acceptée"):
        moderation.refuser(monde.sophie, demande.id, MOTIF)
    with pytest.raises(DejaRepondu, match="Marc Tessier l’a acceptée"):
        moderation.accepter(monde.sophie, demande.id)
    assert (empreinte(), Facture.select().count()) == (avant, 2)


def test_what_the_family_withdrew_is_not_answered(monde, contester):
    demande = contester()
    demandes.annuler_demande(monde.claire, monde.moreau, demande.id)
    with pytest.raises(DejaRepondu, match="La famille l’a annulée"):
        moderation.accepter(monde.sophie, demande.id)
    assert LigneDeFacture.select().count() == 3


# ——— a selection ———


def test_in_a_selection_each_demande_has_its_avoir_whole_and_refusals_can_be_taken_back(
    monde, emise, facturees, contester
):
    une, autre = contester(0), contester(1)
    bilan = moderation.repondre_a_la_selection(monde.sophie, [une.id, autre.id], w.ACCEPTER)
    assert [d.id for d in bilan.repondues] == [une.id, autre.id]
    assert sorted(f.total for f in Facture.select().where(Facture.total < 0)) == [-345, -276]
    assert retour.offrir(monde.sophie, bilan.lot) is None
    troisieme = contester(2)
    bilan = moderation.repondre_a_la_selection(monde.sophie, [troisieme.id], w.REFUSER, MOTIF)
    assert retour.offrir(monde.sophie, bilan.lot).combien == 1
    assert fautes() == []


def test_one_that_cannot_be_accepted_is_set_aside(monde, emise, facturees, contester):
    une, autre = contester(0), contester(1)
    avoirs.emettre(monde.marc, emise.id, {facturees[0].id: 345}, "Erreur")
    bilan = moderation.repondre_a_la_selection(monde.sophie, [une.id, autre.id], w.ACCEPTER)
    assert [d.id for d in bilan.repondues] == [autre.id]
    ((ecartee, pourquoi),) = bilan.ecartees
    assert ecartee.id == une.id and "ne peut être que refusée" in pourquoi

"""An agent answers what a family asks of its file: written at once, and never over what changed meanwhile."""

import pytest

import workflows as w
from models import Courriel, Demande, Enfant, Evenement, LienParental, Modification, Responsable
from portail.domain import application, champs, changements, dossier, lecture_demande, lectures, moderation
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.reponse import DejaRepondu
from portail.domain.reponse_dossier import Conflit
from tests.actes import abonner, empreinte, lire_le_scelle, modifications, modifier, statut
from tests.invariants import fautes


def reponses() -> list[Courriel]:
    return list(Courriel.select().where(Courriel.cle.startswith("reponse:")).order_by(Courriel.id))


def changer(fiche, **valeurs) -> None:
    """Somebody at the town hall wrote something else meanwhile."""
    application.ecrire_la_fiche(type(fiche).get_by_id(fiche.id), valeurs)


# ——— accepting ———


def test_accepting_writes_the_file_and_tells_the_family(monde):
    demande = modifier(monde, monde.lea, classe="CM1", image="oui", naissance="2018-03-15")

    rendue = moderation.accepter(monde.sophie, demande.id)

    lea = monde.lea
    assert (lea.classe, lea.image, lea.naissance.isoformat()) == ("CM1", True, "2018-03-15")
    assert (rendue.statut, rendue.agent) == (w.ACCEPTEE, monde.sophie)
    assert {statut(m) for m in modifications(demande)} == {w.APPLIQUEE}
    (courriel,) = reponses()
    assert courriel.sujet == f"Votre demande est acceptée (n° {demande.numero})"
    assert "Dossier : Léa Moreau, classe : demande acceptée" in courriel.corps
    assert "/famille/dossier" in courriel.corps
    assert "CM1" not in courriel.corps
    assert fautes() == []


def test_the_journal_tells_each_change_then_the_demande(monde):
    demande = modifier(monde, monde.lea, classe="CM1")
    avant = Evenement.select().count()
    moderation.accepter(monde.sophie, demande.id)
    nouvelles = Evenement.select().order_by(Evenement.id).offset(avant)
    assert [(e.objet, e.acte, e.vers, e.auteur, e.famille, e.demande, e.detail) for e in nouvelles] == [
        ("modification", w.ACCEPTER, w.APPLIQUEE, monde.sophie, monde.moreau, demande, ""),
        ("demande", w.ACCEPTER, w.ACCEPTEE, monde.sophie, monde.moreau, demande, ""),
    ]


def test_a_child_whose_name_changed_is_found_by_the_new_one(monde):
    moderation.accepter(monde.sophie, modifier(monde, monde.lea, prenom="Léonie").id)
    assert Enfant.get(Enfant.prenom == "Léonie").recherche == "leonie moreau"


def test_what_is_sealed_stays_sealed_and_the_other_sealed_fields_stand(app, monde):
    changer(monde.lea, medecin="Dr Roux")
    demande = modifier(monde, monde.lea, allergies="Arachide")
    lire_le_scelle(monde.sophie, demande)
    moderation.accepter(monde.sophie, demande.id)
    assert "Arachide" not in monde.lea.sante
    assert champs.ouvrir(monde.lea.sante) == {"medecin": "Dr Roux", "allergies": "Arachide"}


def test_several_sealed_fields_of_one_sheet_are_all_written(app, monde):
    demande = modifier(monde, monde.adulte_claire, iban="FR7630006000011234567890189", titulaire="C. Moreau")
    lire_le_scelle(monde.sophie, demande)
    moderation.accepter(monde.sophie, demande.id)
    assert champs.ouvrir(monde.adulte_claire.banque) == {
        "iban": "FR7630006000011234567890189",
        "titulaire": "C. Moreau",
    }


def test_one_field_is_accepted_and_the_other_refused_with_its_reason(monde):
    demande = modifier(monde, monde.lea, classe="CM1", image="oui")
    classe, image = modifications(demande)
    moderation.accepter(monde.sophie, demande.id, [classe.id])
    assert statut(demande) == w.EN_ATTENTE
    moderation.refuser(monde.sophie, demande.id, "Justificatif manquant", [image.id])
    assert (monde.lea.classe, monde.lea.image) == ("CM1", None)
    assert (statut(demande), Modification.get_by_id(image.id).motif) == (
        w.ACCEPTEE_EN_PARTIE,
        "Justificatif manquant",
    )
    assert "demande refusée\n  Motif : Justificatif manquant" in reponses()[-1].corps
    assert fautes() == []


def test_a_refused_change_leaves_the_file_as_it_is_and_needs_a_reason(monde):
    demande = modifier(monde, monde.lea, classe="CM1")
    with pytest.raises(Refus) as refus:
        moderation.refuser(monde.sophie, demande.id, " ")
    assert refus.value.champ == "motif"
    moderation.refuser(monde.sophie, demande.id, "À voir au guichet")
    assert (monde.lea.classe, statut(demande)) == ("", w.REFUSEE)


def test_a_change_of_the_file_is_not_put_on_a_waiting_list(monde):
    demande = modifier(monde, monde.lea, classe="CM1")
    with pytest.raises(Refus, match="ne se met pas en liste d’attente"):
        moderation.mettre_en_attente(monde.sophie, demande.id)
    assert statut(demande) == w.EN_ATTENTE


def test_a_selection_may_hold_demandes_of_the_file(monde):
    une, autre = modifier(monde, monde.lea, classe="CM1"), modifier(monde, monde.noe, classe="CP")
    changer(monde.noe, classe="CE1")
    bilan = moderation.repondre_a_la_selection(monde.sophie, [une.id, autre.id], w.ACCEPTER)
    assert ([d.id for d in bilan.repondues], [d.id for d, _ in bilan.ecartees]) == ([une.id], [autre.id])
    assert "« Classe » de Noé Moreau a changé" in bilan.ecartees[0][1]
    assert (monde.lea.classe, monde.noe.classe) == ("CM1", "CE1")


# ——— what is sealed is read first ———

SANTE = "Affichez d’abord les données sanitaires : on n’accepte pas ce que l’on n’a pas lu."


def test_what_is_sealed_is_accepted_only_by_the_agent_who_read_it_in_this_demande(app, monde):
    demande = modifier(monde, monde.lea, allergies="Arachide", classe="CM1")
    allergies, classe = modifications(demande)
    une_autre = modifier(monde, monde.noe, allergies="Lait")
    lire_le_scelle(monde.marc, demande)
    lire_le_scelle(monde.sophie, une_autre)
    lectures.ouvrir_la_fiche(monde.sophie, monde.moreau.id, "enfant", monde.lea.id, champs.SANTE)
    avant = empreinte()
    for choix in (None, [allergies.id]):
        with pytest.raises(Refus) as refus:
            moderation.accepter(monde.sophie, demande.id, choix)
        assert (refus.value.phrase, refus.value.statut) == (SANTE, 422)
    assert (monde.lea.sante, monde.lea.classe, empreinte()) == ("", "", avant)
    moderation.accepter(monde.sophie, demande.id, [classe.id])
    lectures.ouvrir_la_demande(monde.sophie, demande.id, champs.SANTE)
    moderation.accepter(monde.sophie, demande.id, [allergies.id])
    assert champs.ouvrir(monde.lea.sante) == {"allergies": "Arachide"}


def test_bank_details_are_named_as_such(monde):
    demande = modifier(monde, monde.adulte_claire, iban="FR7630006000011234567890189")
    with pytest.raises(Refus, match="Affichez d’abord les données bancaires : on n’accepte pas"):
        moderation.accepter(monde.sophie, demande.id)


def test_refusing_needs_no_reading(monde):
    demande = modifier(monde, monde.lea, allergies="Arachide")
    moderation.refuser(monde.sophie, demande.id, "À voir au guichet")
    autre = modifier(monde, monde.noe, allergies="Lait")
    moderation.repondre_a_la_selection(monde.sophie, [autre.id], w.REFUSER, "À voir au guichet")
    assert (statut(demande), statut(autre)) == (w.REFUSEE, w.REFUSEE)


def test_of_a_selection_what_was_not_read_is_set_aside(monde):
    simple, scellee = modifier(monde, monde.noe, classe="CP"), modifier(monde, monde.lea, allergies="Lait")
    lue = modifier(monde, monde.noe, allergies="Arachide")
    lire_le_scelle(monde.sophie, lue)
    choisies = [simple.id, scellee.id, lue.id]
    bilan = moderation.repondre_a_la_selection(monde.sophie, choisies, w.ACCEPTER)
    assert [d.id for d in bilan.repondues] == [simple.id, lue.id]
    assert [(d.id, phrase) for d, phrase in bilan.ecartees] == [(scellee.id, SANTE)]
    assert (statut(scellee), monde.lea.sante) == (w.EN_ATTENTE, "")


# ——— the value changed meanwhile ———


def test_a_value_that_changed_meanwhile_is_never_overwritten_silently(monde):
    demande = modifier(monde, monde.lea, classe="CM1", image="oui")
    changer(monde.lea, classe="CE2")
    avant = empreinte()
    for choix in (None, [modifications(demande)[0].id]):
        with pytest.raises(Conflit, match="« Classe » de Léa Moreau a changé depuis la demande") as refus:
            moderation.accepter(monde.sophie, demande.id, choix)
        assert refus.value.statut == 409
    assert (monde.lea.classe, monde.lea.image, empreinte()) == ("CE2", None, avant)
    moderation.accepter(monde.sophie, demande.id, [modifications(demande)[1].id])
    assert monde.lea.image is True


def test_it_is_replaced_all_the_same_by_an_agent_who_saw_it(monde):
    demande = modifier(monde, monde.lea, classe="CM1")
    changer(monde.lea, classe="CE2")
    (vue,) = lecture_demande.lire(demande.id, monde.sophie).lignes
    assert vue.en_conflit and not vue.acceptable
    moderation.accepter(monde.sophie, demande.id, [vue.id], {vue.id: vue.empreinte})
    assert monde.lea.classe == "CM1"


def test_if_it_changes_again_under_the_eyes_of_the_agent_nothing_is_replaced(monde):
    demande = modifier(monde, monde.lea, classe="CM1")
    changer(monde.lea, classe="CE2")
    (vue,) = lecture_demande.lire(demande.id, monde.sophie).lignes
    changer(monde.lea, classe="CM2")
    with pytest.raises(Conflit, match="pendant que vous lisiez"):
        moderation.accepter(monde.sophie, demande.id, None, {vue.id: vue.empreinte})
    assert monde.lea.classe == "CM2"


def test_what_the_file_holds_already_is_no_conflict(monde):
    demande = modifier(monde, monde.lea, classe="CM1")
    changer(monde.lea, classe="CM1")
    moderation.accepter(monde.sophie, demande.id)
    assert statut(demande) == w.ACCEPTEE


def test_a_sealed_value_in_conflict_is_replaced_only_by_who_opened_it(app, monde):
    demande = modifier(monde, monde.lea, allergies="Arachide")
    changer(monde.lea, allergies="Lait")
    (fermee,) = lecture_demande.lire(demande.id, monde.sophie).lignes
    assert (fermee.en_conflit, fermee.empreinte, fermee.ecarts, fermee.present) == (True, "", [], [])
    (ouverte,) = lecture_demande.lire(demande.id, monde.sophie, [champs.SANTE]).lignes
    assert [(e.avant, e.apres) for e in ouverte.present] == [("Lait", "Arachide")]
    lire_le_scelle(monde.sophie, demande)
    moderation.accepter(monde.sophie, demande.id, None, {ouverte.id: ouverte.empreinte})
    assert champs.ouvrir(monde.lea.sante) == {"allergies": "Arachide"}


# ——— already answered, withdrawn ———


def test_the_second_agent_is_told_who_answered(monde):
    demande = modifier(monde, monde.lea, classe="CM1")
    moderation.refuser(monde.marc, demande.id, "À voir au guichet")
    avant = empreinte()
    with pytest.raises(DejaRepondu, match=r"Marc Tessier l’a refusée, mardi 1er décembre à 10 h\."):
        moderation.accepter(monde.sophie, demande.id)
    assert (monde.lea.classe, empreinte()) == ("", avant)


def test_of_a_demande_that_still_waits_a_change_already_answered_is_told(monde):
    demande = modifier(monde, monde.lea, classe="CM1", image="oui")
    classe, image = modifications(demande)
    moderation.accepter(monde.marc, demande.id, [classe.id])
    with pytest.raises(DejaRepondu, match="Marc Tessier a accepté cette modification"):
        moderation.refuser(monde.sophie, demande.id, "Non", [classe.id])
    dossier.retirer(monde.claire, monde.moreau, image.id)
    assert statut(demande) == w.ACCEPTEE
    with pytest.raises(DejaRepondu):
        moderation.accepter(monde.sophie, demande.id, [image.id])


def test_a_change_withdrawn_by_the_family_is_told_as_such(monde):
    demande = modifier(monde, monde.lea, classe="CM1")
    dossier.retirer(monde.claire, monde.moreau, modifications(demande)[0].id)
    with pytest.raises(DejaRepondu, match="La famille l’a annulée"):
        moderation.accepter(monde.sophie, demande.id)


# ——— the wrong role ———


def test_only_agents_answer_and_never_for_their_own_family(monde):
    demande = modifier(monde, monde.lea, classe="CM1")
    for compte in (monde.claire, monde.paulo, monde.animateur):
        with pytest.raises(Interdit):
            moderation.accepter(compte, demande.id)
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    with pytest.raises(Refus, match="un autre agent"):
        moderation.accepter(soi, demande.id)
    with pytest.raises(Introuvable):
        moderation.accepter(monde.sophie, 10_000_000)
    assert monde.lea.classe == ""


@pytest.mark.parametrize("choix", [[], [10_000_000]])
def test_changes_that_are_not_of_the_demande_are_no_choice(monde, choix):
    demande = modifier(monde, monde.lea, classe="CM1")
    autre = modifier(monde, monde.noe, classe="CP")
    for voulu in (choix, [modifications(autre)[0].id]):
        with pytest.raises(Refus, match="Choisissez au moins une modification"):
            moderation.accepter(monde.sophie, demande.id, voulu)


# ——— who is told ———


def test_who_may_not_read_a_part_of_a_sheet_is_not_told_that_it_changed(monde):
    """Julien's account hears of the child that he has a right to, and never of Claire's own sheet."""
    julien = abonner(monde.moreau, "julien@example.org")
    moderation.accepter(monde.sophie, modifier(monde, monde.lea, classe="CM1").id)
    moderation.accepter(monde.sophie, modifier(monde, monde.adulte_claire, telephone="02 61 00 00 00").id)
    LienParental.update(droit="aucun").where(
        LienParental.responsable == monde.adulte_julien, LienParental.enfant == monde.noe
    ).execute()
    moderation.accepter(monde.sophie, modifier(monde, monde.noe, classe="CP").id)
    lus = [c.corps for c in reponses() if c.destinataire == julien.email]
    assert len(lus) == 1 and "Léa Moreau, classe" in lus[0]
    assert len([c for c in reponses() if c.destinataire == monde.claire.email]) == 3


def test_every_plain_field_can_be_written_and_read_back(app, monde):
    """Whatever the kind of value: what was asked is what the file holds."""
    textes = {champs.OUI_NON: "non", champs.DATE: "2026-01-02", champs.CHOIX: "sans_porc"}
    for fiche in (monde.lea, monde.adulte_claire):
        siens = [c for c in champs.FICHES[fiche._meta.table_name][1] if c.rubrique != champs.FISCAL]
        voulues = {c.nom: textes.get(c.genre, "Aé’b"[: c.longueur]) for c in siens}
        demande = modifier(monde, fiche, **voulues)
        lire_le_scelle(monde.sophie, demande)
        moderation.accepter(monde.sophie, demande.id)
        relue = type(fiche).get_by_id(fiche.id)
        lues = champs.valeurs(relue, champs.RUBRIQUES)
        assert {nom: lues[nom] for nom in voulues} == voulues
        assert all(changements.genre(m).ecarts("", "") for m in modifications(demande))
    assert Demande.select().where(Demande.statut == w.ACCEPTEE).count() == 2
    assert Responsable.get_by_id(monde.adulte_julien.id).telephone == ""

"""An answer taken back within its minute: everything as it was, or nothing, and why."""

import datetime as dt

import pytest

import workflows as w
from models import (
    ContactHabilite,
    Courriel,
    Demande,
    Enfant,
    Evenement,
    JourVoulu,
    Photo,
    Preinscription,
    Reponse,
    Reservation,
)
from portail import clock
from portail.domain import (
    contacts,
    envoi,
    liste_attente,
    moderation,
    photos,
    planning,
    preinscriptions,
    retour,
)
from portail.domain.contacts import FicheContact
from portail.domain.examen import Souhait
from portail.domain.refus import DejaChange, Introuvable
from tests.actes import absenter, demander, lignes, modifications, modifier, nouer, places, prises, statut
from tests.dossier.images import octets
from tests.formulaires import poster
from tests.htmx import Page
from tests.invariants import fautes
from tests.monde import JEUDI, LUNDI, MAINTENANT

MOTIF = "Activité complète"
TROP_TARD = MAINTENANT + dt.timedelta(seconds=60)


def lot_de(demande: Demande) -> str:
    return Reponse.select().where(Reponse.demande == demande).order_by(Reponse.id.desc()).get().lot


def revenir(agent, demande: Demande) -> None:
    retour.revenir(agent, lot_de(demande), demande.id)


def reponses(demande: Demande) -> int:
    return Courriel.select().where(Courriel.cle.startswith(f"reponse:{demande.id}:")).count()


def photographier(monde) -> list:
    """All that an answer may change, as it stands."""
    return [
        sorted(
            Demande.select(Demande.id, Demande.statut, Demande.agent, Demande.repondue_le).tuples(),
            key=lambda d: d[0],
        ),
        [(li.id, li.statut, li.motif) for d in Demande.select().order_by(Demande.id) for li in lignes(d)],
        [
            (m.id, m.statut, m.motif, m.avant, m.apres)
            for d in Demande.select().order_by(Demande.id)
            for m in modifications(d)
        ],
        sorted(
            Reservation.select(
                Reservation.enfant, Reservation.seance, Reservation.statut, Reservation.fratrie
            )
            .where(Reservation.statut != w.NON_RESERVE)
            .tuples()
        ),
        sorted(Preinscription.select(Preinscription.id, Preinscription.statut).tuples()),
        [(e.id, e.classe, e.sante) for e in Enfant.select().order_by(Enfant.id)],
        [FicheContact.de(c).texte for c in contacts.actifs([monde.lea.id])],
        [(p.id, bytes(p.contenu), p.validee_le) for p in Photo.select().order_by(Photo.id)],
        [s.prises for s in (monde.seance(monde.cantine, LUNDI), monde.seance(monde.soir, LUNDI))],
    ]


# ——— every nature ———


def _reservation(monde):
    return demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))


def _ensemble(monde):
    lundi = places(monde.seance(monde.cantine, LUNDI), 1)
    demande = demander(monde, (monde.lea, lundi), (monde.noe, lundi))
    nouer(*[ligne.reservation for ligne in lignes(demande)])
    return demande


def _absence(monde):
    return absenter(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))


def _inscription(monde):
    jours = frozenset({LUNDI, JEUDI})
    Preinscription.delete().where(
        Preinscription.enfant == monde.lea, Preinscription.activite == monde.soir
    ).execute()
    souhait = Souhait(monde.soir.id, (monde.lea.id,), LUNDI, dt.date(2027, 7, 2), jours)
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait)
    assert JourVoulu.select().count() == 2
    places(monde.seance(monde.soir, LUNDI), 0)
    return demande


def _dossier(monde):
    return modifier(monde, monde.lea, classe="CM2")


FICHE = FicheContact("Jeanne", "Moreau", "grand-mère", "06 39 98 12 40", True, True, True)


def _nouveau_contact(monde):
    return contacts.proposer_un_contact(monde.claire, monde.moreau, monde.lea.id, FICHE)


def _contact_retire(monde):
    contact = ContactHabilite.create(enfant=monde.lea, **vars(FICHE))
    return contacts.retirer_un_contact(monde.claire, monde.moreau, monde.lea.id, contact.id)


def _photo(monde):
    Photo.create(enfant=monde.lea, contenu=octets(), deposee_le=MAINTENANT, validee_le=MAINTENANT)
    return photos.proposer_une_photo(monde.claire, monde.moreau, monde.lea.id, octets(format_="PNG"))


NATURES = [
    _reservation,
    _ensemble,
    _absence,
    _inscription,
    _dossier,
    _nouveau_contact,
    _contact_retire,
    _photo,
]


@pytest.mark.parametrize("acte", [w.ACCEPTER, w.REFUSER])
@pytest.mark.parametrize("deposer", NATURES)
def test_everything_stands_as_it_did_before_and_the_family_reads_nothing(monde, deposer, acte):
    demande = deposer(monde)
    avant = photographier(monde)
    if acte == w.ACCEPTER:
        moderation.accepter(monde.sophie, demande.id)
    else:
        moderation.refuser(monde.sophie, demande.id, MOTIF)
    assert photographier(monde) != avant
    assert reponses(demande) == 1
    assert envoi.envoyer_en_attente(lambda message: None) <= 1, "the acknowledgement at most"

    revenir(monde.sophie, demande)

    assert photographier(monde) == avant
    assert reponses(demande) == 0
    derniere = Evenement.select().order_by(Evenement.id.desc()).get()
    assert (derniere.acte, derniere.auteur, derniere.demande) == (w.REVENIR, monde.sophie, demande)
    assert fautes() == []

    moderation.accepter(monde.sophie, demande.id)  # it waits like any other
    assert reponses(demande) == 1
    assert fautes() == []


def test_the_mail_leaves_once_the_minute_is_past_and_then_the_answer_is_final(monde):
    demande = _reservation(monde)
    moderation.accepter(monde.sophie, demande.id)
    partis: list = []
    with clock.figer(TROP_TARD - dt.timedelta(seconds=1)):
        envoi.envoyer_en_attente(partis.append)
        assert not [m for m in partis if "acceptée" in m["Subject"]]
        assert retour.de_la_demande(monde.sophie, demande.id).secondes == 1
    with clock.figer(TROP_TARD):
        with pytest.raises(DejaChange, match="La minute est passée"):
            revenir(monde.sophie, demande)
        assert retour.de_la_demande(monde.sophie, demande.id) is None
        envoi.envoyer_en_attente(partis.append)
    assert len([m for m in partis if "acceptée" in m["Subject"]]) == 1
    assert statut(demande) == w.ACCEPTEE


def test_a_mail_that_has_left_too_early_makes_it_final(monde):
    demande = _reservation(monde)
    moderation.accepter(monde.sophie, demande.id)
    Courriel.update(essais=1).where(Courriel.cle.startswith("reponse:")).execute()
    with pytest.raises(DejaChange, match="déjà parti"):
        revenir(monde.sophie, demande)
    assert (statut(demande), fautes()) == (w.ACCEPTEE, [])


def test_only_whoever_answered_takes_it_back_and_once(monde):
    demande = _reservation(monde)
    moderation.accepter(monde.sophie, demande.id)
    lot = lot_de(demande)
    for autre in (monde.marc, monde.gestionnaire):
        with pytest.raises(Introuvable):
            retour.revenir(autre, lot)
        assert retour.de_la_demande(autre, demande.id) is None
    retour.revenir(monde.sophie, lot)
    with pytest.raises(Introuvable):
        retour.revenir(monde.sophie, lot)


# ——— what has moved since ———


def _promue(monde, demande, lundi):
    places(lundi, 5)
    liste_attente.reprendre()


def _absente(monde, demande, lundi):
    planning.declarer_absence(monde.claire, monde.moreau, [(monde.lea.id, lundi.id)])


def _redemandee(monde, demande, lundi):
    planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, lundi.id)])


@pytest.mark.parametrize(
    ("acte", "combien", "depuis", "dit"),
    [
        (w.ACCEPTER, 0, _promue, "liste d’attente"),
        (w.ACCEPTER, 60, _absente, "une absence a été déclarée"),
        (w.REFUSER, 60, _redemandee, "demandé de nouveau"),
    ],
)
def test_what_has_moved_since_is_told_and_nothing_changes(monde, acte, combien, depuis, dit):
    lundi = places(monde.seance(monde.cantine, LUNDI), combien)
    demande = demander(monde, (monde.lea, lundi))
    repondre = moderation.accepter if acte == w.ACCEPTER else moderation.refuser
    repondre(monde.sophie, demande.id, *([MOTIF] if acte == w.REFUSER else []))
    depuis(monde, demande, lundi)
    avant = photographier(monde)
    with pytest.raises(DejaChange, match=dit):
        revenir(monde.sophie, demande)
    assert photographier(monde) == avant
    assert fautes() == []


def test_a_place_that_an_absence_freed_and_that_another_child_got_is_not_taken_back(monde):
    lundi = places(monde.seance(monde.cantine, LUNDI), 1)
    monde.poser(monde.lea, lundi, w.RESERVE)
    monde.poser(monde.tomas, lundi, w.LISTE_ATTENTE)
    demande = absenter(monde, (monde.lea, lundi))
    moderation.accepter(monde.sophie, demande.id)
    assert monde.statut(monde.tomas, lundi) == w.RESERVE
    with pytest.raises(DejaChange, match="donnée à un autre enfant"):
        revenir(monde.sophie, demande)
    assert (monde.statut(monde.lea, lundi), prises(lundi), fautes()) == (w.ABSENT, 1, [])


def test_a_place_given_back_goes_to_whoever_was_put_on_the_list_meanwhile(monde):
    lundi = places(monde.seance(monde.cantine, LUNDI), 1)
    premiere, seconde = demander(monde, (monde.lea, lundi)), demander(monde, (monde.noe, lundi))
    moderation.accepter(monde.sophie, premiere.id)
    moderation.accepter(monde.marc, seconde.id)
    assert monde.statut(monde.noe, lundi) == w.LISTE_ATTENTE
    revenir(monde.sophie, premiere)
    assert monde.statut(monde.noe, lundi) == w.RESERVE
    assert (monde.statut(monde.lea, lundi), fautes()) == (w.RESERVATION_ATTENTE, [])


def test_the_file_changed_again_since_is_left_alone(monde):
    demande = _dossier(monde)
    moderation.accepter(monde.sophie, demande.id)
    Enfant.update(classe="6e").where(Enfant.id == monde.lea.id).execute()
    with pytest.raises(DejaChange, match="Le dossier a changé"):
        revenir(monde.sophie, demande)
    assert (monde.lea.classe, statut(demande)) == ("6e", w.ACCEPTEE)


def test_days_booked_since_with_the_registration_keep_it(monde):
    demande = _inscription(monde)
    moderation.accepter(monde.sophie, demande.id)
    mardi = monde.seance(monde.soir, LUNDI + dt.timedelta(1))
    planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, mardi.id)])
    with pytest.raises(DejaChange, match="des jours ont été réservés"):
        revenir(monde.sophie, demande)
    assert (statut(demande), fautes()) == (w.ACCEPTEE, [])


def test_of_two_answers_to_one_demande_only_the_last_is_taken_back(monde):
    lundi, jeudi = (monde.seance(monde.cantine, jour) for jour in (LUNDI, JEUDI))
    demande = demander(monde, (monde.lea, lundi), (monde.lea, jeudi))
    premiere, seconde = lignes(demande)
    moderation.accepter(monde.marc, demande.id, [premiere.id])
    du_premier = lot_de(demande)
    moderation.refuser(monde.sophie, demande.id, MOTIF, [seconde.id])
    with pytest.raises(DejaChange, match="d’autres lignes"):
        retour.revenir(monde.marc, du_premier)
    revenir(monde.sophie, demande)
    relue = Demande.get_by_id(demande.id)
    assert (relue.statut, relue.agent, monde.statut(monde.lea, lundi)) == (
        w.EN_ATTENTE,
        monde.marc,
        w.RESERVE,
    )
    assert fautes() == []


# ——— a whole gesture, from the screen ———


@pytest.fixture
def file(monde):
    lundi = places(monde.seance(monde.cantine, LUNDI), 2)
    return [demander(monde, (enfant, lundi)) for enfant in (monde.lea, monde.noe, monde.ines)]


def test_a_whole_gesture_or_one_demande_of_it_is_taken_back_from_the_banner(monde, connexion, file):
    agent, avant = connexion(monde.sophie), photographier(monde)
    page = Page(agent, "/agents").suivre(
        ".lot button[value=accepter]", demande=[demande.id for demande in file]
    )
    page = page.suivre(".confirmation button")
    assert "Annuler mes 3 réponses" in page.texte("#bandeau")
    une = Page(agent, f"/agents/demandes/{file[2].id}").suivre(".demande .revenir button")
    assert une.texte("#bandeau").startswith("1 réponse annulée : la demande attend de nouveau")
    assert statut(file[2]) == w.EN_ATTENTE
    page = page.suivre(".revenir button")
    assert page.texte("#bandeau").startswith("2 réponses annulées : les demandes attendent de nouveau")
    assert photographier(monde) == avant
    assert page.texte(".onglets [aria-current]") == "À traiter 3"
    assert fautes() == []


def test_the_banner_of_one_answer_offers_it_and_past_the_minute_it_is_refused(monde, connexion):
    agent, demande = connexion(monde.sophie), _reservation(monde)
    page = Page(agent, f"/agents/demandes/{demande.id}")
    page.cliquer(".reponse button[formaction$=acceptation]")
    assert "Annuler ma réponse" in page.texte("#bandeau")
    with clock.figer(TROP_TARD):
        tard = page.suivre("#bandeau .revenir button", 409)
    assert "La minute est passée" in tard.texte("#bandeau")
    assert statut(demande) == w.ACCEPTEE


def test_of_a_gesture_what_has_moved_stays_answered_alone(monde, file):
    bilan = moderation.repondre_a_la_selection(monde.sophie, [d.id for d in file], w.ACCEPTER)
    planning.declarer_absence(
        monde.claire, monde.moreau, [(monde.lea.id, monde.seance(monde.cantine, LUNDI).id)]
    )
    repris = retour.revenir(monde.sophie, bilan.lot)
    assert {d.id for d in repris.repondues} == {file[1].id, file[2].id}
    assert [(d.id, "absence" in phrase) for d, phrase in repris.ecartees] == [(file[0].id, True)]
    assert [statut(d) for d in file] == [w.ACCEPTEE, w.EN_ATTENTE, w.EN_ATTENTE]
    assert fautes() == []


def test_a_stranger_gets_nothing_and_other_roles_are_refused(monde, connexion, file):
    bilan = moderation.repondre_a_la_selection(monde.sophie, [d.id for d in file], w.ACCEPTER)
    adresse, corps = "/agents/reponses/annulation", {"geste": bilan.lot}
    for compte in (monde.claire, monde.animateur):
        assert poster(connexion(compte), adresse, corps).status_code == 403
    assert poster(connexion(monde.marc), adresse, corps).status_code == 404
    assert poster(connexion(monde.sophie), adresse, {"geste": "0" * 32}).status_code == 404
    assert {statut(d) for d in file} == {w.ACCEPTEE}


def test_what_serves_no_more_is_forgotten(monde):
    demande = _reservation(monde)
    moderation.accepter(monde.sophie, demande.id)
    assert retour.faire_le_menage() == 0
    with clock.figer(MAINTENANT + dt.timedelta(hours=2)):
        assert retour.faire_le_menage() == 1

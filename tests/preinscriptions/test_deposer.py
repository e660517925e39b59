"""A family asks for a pre-registration: it is kept whole, or comes back with a sentence for each fault."""

import datetime as dt

import pytest

import workflows as w
from models import (
    Abonnement,
    Activite,
    Courriel,
    Demande,
    Enfant,
    Evenement,
    JourVoulu,
    LienParental,
    Ligne,
    Message,
    Preinscription,
    Reservation,
)
from portail import clock
from portail.domain import documents, moderation, preinscriptions, rythme
from portail.domain.examen import SouhaitRefuse, examiner
from portail.domain.refus import TropVite
from tests.dossier.images import PDF
from tests.garanties.empreinte import contenu
from tests.invariants import fautes
from tests.monde import MAINTENANT
from tests.preinscriptions.souhaits import AU, DU, atelier, jours_de, souhait, statuts

AUJOURDHUI = MAINTENANT.date()
HIER, DEMAIN = AUJOURDHUI - dt.timedelta(1), AUJOURDHUI + dt.timedelta(1)


@pytest.fixture
def theatre(monde):
    return atelier(monde)


def deposer(monde, voulu) -> Demande:
    return preinscriptions.deposer(monde.claire, monde.moreau, voulu)


def refus(monde, voulu) -> dict[str, str]:
    """The faults that the family is told; nothing at all is written, and the preview had said the same."""
    avant = contenu()
    with pytest.raises(SouhaitRefuse) as leve:
        deposer(monde, voulu)
    assert contenu() == avant
    trouvees = leve.value.examen.fautes
    assert examiner(monde.claire, monde.moreau, voulu).fautes == trouvees
    assert leve.value.phrase in trouvees.values()
    assert all(phrase.endswith(".") for phrase in trouvees.values())
    return trouvees


# ——— it works ———


def test_several_children_in_one_demande_each_answered_on_its_own(monde, theatre):
    demande = deposer(monde, souhait(theatre, monde.lea, monde.noe, monde.ines))
    assert (demande.nature, Demande.get_by_id(demande.id).statut) == (w.NATURE_PREINSCRIPTION, w.EN_ATTENTE)
    assert statuts(theatre) == dict.fromkeys(("Léa", "Noé", "Inès"), w.DEMANDE_EN_COURS)
    assert [ligne.statut for ligne in demande.lignes] == [w.EN_ATTENTE] * 3
    for inscription in Preinscription.select().where(Preinscription.activite == theatre):
        assert (inscription.debut, inscription.fin) == (DU, AU)
    assert demande.a_traiter_avant == clock.instant(dt.date(2026, 12, 3), dt.time(18))
    assert Reservation.select().count() == 0
    assert fautes() == []


def test_the_journal_tells_the_demande_and_each_child(monde, theatre):
    demande = deposer(monde, souhait(theatre, monde.lea, monde.noe))
    lignes = Evenement.select().where(Evenement.demande == demande).order_by(Evenement.id)
    assert [(e.objet, e.acte, e.vers, e.auteur_id, e.famille_id) for e in lignes] == [
        ("demande", "deposer", w.EN_ATTENTE, monde.claire.id, monde.moreau.id),
        *[("preinscription", "deposer", w.DEMANDE_EN_COURS, monde.claire.id, monde.moreau.id)] * 2,
    ]
    inscriptions = Preinscription.select(Preinscription.id).where(Preinscription.activite == theatre)
    assert {e.objet_id for e in lignes if e.objet == "preinscription"} == {p.id for p in inscriptions}


def test_the_days_that_are_possible_are_kept_for_each_child(monde, theatre):
    jours = jours_de(theatre)
    impossible = dt.date(2026, 12, 3)  # a Thursday: nothing takes place
    demande = deposer(monde, souhait(theatre, monde.lea, monde.noe, jours=[*jours[1:], impossible]))
    for inscription in Preinscription.select().where(Preinscription.activite == theatre):
        assert sorted(j.seance.jour for j in inscription.jours_voulus) == jours[1:]
    premiere = min(j.seance.limite_reservation for j in JourVoulu.select())
    assert demande.a_traiter_avant == premiere


def test_of_an_activity_that_takes_no_bookings_no_day_is_kept(monde):
    ferme = atelier(monde, reservable=False)
    deposer(monde, souhait(ferme, monde.lea, jours=jours_de(ferme)))
    assert JourVoulu.select().count() == 0


def test_the_remarks_begin_the_thread(monde, theatre):
    demande = deposer(monde, souhait(theatre, monde.lea, remarques="Léa porte des lunettes."))
    (message,) = demande.messages
    assert (message.texte, message.auteur, message.de_la_mairie) == (
        "Léa porte des lunettes.",
        monde.claire,
        False,
    )
    assert message.ecrit_le == MAINTENANT


def test_the_acknowledgement_tells_number_date_contact_and_what_comes_next(monde, theatre):
    demande = deposer(monde, souhait(theatre, monde.lea, monde.noe, jours=jours_de(theatre)[1:3]))
    (accuse,) = Courriel.select()
    assert (accuse.destinataire, accuse.sujet) == (monde.claire.email, "Votre demande est bien arrivée")
    for dit in (
        f"demande n° {demande.numero}",
        "mardi 1er décembre à 10 h",
        "Pré-inscription : Léa, Atelier théâtre, du 2 au 18 décembre 2026, 2 jours à réserver",
        "Pré-inscription : Noé, Atelier théâtre",
        "02 61 91 40 40",
        "sera examiné par un agent",
        "/famille/demandes",
    ):
        assert dit in accuse.corps, dit


def test_a_period_within_the_activitys_first_and_last_day_both_included(monde, theatre):
    deposer(monde, souhait(theatre, monde.lea, debut=AUJOURDHUI, fin=theatre.fin))
    assert statuts(theatre) == {"Léa": w.DEMANDE_EN_COURS}


@pytest.mark.parametrize("du, au", [(AUJOURDHUI, None), (None, AUJOURDHUI), (AUJOURDHUI, AUJOURDHUI)])
def test_the_first_and_the_last_day_of_the_opening_window_are_open(monde, du, au):
    ouvert = atelier(monde, preinscription_du=du, preinscription_au=au)
    deposer(monde, souhait(ouvert, monde.lea))
    assert statuts(ouvert) == {"Léa": w.DEMANDE_EN_COURS}


def test_after_a_refusal_one_may_ask_again(monde, theatre):
    premiere = deposer(monde, souhait(theatre, monde.lea))
    moderation.refuser(monde.sophie, premiere.id, "Activité complète")
    deuxieme = deposer(monde, souhait(theatre, monde.lea))
    assert deuxieme.id != premiere.id
    assert fautes() == []


def test_a_second_period_that_does_not_overlap_is_a_pre_registration_of_its_own(monde, theatre):
    moderation.accepter(monde.sophie, deposer(monde, souhait(theatre, monde.lea)).id)
    deposer(monde, souhait(theatre, monde.lea, debut=AU + dt.timedelta(1), fin=theatre.fin))
    assert Preinscription.select().where(Preinscription.activite == theatre).count() == 2
    assert fautes() == []


# ——— what comes back, and why ———


@pytest.mark.parametrize(
    "changements, dit",
    [
        (
            {"debut": dt.date(2026, 9, 1), "fin": HIER},
            "Cette activité est terminée depuis le 30 novembre 2026.",
        ),
        ({"preinscription_du": DEMAIN}, "Les pré-inscriptions ouvrent le 2 décembre 2026."),
        ({"preinscription_au": HIER}, "Les pré-inscriptions sont closes depuis le 30 novembre 2026."),
    ],
    ids=["over", "not yet open", "closed"],
)
def test_an_activity_that_is_not_open_today(monde, changements, dit):
    fermee = atelier(monde, **changements)
    assert refus(monde, souhait(fermee, monde.lea))["activite"].startswith(dit)


def test_an_activity_that_does_not_exist(monde, theatre):
    Activite.update(debut=theatre.debut).execute()
    inconnue = souhait(Activite(id=999_999), monde.lea)
    assert set(refus(monde, inconnue)) == {"activite"}


@pytest.mark.parametrize(
    "debut, fin, champs",
    [
        (HIER, AU, {"debut"}),
        (dt.date(2026, 10, 1), AU, {"debut"}),
        (DU, dt.date(2027, 7, 3), {"fin"}),
        (dt.date(2027, 8, 1), dt.date(2027, 8, 2), {"debut", "fin"}),
        (AU, DU, {"fin"}),
        (HIER, HIER, {"debut", "fin"}),
        (dt.date.min, dt.date.max, {"debut", "fin"}),
    ],
    ids=[
        "past",
        "before the activity",
        "after it",
        "wholly after",
        "reversed",
        "wholly past",
        "of all times",
    ],
)
def test_a_period_out_of_range(monde, theatre, debut, fin, champs):
    voulu = souhait(theatre, monde.lea, debut=debut, fin=fin, jours=jours_de(theatre))
    assert set(refus(monde, voulu)) == champs


@pytest.mark.parametrize("ages", [(4, 7), (9, 11)])
def test_a_child_who_is_not_of_the_age(monde, ages):
    reserve = atelier(monde, age_min=ages[0], age_max=ages[1])
    dit = refus(monde, souhait(reserve, monde.lea, monde.noe))["enfants"]
    assert f"Léa : Cette activité est réservée aux {ages[0]} – {ages[1]} ans : l’enfant aura 8 ans" in dit


def test_the_age_is_that_of_the_first_day_asked_for(monde):
    """Inès is four; five on 9 May 2027."""
    grands = atelier(monde, age_min=5)
    mai = dt.date(2027, 5, 9)
    assert "enfants" in refus(monde, souhait(grands, monde.ines, debut=mai - dt.timedelta(1), fin=grands.fin))
    deposer(monde, souhait(grands, monde.ines, debut=mai, fin=grands.fin))


def test_a_child_already_registered_or_asked_for(monde, theatre):
    moderation.accepter(monde.sophie, deposer(monde, souhait(theatre, monde.lea)).id)
    deposer(monde, souhait(theatre, monde.noe))
    dit = refus(monde, souhait(theatre, monde.lea, monde.noe, monde.ines, debut=AU, fin=theatre.fin))[
        "enfants"
    ]
    assert "Léa : L’enfant y est déjà inscrit du 2 décembre 2026 au 18 décembre 2026." in dit
    assert "Noé : Une demande est déjà en cours" in dit
    assert "Inès" not in dit
    assert statuts(theatre).keys() == {"Léa", "Noé"}


def test_another_familys_child(monde, theatre):
    assert set(refus(monde, souhait(theatre, monde.tomas))) == {"enfants"}
    assert set(refus(monde, souhait(theatre, monde.lea, monde.tomas))) == {"enfants"}
    assert set(refus(monde, souhait(theatre, Enfant(id=999_999)))) == {"enfants"}
    assert set(refus(monde, souhait(theatre))) == {"enfants"}


@pytest.mark.parametrize("droit", ["information", "retrait", "aucun"])
def test_a_child_for_whom_one_may_not_decide(monde, theatre, droit):
    LienParental.update(droit=droit).where(
        LienParental.responsable == monde.adulte_claire, LienParental.enfant == monde.lea
    ).execute()
    assert set(refus(monde, souhait(theatre, monde.lea))) == {"enfants"}
    deposer(monde, souhait(theatre, monde.noe))


def test_remarks_that_are_too_long(monde, theatre):
    assert set(refus(monde, souhait(theatre, monde.lea, remarques="é" * 1001))) == {"remarques"}
    deposer(monde, souhait(theatre, monde.lea, remarques="é" * 1000))


def test_everything_that_is_wrong_is_told_at_once(monde):
    ferme = atelier(monde, age_min=9, preinscription_au=HIER)
    voulu = souhait(ferme, monde.lea, debut=HIER, fin=dt.date(2028, 1, 1), remarques="é" * 1001)
    assert set(refus(monde, voulu)) == {"activite", "debut", "fin", "enfants", "remarques"}


# ——— asked twice ———


def test_a_double_click_gives_the_demande_that_was_made(monde, theatre):
    recu = documents.deposer(monde.claire, "Assurance", "assurance.pdf", PDF)
    voulu = souhait(
        theatre, monde.lea, monde.noe, jours=jours_de(theatre)[1:], remarques="Bonjour", documents=(recu.id,)
    )
    premiere = deposer(monde, voulu)
    avant = contenu()
    assert deposer(monde, voulu).id == premiere.id
    assert contenu() == avant


@pytest.mark.parametrize("autre", ["days", "remarks", "period", "children"])
def test_what_differs_is_not_lost_in_a_double_click(monde, theatre, autre):
    jours = jours_de(theatre)[1:]
    deposer(monde, souhait(theatre, monde.lea, monde.noe, jours=jours[:2]))
    voulu = {
        "days": souhait(theatre, monde.lea, monde.noe, jours=jours[:3]),
        "remarks": souhait(theatre, monde.lea, monde.noe, jours=jours[:2], remarques="Et aussi"),
        "period": souhait(theatre, monde.lea, monde.noe, jours=jours[:2], fin=theatre.fin),
        "children": souhait(theatre, monde.lea, jours=jours[:2]),
    }[autre]
    assert "Une demande est déjà en cours" in refus(monde, voulu)["enfants"]


def test_withdrawn_the_same_can_be_asked_again(monde, theatre):
    from portail.domain.demandes import annuler_demande

    premiere = deposer(monde, souhait(theatre, monde.lea))
    annuler_demande(monde.claire, monde.moreau, premiere.id)
    assert deposer(monde, souhait(theatre, monde.lea)).id != premiere.id
    assert fautes() == []


def test_nobody_asks_faster_than_anybody_clicks(monde, theatre, monkeypatch):
    monkeypatch.setattr(rythme, "DEMANDES_PAR_MINUTE", 1)
    deposer(monde, souhait(theatre, monde.lea))
    avant = contenu()
    with pytest.raises(TropVite):
        deposer(monde, souhait(theatre, monde.noe))
    assert contenu() == avant
    with clock.figer(MAINTENANT + dt.timedelta(minutes=2)):
        deposer(monde, souhait(theatre, monde.noe))


# ——— its documents ———


def test_the_documents_sent_for_it_are_joined(monde, theatre):
    recu = documents.deposer(monde.claire, "Assurance", "assurance.pdf", PDF)
    demande = deposer(monde, souhait(theatre, monde.lea, documents=(recu.id,)))
    assert [(d.id, d.piece, d.nom, d.genre) for d in documents.de_la_demande(demande.id)] == [
        (recu.id, "Assurance", "assurance.pdf", "pdf")
    ]


def test_another_accounts_documents_and_another_demandes_are_left_alone(monde, theatre):
    Abonnement.create(compte=monde.paulo, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    de_paulo = documents.deposer(monde.paulo, "Assurance", "a.pdf", PDF)
    recu = documents.deposer(monde.claire, "Assurance", "b.pdf", PDF)
    premiere = deposer(monde, souhait(theatre, monde.lea, documents=(recu.id,)))
    deuxieme = deposer(monde, souhait(theatre, monde.noe, documents=(recu.id, de_paulo.id, 999_999)))
    assert [d.nom for d in documents.de_la_demande(premiere.id)] == ["b.pdf"]
    assert documents.de_la_demande(deuxieme.id) == []
    assert Ligne.select().count() == 2 and Message.select().count() == 0


def test_nobody_makes_the_children_of_others_wait(monde, theatre, monkeypatch):
    verrouilles = []
    vrai = preinscriptions.verrouiller
    monkeypatch.setattr(
        preinscriptions,
        "verrouiller",
        lambda modele, ids: verrouilles.extend(ids := sorted(ids)) or vrai(modele, ids),
    )
    with pytest.raises(SouhaitRefuse):
        preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea, monde.tomas))
    assert verrouilles == [monde.lea.id]

"""Two people act on one pre-registration at the same moment: one outcome, and the other is told kindly.

Each race is run again without the lock, and must then lose: or it proves nothing.
"""

import datetime as dt
import threading
from contextlib import suppress

import pytest

import workflows as w
from models import (
    Abonnement,
    Compte,
    Courriel,
    Demande,
    Evenement,
    LienParental,
    Ligne,
    Preinscription,
    Reservation,
    Responsable,
    Seance,
    db,
    moteur,
)
from portail.domain import (
    demandes,
    fin_d_inscription,
    lecture_planning,
    lot,
    moderation,
    planning,
    preinscriptions,
)
from portail.domain import places as les_places
from portail.domain import reponse_preinscription as reponse
from portail.domain.examen import SouhaitRefuse
from portail.domain.refus import DejaChange, Refus
from portail.domain.reponse import DejaRepondu
from tests.courses.coureurs import ensemble, peupler
from tests.invariants import fautes
from tests.monde import JEUDI, MAINTENANT
from tests.preinscriptions.souhaits import atelier, jours_de, souhait, statuts

PATIENCE = 10
MARDI = dt.date(2026, 12, 8)


@pytest.fixture
def theatre(monde):
    return atelier(monde)


@pytest.fixture
def demande(monde, theatre):
    voulu = souhait(theatre, monde.lea, monde.noe, jours=jours_de(theatre)[1:4])
    return preinscriptions.deposer(monde.claire, monde.moreau, voulu)


def fautes_des_autres(issues) -> list:
    """What nobody should ever meet: anything but a kind word."""
    return [i for i in issues if isinstance(i, Exception) and not isinstance(i, Refus)]


def une_seule(issues) -> None:
    """One went through, the other was told that somebody had been first."""
    assert fautes_des_autres(issues) == []
    assert sorted(isinstance(issue, DejaChange) for issue in issues) == [False, True]
    assert fautes() == []


# ——— one demande ———


def accepter(monde, demande, agent="sophie"):
    qui = getattr(monde, agent)
    return lambda: moderation.accepter(qui, demande.id)


def refuser(monde, demande):
    marc = monde.marc
    return lambda: moderation.refuser(marc, demande.id, "Activité complète")


def annuler(monde, demande):
    claire, moreau = monde.claire, monde.moreau
    return lambda: demandes.annuler_demande(claire, moreau, demande.id)


CONTRE_ACCEPTER = {
    "accept ∥ accept": lambda monde, demande: accepter(monde, demande, "marc"),
    "refuse ∥ accept": refuser,
    "cancel ∥ accept": annuler,
}
A_DEUX = pytest.mark.parametrize("autre", CONTRE_ACCEPTER.values(), ids=CONTRE_ACCEPTER)


@A_DEUX
def test_one_outcome(monde, theatre, demande, autre):
    une_seule(ensemble(accepter(monde, demande), autre(monde, demande)))
    etats = set(statuts(theatre).values())
    assert etats in ({w.RESERVATION_POSSIBLE}, {w.REFUSEE}, {w.ANNULEE})
    pris = {r.statut for r in Reservation.select()}
    assert pris == ({w.RESERVE} if etats == {w.RESERVATION_POSSIBLE} else set())
    decisions = Evenement.select().where(
        Evenement.objet == "preinscription", Evenement.vers.not_in(("", w.DEMANDE_EN_COURS))
    )
    assert decisions.count() == 2, "one for each child"
    reponses = Courriel.select().where(Courriel.cle.startswith("reponse:")).count()
    assert reponses == (0 if etats == {w.ANNULEE} else 1)


class RendezVous:
    """Two runners wait for each other, once, between what each has read and what each will write."""

    def __init__(self) -> None:
        self.barriere = threading.Barrier(2)
        self.deja = threading.local()

    def attendre(self) -> None:
        en_course = threading.current_thread() is not threading.main_thread()
        if en_course and not getattr(self.deja, "venu", False):
            self.deja.venu = True
            with suppress(threading.BrokenBarrierError):
                self.barriere.wait(PATIENCE)

    def apres(self, lire):
        def lire_puis_attendre(*args, **kwargs):
            lu = lire(*args, **kwargs)
            self.attendre()
            return lu

        return lire_puis_attendre

    def avant(self, acte):
        def attendre_puis_faire(*args, **kwargs):
            self.attendre()
            return acte(*args, **kwargs)

        return attendre_puis_faire


@pytest.fixture
def sans_verrou(base, monkeypatch):
    """The locks taken out; both have read before either writes."""

    def lire_sans_verrouiller(modele, ids):
        return {ligne.id: ligne for ligne in modele.select().where(modele.id.in_(list(ids)))}

    for module in (lot, preinscriptions, demandes, planning, fin_d_inscription, les_places):
        monkeypatch.setattr(module, "verrouiller", lire_sans_verrouiller)
    rendez_vous = RendezVous()
    for module, nom in (
        (reponse, "a_repondre"),
        (preinscriptions, "examiner"),
        (fin_d_inscription, "_creneaux"),
        (lecture_planning, "creneaux"),
    ):
        monkeypatch.setattr(module, nom, rendez_vous.apres(getattr(module, nom)))
    annuler = preinscriptions.annuler_les_preinscriptions
    monkeypatch.setattr(preinscriptions, "annuler_les_preinscriptions", rendez_vous.avant(annuler))
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")


@A_DEUX
def test_without_the_locks_somebody_gets_an_error_or_both_believe_they_were_first(
    monde, theatre, demande, sans_verrou, autre
):
    """The conditional write saves the statuses even then: whoever loses may not be told by whom."""
    issues = ensemble(accepter(monde, demande), autre(monde, demande))
    bien_dit = [i for i in issues if isinstance(i, DejaRepondu) or "a déjà répondu" in str(i)]
    assert not bien_dit


# ——— two parents ———


@pytest.fixture
def julien(monde):
    compte = Compte.create(
        email="julien@example.org",
        prenom="Julien",
        nom="Moreau",
        role="famille",
        mot_de_passe="-",
        cree_le=MAINTENANT,
        active_le=MAINTENANT,
    )
    adulte = Responsable.get(prenom="Julien")
    Abonnement.create(
        compte=compte, famille=monde.moreau, responsable=adulte, statut=w.ACTIF, cree_le=MAINTENANT
    )
    return compte


def deux_parents(monde, theatre, julien):
    """Both ask for the same at once."""
    moreau, voulu = monde.moreau, souhait(theatre, monde.lea, jours=jours_de(theatre)[1:3])
    return ensemble(
        *(lambda qui=qui: preinscriptions.deposer(qui, moreau, voulu) for qui in (monde.claire, julien))
    )


def test_two_parents_ask_for_one(monde, theatre, julien):
    issues = deux_parents(monde, theatre, julien)
    assert fautes_des_autres(issues) == []
    (refus,) = (issue for issue in issues if isinstance(issue, SouhaitRefuse))
    assert "Une demande est déjà en cours" in refus.examen.fautes["enfants"]
    assert Demande.select().count() == 1
    assert fautes() == []


def test_without_the_lock_both_have_asked_or_one_gets_an_error(monde, theatre, julien, sans_verrou):
    issues = deux_parents(monde, theatre, julien)
    assert Demande.select().count() == 2 or fautes_des_autres(issues)


def test_one_parent_clicks_twice_at_once(monde, theatre):
    claire, moreau, voulu = monde.claire, monde.moreau, souhait(theatre, monde.lea, monde.noe)
    issues = ensemble(*2 * [lambda: preinscriptions.deposer(claire, moreau, voulu)])
    assert len({issue.id for issue in issues}) == 1
    assert Demande.select().count() == 1
    assert fautes() == []


# ——— an early end, a booking of a later day ———


def finir_et_reserver(monde):
    jeudi = monde.seance(monde.matin, JEUDI)
    sienne = Preinscription.get(enfant=monde.lea, activite=monde.matin)
    sophie, claire, moreau, voeu = monde.sophie, monde.claire, monde.moreau, (monde.lea.id, jeudi.id)
    return ensemble(
        lambda: fin_d_inscription.mettre_fin(sophie, moreau.id, sienne.id, MARDI),
        lambda: planning.demander_reservation(claire, moreau, [voeu]),
    )


def test_nothing_is_booked_after_the_end(monde):
    issues = finir_et_reserver(monde)
    assert fautes_des_autres(issues) == []
    assert monde.statut(monde.lea, monde.seance(monde.matin, JEUDI)) == w.NON_RESERVE
    assert fautes() == []


def test_without_the_lock_a_day_is_booked_where_nobody_is_registered_or_one_gets_an_error(monde, sans_verrou):
    issues = finir_et_reserver(monde)
    assert fautes() or fautes_des_autres(issues)


# ——— the last place ———


def derniere_place(monde, combien: int = 2):
    """So many families, each of whom an agent answers at once; one place."""
    theatre = atelier(monde, places=1, age_min=0)
    jours = jours_de(theatre)[1:3]
    siennes = []
    for foyer in peupler(monde.centre, combien):
        adulte = Responsable.create(
            famille=foyer.famille, prenom="Camille", nom="Foyer", email=foyer.compte.email
        )
        LienParental.create(responsable=adulte, enfant=foyer.enfant, droit="plein")
        voulu = souhait(theatre, foyer.enfant, jours=jours)
        siennes.append(preinscriptions.deposer(foyer.compte, foyer.famille, voulu))
    agents = (monde.sophie, monde.marc)
    issues = ensemble(
        *(
            lambda agent=agents[n % 2], demande=demande: moderation.accepter(agent, demande.id)
            for n, demande in enumerate(siennes)
        )
    )
    return theatre, jours, issues


def test_two_families_on_the_last_place(monde):
    theatre, jours, issues = derniere_place(monde, 6)
    assert [issue for issue in issues if isinstance(issue, Exception)] == []
    for jour in jours:
        seance = Seance.get(activite=theatre, jour=jour)
        pris = [r.statut for r in Reservation.select().where(Reservation.seance == seance)]
        assert (pris.count(w.RESERVE), pris.count(w.LISTE_ATTENTE)) == (1, 5)
        assert seance.prises == 1
    assert {ligne.statut for ligne in Ligne.select()} == {w.ACCEPTEE}
    assert fautes() == []


def test_without_the_lock_one_of_them_gets_an_error(monde, sans_verrou):
    _, _, issues = derniere_place(monde)
    assert fautes_des_autres(issues), "the database has the last word: more is never sold than there is"

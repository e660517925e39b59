"""A long demande asked for: one demande, the lines that the preview counted, nothing twice."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workflows as w
from models import (
    Activite,
    Capacite,
    CapaciteActivite,
    Demande,
    Document,
    LienParental,
    Ligne,
    Reservation,
    Seance,
)
from portail import clock
from portail.domain import documents, droits, longue_periode
from portail.domain.apercu_long import EN_LISTE
from portail.domain.examen_creneaux import DEJA, POSSIBLE
from portail.domain.jours_voulus import FREQUENCES, Habitude
from portail.domain.longue_periode import SouhaitLongRefuse
from portail.domain.refus import Interdit, Refus
from portail.domain.suite_longue import demande_de, lire_la_suite
from tests.actes import empreinte, lignes, places
from tests.conftest import fermer
from tests.invariants import fautes
from tests.longue_periode.souhaits import absences, motif, souhait, voir
from tests.monde import LUNDI, MAINTENANT, Monde
from tests.test_proprietes import REGLAGES, ouvrir

MARDI = dt.date(2026, 12, 8)


def demander(monde, voulu):
    return longue_periode.demander(monde.claire, monde.moreau, voulu)


def suivre(monde, demande_id: int, voulu=None):
    return lire_la_suite(droits.regard(monde.claire, monde.moreau), demande_id, voulu)


def test_all_of_it_is_one_demande(monde):
    depot = demander(monde, souhait([monde.lea, monde.noe], [monde.cantine, monde.soir]))
    assert len(depot.retenus) == 16 and not depot.refuses and not depot.deja
    assert Demande.select().count() == 1
    assert {li.reservation.statut for li in lignes(depot.demande)} == {w.RESERVATION_ATTENTE}
    assert fautes() == []


def test_what_is_answered_at_once_takes_its_place_and_the_next_one_waits(monde):
    places(monde.seance(monde.matin, LUNDI), 1)
    voulu = souhait([monde.lea, monde.noe], [monde.matin], (0,), fin=LUNDI)
    depot = demander(monde, voulu)
    vue = suivre(monde, depot.demande.id, voulu)
    assert [mot for _, mot in vue.dits] == ["enregistré", "en liste d’attente"]
    attente = [g for volet in vue.volets for g in volet.groupes if g.issue == EN_LISTE]
    assert [g.pourquoi for g in attente] == ["1er sur la liste d’attente"]
    assert not vue.annulable and fautes() == []


def test_asking_twice_is_harmless_and_leads_to_the_same_demande(monde):
    voulu = souhait([monde.lea], [monde.cantine])
    premier = demander(monde, voulu)
    avant = empreinte()
    second = demander(monde, voulu)
    assert second.demande is None and len(second.deja) == 4 and empreinte() == avant
    assert demande_de(monde.moreau, second) == premier.demande.id


def test_what_the_town_took_over_leads_to_no_demande(monde):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    depot = demander(monde, souhait([monde.lea], [monde.cantine], (0,), fin=LUNDI))
    assert depot.demande is None and demande_de(monde.moreau, depot) is None


def test_together_or_not_at_all_ties_those_who_wait(monde):
    places(monde.seance(monde.matin, LUNDI), 1)
    depot = demander(monde, souhait([monde.lea, monde.noe], [monde.matin], (0,), fin=LUNDI, ensemble=True))
    siennes = [li.reservation for li in lignes(depot.demande)]
    assert {r.statut for r in siennes} == {w.LISTE_ATTENTE}
    assert len({r.fratrie for r in siennes}) == 1 and siennes[0].fratrie is not None


def test_absences_with_a_reason_and_its_document_wait_for_an_agent(monde):
    malade = motif(facturation="jamais", justificatif="Certificat médical")
    for jour in (LUNDI, MARDI):
        monde.poser(monde.lea, monde.seance(monde.matin, jour), w.RESERVE)
    papier = documents.deposer(monde.claire, malade.justificatif, "c.pdf", b"%PDF-1.4\n%%EOF")
    voulu = absences([monde.lea], [monde.matin], motif=malade.id, documents=(papier.id,))
    depot = demander(monde, voulu)
    demande = Demande.get_by_id(depot.demande.id)
    assert demande.motif_absence == malade and demande.piece_attendue == ""
    assert Document.get_by_id(papier.id).demande_id == demande.id
    assert [(li.facturee, li.reservation.statut) for li in lignes(demande)] == [
        (False, w.ABSENCE_ATTENTE)
    ] * 2


def test_a_booking_has_no_reason_whatever_the_wish_says(monde):
    depot = demander(monde, souhait([monde.lea], [monde.cantine], motif=999))
    assert depot.demande.motif_absence_id is None


@pytest.mark.parametrize("autres", [{"habitudes": frozenset()}, {"fin": dt.date(2026, 11, 1)}])
def test_a_wish_that_is_not_sound_writes_nothing(monde, autres):
    avant = empreinte()
    with pytest.raises(SouhaitLongRefuse) as refus:
        demander(monde, souhait([monde.lea], [monde.cantine], **autres))
    assert refus.value.apercu.fautes and empreinte() == avant


def test_a_stranger_s_child_is_not_asked_for(monde):
    avant = empreinte()
    with pytest.raises(SouhaitLongRefuse):
        demander(monde, souhait([monde.lea, monde.tomas], [monde.cantine]))
    assert empreinte() == avant


def test_whoever_only_follows_asks_for_nothing(monde):
    LienParental.update(droit="information").where(LienParental.responsable == monde.adulte_claire).execute()
    avant = empreinte()
    with pytest.raises(Interdit, match="Vous suivez"):
        demander(monde, souhait([monde.lea], [monde.cantine]))
    assert empreinte() == avant


def test_past_every_deadline_it_says_so_and_writes_nothing(monde):
    voulu = souhait([monde.lea], [monde.cantine], fin=MARDI)
    with clock.figer(clock.instant(LUNDI, dt.time(9))):
        avant = empreinte()
        with pytest.raises(Refus, match="délai est dépassé"):
            demander(monde, voulu)
        assert empreinte() == avant


def test_what_became_of_it_is_nobody_else_s(monde):
    depot = demander(monde, souhait([monde.lea], [monde.cantine]))
    assert suivre(monde, depot.demande.id) is not None
    assert lire_la_suite(droits.regard(monde.paulo, monde.dasilva), depot.demande.id, None) is None
    LienParental.update(droit="aucun").where(LienParental.responsable == monde.adulte_claire).execute()
    assert suivre(monde, depot.demande.id) is None


def test_what_could_not_be_asked_for_is_told_beside_it(monde):
    """Asked again with other days: what stands already and what is too late are not of this demande."""
    demander(monde, souhait([monde.lea], [monde.cantine], (1,), fin=MARDI))
    voulu = souhait([monde.lea], [monde.cantine], debut=dt.date(2026, 12, 1), fin=MARDI)
    depot = demander(monde, voulu)
    vue = suivre(monde, depot.demande.id, voulu)
    assert vue.dits == [(1, "en attente de la mairie"), (1, "déjà fait"), (1, "trop tard")]
    assert suivre(monde, depot.demande.id, absences([monde.lea], [monde.cantine])).dits == vue.dits[:1]


# ——— whatever the wish: the preview counts what the act does ———

JOURS = st.sets(st.tuples(st.integers(0, 4), st.sampled_from(sorted(FREQUENCES))), min_size=1, max_size=5)


@settings(max_examples=25, **REGLAGES)
@given(
    jours=JOURS,
    quels=st.sets(st.sampled_from(("lea", "noe", "ines")), min_size=1),
    activites=st.sets(st.sampled_from(("matin", "cantine", "soir", "centre")), min_size=1),
    debut=st.integers(-6, 12),
    duree=st.integers(0, 16),
    ensemble=st.booleans(),
    nature=st.sampled_from((w.NATURE_RESERVATION, w.NATURE_ABSENCE)),
    peu=st.integers(0, 3),
    etats=st.lists(st.sampled_from((None, w.RESERVE, w.ABSENT, w.LISTE_ATTENTE)), min_size=9, max_size=9),
    partage=st.booleans(),
)
def test_the_preview_counts_what_the_act_does(
    modele_sqlite, tmp_path, jours, quels, activites, debut, duree, ensemble, nature, peu, etats, partage
):
    monde = ouvrir(modele_sqlite, tmp_path)
    with clock.figer(MAINTENANT):
        _peupler(monde, peu, etats, partage)
        premier = LUNDI + dt.timedelta(debut)
        voulu = souhait(
            [getattr(monde, nom) for nom in sorted(quels)],
            [getattr(monde, nom) for nom in sorted(activites)],
            habitudes=frozenset(Habitude(*jour) for jour in jours),
            debut=premier,
            fin=premier + dt.timedelta(duree),
            ensemble=ensemble,
            nature=nature,
        )
        try:
            _comparer(monde, voulu)
        finally:
            fermer()


def _comparer(monde: Monde, voulu) -> None:
    vu = voir(monde, voulu)
    avant = empreinte()
    if vu.fautes or not vu.retenues:
        try:
            assert demander(monde, voulu).demande is None and set(vu.comptes) & {DEJA}
        except Refus:
            assert vu.fautes or DEJA not in vu.comptes
        assert empreinte() == avant
        return
    depot = demander(monde, voulu)
    assert len(depot.retenus) == vu.retenues
    assert len(depot.deja) == vu.comptes.get(DEJA, 0)
    assert len(depot.refuses) == sum(not li.retenue and li.issue != DEJA for li in vu.lignes)
    promis = {(li.creneau.enfant.id, li.creneau.seance.id): li for li in vu.lignes if li.retenue}
    for ligne in Ligne.select(Ligne, Reservation).join(Reservation).where(Ligne.demande == depot.demande):
        promesse = promis.pop((ligne.reservation.enfant_id, ligne.reservation.seance_id))
        assert promesse.immediate == (ligne.statut == w.ACCEPTEE)
        assert ligne.facturee == promesse.facturee
        if promesse.immediate and voulu.nature == w.NATURE_RESERVATION:
            fini = {POSSIBLE: w.RESERVE, EN_LISTE: w.LISTE_ATTENTE}[promesse.issue]
            assert ligne.reservation.statut == fini, (ligne.reservation.statut, fini)
    assert not promis and fautes() == []


def _peupler(monde: Monde, peu: int, etats: list[str | None], partage: bool) -> None:
    """Few places, some of them taken; one room for two activities, or not."""
    creneaux = [
        (enfant, monde.seance(monde.matin, LUNDI + dt.timedelta(n)))
        for enfant in (monde.lea, monde.noe, monde.ines)
        for n in (0, 1, 3)
    ]
    for (enfant, seance), etat in zip(creneaux, etats, strict=True):
        if etat:
            monde.poser(enfant, seance, etat)
    Seance.update(places=Seance.prises + peu).where(Seance.activite.in_([monde.matin, monde.soir])).execute()
    Activite.update(automatique=True).where(Activite.id == monde.soir.id).execute()
    if partage:
        commune = Capacite.create(nom="Salle", places=6 + peu)
        for activite in (monde.matin, monde.cantine):
            CapaciteActivite.create(capacite=commune, activite=activite)

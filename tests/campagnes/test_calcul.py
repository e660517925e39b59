"""The invoices to be of a family: shares, keys, sentences, anomalies; the same whatever the order."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.domain.calcul_de_factures import (
    DEUX_ADRESSES,
    NON_POINTEE,
    QUOTIENT_ANCIEN,
    SANS_PAYEUR,
    SANS_QUOTIENT,
    SANS_RESERVATION,
    SANS_TARIF,
    Anomalie,
    calculer,
)
from portail.domain.consommations import ABSENCE, MOIS, SEANCE, Consommation
from portail.domain.grille_tarifaire import EnVigueur, Grille
from portail.domain.payeurs import Payeur
from portail.domain.tarification import EFFORT, FORFAIT, TRANCHES, Bareme, Tranche

JOUR = dt.date(2026, 11, 24)
LEA, NOE, CANTINE, SOIR = 1, 2, 10, 11
CLAIRE, JULIEN = 100, 101
ENFANTS, ACTIVITES = ((LEA, "Léa"), (NOE, "Noé")), ((CANTINE, "Cantine"), (SOIR, "Soir"))
NOMS = {(e, a): f"{prenom}, {nom}" for e, prenom in ENFANTS for a, nom in ACTIVITES}
A_345 = Bareme(FORFAIT, prix=345)


def tarifs(**par_activite):
    noms = {"cantine": CANTINE, "soir": SOIR}
    annee = (dt.date(2026, 9, 1), dt.date(2027, 7, 2))
    return Grille({noms[n]: (EnVigueur(1, *annee, "", b),) for n, b in par_activite.items()})


def payeur(ident=CLAIRE, part=100, quotient=60_000, **champs):
    defauts = {"fiscal_le": dt.date(2026, 9, 1), "categorie": "commune", "foyer": part == 100}
    return Payeur(ident, part, quotient, destinataire="Claire Moreau", **(defauts | champs))


def seance(n=1, enfant=LEA, activite=CANTINE, genre=SEANCE, **champs):
    return Consommation(enfant, activite, JOUR, genre, 1, seance_id=n, minutes=120, **champs)


def facturer(consommees, grille, qui):
    return calculer(1, consommees, grille, qui, NOMS)


def test_each_line_says_who_what_and_why():
    (facture,) = facturer([seance()], tarifs(cantine=A_345), {LEA: (payeur(),)}).factures
    (ligne,) = facture.lignes
    assert (ligne.cle, ligne.libelle, ligne.montant) == ("s:1:1:100", "Léa, Cantine", 345)
    assert ligne.explication == "3,45\N{NO-BREAK SPACE}€ la séance."


def test_parents_who_live_apart_each_pay_their_share_of_their_own_price():
    bareme = Bareme(TRANCHES, tranches=(Tranche(0, 101), Tranche(50_000, 201)))
    qui = {LEA: (payeur(CLAIRE, 50, 40_000), payeur(JULIEN, 50, 90_000))}
    calcul = facturer([seance()], tarifs(cantine=bareme), qui)
    assert [(f.payeur.responsable_id, f.total) for f in calcul.factures] == [(CLAIRE, 51), (JULIEN, 100)]
    assert calcul.factures[0].lignes[0].explication.endswith(" Votre part : 50\N{NO-BREAK SPACE}%.")


def test_a_no_show_is_billed_only_where_the_tariff_says_so():
    absence = seance(genre=ABSENCE, absence="absence non prévenue", non_prevenue=True)
    clemente = Bareme(FORFAIT, prix=345, absence_non_prevenue=False)
    assert facturer([absence], tarifs(cantine=clemente), {LEA: (payeur(),)}).factures == ()
    assert facturer([absence], tarifs(cantine=A_345), {LEA: (payeur(),)}).total == 345


def test_a_month_is_billed_once_and_its_séances_are_not():
    bareme = Bareme(FORFAIT, "mois", prix=4_000)
    mois = Consommation(LEA, CANTINE, JOUR, MOIS, 1, jours=(JOUR,))
    (facture,) = facturer([seance(), seance(2), mois], tarifs(cantine=bareme), {LEA: (payeur(),)}).factures
    assert [(li.cle, li.montant) for li in facture.lignes] == [("m:2026-11:10:1:100", 4_000)]


def test_of_two_parents_one_pays_the_month_and_the_other_each_séance_where_their_tariffs_say_so():
    annee = (dt.date(2026, 9, 1), dt.date(2027, 7, 2))
    au_mois = EnVigueur(1, *annee, "commune", Bareme(FORFAIT, "mois", prix=4_000))
    a_la_seance = EnVigueur(2, *annee, "hors_commune", Bareme(FORFAIT, prix=500))
    qui = {LEA: (payeur(CLAIRE, 50), payeur(JULIEN, 50, categorie="hors_commune"))}
    mois = Consommation(LEA, CANTINE, JOUR, MOIS, 1, jours=(JOUR,))
    calcul = facturer([seance(), seance(2), mois], Grille({CANTINE: (au_mois, a_la_seance)}), qui)
    assert [(f.payeur.responsable_id, f.total) for f in calcul.factures] == [(CLAIRE, 2_000), (JULIEN, 500)]
    assert calcul.anomalies == ()


def test_what_comes_to_nothing_is_no_invoice():
    assert facturer([seance()], tarifs(cantine=Bareme(FORFAIT)), {LEA: (payeur(),)}).factures == ()


def test_without_a_tariff_nothing_is_billed_and_it_is_told():
    calcul = facturer([seance()], tarifs(), {LEA: (payeur(),)})
    assert (calcul.factures, calcul.anomalies) == ((), (Anomalie(SANS_TARIF, LEA, CANTINE),))


def test_a_tariff_that_one_of_two_parents_does_not_find_bills_neither():
    vigueur = EnVigueur(1, dt.date(2026, 9, 1), dt.date(2027, 7, 2), "commune", A_345)
    qui = {LEA: (payeur(CLAIRE, 50), payeur(JULIEN, 50, categorie="hors_commune"))}
    calcul = facturer([seance()], Grille({CANTINE: (vigueur,)}), qui)
    assert (calcul.factures, calcul.anomalies) == ((), (Anomalie(SANS_TARIF, LEA, CANTINE),))


def test_a_child_without_any_adult_is_billed_to_nobody_and_it_is_told():
    assert facturer([seance()], tarifs(cantine=A_345), {}).anomalies == (Anomalie(SANS_PAYEUR, LEA),)


@pytest.mark.parametrize(
    ("qui", "code"),
    [
        (payeur(quotient=None), SANS_QUOTIENT),
        (payeur(fiscal_le=dt.date(2025, 12, 31)), QUOTIENT_ANCIEN),
        (payeur(fiscal_le=None), QUOTIENT_ANCIEN),
        (payeur(sans_parts=True), DEUX_ADRESSES),
    ],
)
def test_what_is_doubtful_of_who_pays_is_told_and_billed_all_the_same(qui, code):
    bareme = Bareme(EFFORT, taux=500, plancher=100, plafond=500)
    calcul = facturer([seance()], tarifs(cantine=bareme), {LEA: (qui,)})
    assert calcul.total > 0
    assert calcul.anomalies == (Anomalie(code, LEA, responsable_id=CLAIRE),)


def test_a_flat_price_needs_no_quotient():
    assert facturer([seance()], tarifs(cantine=A_345), {LEA: (payeur(quotient=None),)}).anomalies == ()


def test_what_was_not_pointed_and_who_came_without_a_booking_are_told_with_their_séance():
    consommees = [seance(1, non_pointee=True), seance(2, genre="sans_reservation")]
    assert facturer(consommees, tarifs(cantine=A_345), {LEA: (payeur(),)}).anomalies == (
        Anomalie(NON_POINTEE, LEA, CANTINE, 1),
        Anomalie(SANS_RESERVATION, LEA, CANTINE, 2),
    )


consommations = st.lists(
    st.builds(
        seance,
        st.integers(1, 40),
        st.sampled_from((LEA, NOE)),
        st.sampled_from((CANTINE, SOIR)),
        st.sampled_from((SEANCE, "sans_reservation")),
        non_pointee=st.booleans(),
        tardive=st.booleans(),
    ),
    max_size=25,
    unique_by=lambda c: c.cle,
)
baremes = st.builds(
    Bareme,
    st.just(TRANCHES),
    st.sampled_from(("seance", "demi_heure")),
    tranches=st.integers(1, 5_000).map(lambda p: (Tranche(0, p), Tranche(50_000, 3 * p))),
    fratrie_2=st.integers(0, 100),
    supplement_tardif=st.integers(0, 500),
)
partages = st.integers(1, 99).map(lambda p: (payeur(CLAIRE, p), payeur(JULIEN, 100 - p)))


@given(consommations, baremes, st.one_of(st.just((payeur(),)), partages), st.randoms())
def test_the_order_changes_nothing_and_no_key_comes_twice(consommees, bareme, qui, alea):
    grille = tarifs(cantine=bareme, soir=A_345)
    melangees = list(consommees)
    alea.shuffle(melangees)
    calcul = facturer(consommees, grille, {LEA: qui, NOE: qui})
    assert facturer(melangees, grille, {NOE: qui, LEA: qui}) == calcul
    cles = [ligne.cle for facture in calcul.factures for ligne in facture.lignes]
    assert len(cles) == len(set(cles))
    assert calcul.total == sum(li.montant for f in calcul.factures for li in f.lignes)


@given(consommations, baremes, partages)
def test_the_shares_of_a_price_make_the_price_to_the_cent(consommees, bareme, qui):
    grille = tarifs(cantine=bareme, soir=A_345)
    entier = facturer(consommees, grille, {LEA: (payeur(),), NOE: (payeur(),)})
    partage = facturer(consommees, grille, {LEA: qui, NOE: qui})
    assert partage.total == entier.total

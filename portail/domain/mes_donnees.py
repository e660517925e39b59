"""« Mes données »: all that the portal holds of a person, to read or to take away (RGPD, art. 15 and 20).

Of the family files that the account is subscribed to, what it may see of them (`mes_donnees_du_dossier.py`);
of the other adults, their names only. As many queries whatever the number of rows.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from peewee import JOIN, fn

import workflows as w
from models import (
    Abonnement,
    Activite,
    Agenda,
    Compte,
    Courriel,
    Demande,
    Enfant,
    Famille,
    Lieu,
    Ligne,
    Preinscription,
    Reservation,
    SansRappel,
    Seance,
    SecondFacteur,
    SessionOuverte,
    numero_de_demande,
)
from portail import clock, mots
from portail.domain import journal, lecture_contestations, lecture_demandes, navigateurs
from portail.domain import mes_donnees_de_facturation as de_facturation
from portail.domain import mes_donnees_des_inscriptions as des_inscriptions
from portail.domain.courriels_de_compte import prefixe
from portail.domain.mes_donnees_du_dossier import DossiersLus

Rangees = list[dict[str, Any]]


def rassembler(compte: Compte) -> dict[str, Any]:
    """Everything, by subject, in the words of the screen. Dates are dates, instants are those of Paris."""
    abonnements, sans = _abonnements(compte), _activites_sans_rappel(compte)
    familles = [a.famille for a in abonnements if a.statut == w.ACTIF]
    ids = [famille.id for famille in familles]
    dossiers = DossiersLus(compte, familles)
    suivis = sorted(dossiers.suivis)
    parties = {
        "responsables": dossiers.responsables(),
        "enfants": dossiers.enfants(),
        "inscriptions": _inscriptions(suivis),
        "reservations": _reservations(suivis),
        "factures": de_facturation.factures(dossiers.regards.values()),
        "reglements": de_facturation.reglements(dossiers.regards.values()),
        "mandats": de_facturation.mandats(dossiers.regards.values()),
        "demandes": _demandes(
            ids, suivis, dossiers.modifications(), lecture_contestations.a_emporter(dossiers.regards.values())
        ),
    }
    return {
        "compte": _compte(compte),
        "sessions": _sessions(compte),
        "abonnements": [_abonnement(abonnement, sans.get(abonnement.id, [])) for abonnement in abonnements],
        "agendas": _agendas(compte, ids, suivis),
        "familles": [
            {"code_abonne": famille.code_abonne, "nom": famille.nom}
            | {partie: rangees[famille.id] for partie, rangees in parties.items()}
            for famille in familles
        ],
        "documents": des_inscriptions.documents(compte),
        "courriels": _courriels(compte, ids),
        "journal": [
            {
                "quand": clock.a_paris(fait.quand),
                "fait": fait.phrase,
                "famille": fait.famille,
                "par": fait.par,
            }
            for fait in journal.tout_lire(compte)
        ],
    }


def en_json(valeur: object) -> str:
    """How a date, an instant, an hour is written: ISO 8601."""
    assert isinstance(valeur, dt.date | dt.time), valeur
    return valeur.isoformat()


# ——— the account ———


def _compte(compte: Compte) -> dict[str, Any]:
    facteur = SecondFacteur.get_or_none(SecondFacteur.compte == compte)
    return {
        "prenom": compte.prenom,
        "nom": compte.nom,
        "email": compte.email,
        "role": compte.role,
        "service": compte.service,
        "cree_le": clock.a_paris(compte.cree_le),
        "active_le": _instant(compte.active_le),
        "second_facteur_depuis": _instant(facteur and facteur.actif_depuis),
    }


def _sessions(compte: Compte) -> Rangees:
    requete = (
        SessionOuverte.select()
        .where(SessionOuverte.compte == compte)
        .order_by(SessionOuverte.ouverte_le.desc(), SessionOuverte.id.desc())
    )
    return [
        {
            "appareil": navigateurs.nommer(session.appareil),
            "navigateur": session.appareil,
            "ouverte_le": clock.a_paris(session.ouverte_le),
            "vue_le": clock.a_paris(session.vue_le),
            "fermee_le": _instant(session.fermee_le),
        }
        for session in requete
    ]


def _abonnements(compte: Compte) -> list[Abonnement]:
    return list(
        Abonnement.select(Abonnement, Famille)
        .join(Famille)
        .where(Abonnement.compte == compte)
        .order_by(Famille.recherche, Abonnement.id)
    )


def _activites_sans_rappel(compte: Compte) -> dict[int, list[str]]:
    """By subscription, the activities of which the account wants no reminder."""
    requete = (
        SansRappel.select(SansRappel.abonnement, Activite.nom)
        .join(Abonnement)
        .join_from(SansRappel, Activite)
        .where(Abonnement.compte == compte, Abonnement.statut == w.ACTIF)
        .order_by(Activite.rang, Activite.id)
    )
    trouvees: dict[int, list[str]] = defaultdict(list)
    for abonnement_id, nom in requete.tuples():
        trouvees[abonnement_id].append(nom)
    return trouvees


def _abonnement(abonnement: Abonnement, sans_rappel: list[str]) -> dict[str, Any]:
    """A subscription that is not active, or no more, says nothing of the family."""
    famille = abonnement.famille if abonnement.statut == w.ACTIF else None
    return {
        "famille": famille.nom if famille else "",
        "code_abonne": famille.code_abonne if famille else "",
        "etat": w.ABONNEMENT.etats[abonnement.statut].libelle,
        "cree_le": clock.a_paris(abonnement.cree_le),
        "rappels": not abonnement.sans_rappels,
        "sans_rappel_pour": sans_rappel,
        "accuses_des_autres": not abonnement.sans_accuses_des_autres,
        "rappele_le": _instant(abonnement.rappele_le),
    }


def _agendas(compte: Compte, familles: list[int], suivis: list[int]) -> Rangees:
    """The addresses that its calendars read, or have read; never the address itself, that opens them."""
    requete = (
        Agenda.select(Agenda, Famille, Enfant)
        .join(Famille)
        .join_from(Agenda, Enfant, JOIN.LEFT_OUTER)
        .where(Agenda.compte == compte)
        .order_by(Agenda.id.desc())
    )
    return [
        {
            "famille": agenda.famille.nom if agenda.famille_id in familles else "",
            "enfant": agenda.enfant.prenom if agenda.enfant_id in suivis else "",
            "cree_le": clock.a_paris(agenda.cree_le),
            "supprime_le": _instant(agenda.revoque_le),
        }
        for agenda in requete
    ]


def _courriels(compte: Compte, familles: list[int]) -> Rangees:
    """What was written to the account, about itself and about its families. Not the text: it holds links."""
    de_lui = Courriel.famille.is_null() & Courriel.cle.startswith(prefixe(compte))
    des_familles = Courriel.famille.in_(familles) & (Courriel.destinataire == compte.email)
    lus = [
        courriel
        for source in (de_lui, des_familles)
        for courriel in Courriel.select(
            Courriel.id, Courriel.destinataire, Courriel.sujet, Courriel.cree_le, Courriel.envoye_le
        ).where(source)
    ]
    return [
        {
            "ecrit_le": clock.a_paris(courriel.cree_le),
            "envoye_le": _instant(courriel.envoye_le),
            "adresse": courriel.destinataire,
            "sujet": courriel.sujet,
        }
        for courriel in sorted(lus, key=lambda courriel: (courriel.cree_le, courriel.id), reverse=True)
    ]


# ——— the family files ———


def _inscriptions(enfants: list[int]) -> dict[int, Rangees]:
    requete = (
        Preinscription.select(
            Enfant.famille,
            Enfant.prenom,
            Activite.nom,
            Lieu.nom,
            Preinscription.debut,
            Preinscription.fin,
            Preinscription.statut,
        )
        .join(Enfant)
        .switch(Preinscription)
        .join(Activite)
        .join(Lieu)
        .where(Enfant.id.in_(enfants))
        .order_by(Preinscription.debut.desc(), Enfant.rang, Activite.rang, Preinscription.id)
        .tuples()
    )
    jour = clock.aujourdhui()
    return _par_famille(
        (
            famille,
            {
                "enfant": prenom,
                "activite": activite,
                "lieu": lieu,
                "debut": debut,
                "fin": fin,
                "etat": w.etat_preinscription(statut, fin, jour).libelle,
            },
        )
        for famille, prenom, activite, lieu, debut, fin, statut in requete
    )


def _reservations(enfants: list[int]) -> dict[int, Rangees]:
    requete = (
        Reservation.select(Enfant.famille, Enfant.rang, Enfant.prenom, Reservation.seance, Reservation.statut)
        .join(Enfant)
        .where(Enfant.id.in_(enfants))
        .order_by(Reservation.id)
        .tuples()
    )
    rangees = list(requete)
    seances = _seances(rangee[3] for rangee in rangees)
    rangees.sort(key=lambda r: (-seances[r[3]].jour.toordinal(), seances[r[3]].debut, r[1]))
    return _par_famille(
        (
            famille,
            {
                "enfant": prenom,
                "activite": seances[seance].activite.nom,
                "jour": seances[seance].jour,
                "debut": seances[seance].debut,
                "fin": seances[seance].fin,
                "etat": w.CRENEAU.etats[statut].libelle,
            },
        )
        for famille, _, prenom, seance, statut in rangees
    )


def _seances(ids: Iterable[int | None]) -> dict[int, Seance]:
    """These séances, with their activities. By their ids, and not joined: a town has far more of them."""
    voulues = sorted({ident for ident in ids if ident})
    requete = Seance.select(Seance, Activite).join(Activite).where(Seance.id.in_(voulues))
    return {seance.id: seance for seance in requete}


def _demandes(
    familles: list[int],
    suivis: list[int],
    modifications: dict[int, Rangees],
    contestations: dict[int, Rangees],
) -> dict[int, Rangees]:
    """The demandes; one of which nothing may be read is not here."""
    lignes, lus = _lignes(familles, suivis)
    requete = (
        Demande.select(Demande, Compte)
        .join(Compte, on=Demande.auteur)
        .where(Demande.famille.in_(familles))
        .order_by(Demande.deposee_le.desc(), Demande.id.desc())
    )
    toutes = list(requete)
    echanges = des_inscriptions.echanges(
        [demande.id for demande in toutes if demande.nature == w.NATURE_PREINSCRIPTION]
    )
    return _par_famille(
        (
            demande.famille_id,
            {
                "numero": numero_de_demande(demande.id, demande.deposee_le),
                "nature": w.NATURES[demande.nature],
                "etat": w.DEMANDE.etats[lus.get(demande.id, demande.statut)].libelle,
                "deposee_le": clock.a_paris(demande.deposee_le),
                "par": demande.auteur.nom_complet,
                "repondue_le": _instant(None if lus.get(demande.id) == w.EN_ATTENTE else demande.repondue_le),
                "lignes": lignes.get(demande.id, []),
            }
            | ({"modifications": modifications[demande.id]} if demande.id in modifications else {})
            | ({"contestations": contestations[demande.id]} if demande.id in contestations else {})
            # a thread may speak of a child whom one may not follow
            | (
                {"echanges": echanges[demande.id]} if demande.id in echanges and demande.id not in lus else {}
            ),
        )
        for demande in toutes
        if any(demande.id in lues for lues in (lignes, modifications, contestations))
    )


def _lignes(familles: list[int], suivis: list[int]) -> tuple[dict[int, Rangees], dict[int, str]]:
    """The lines about these children, by demande: of a booking its séance, of an inscription its period.

    Then the state of each demande that holds other lines too, by those that are read.
    """
    inscrit = Enfant.alias()
    requete = (
        Ligne.select(
            Ligne.demande,
            fn.COALESCE(Enfant.id, inscrit.id),
            fn.COALESCE(Enfant.prenom, inscrit.prenom),
            Activite.nom,
            Reservation.seance,
            Preinscription.debut,
            Preinscription.fin,
            Ligne.statut,
            Ligne.motif,
            Ligne.preinscription,
        )
        .join(Demande)
        .join_from(Ligne, Reservation, JOIN.LEFT_OUTER)
        .join(Enfant, JOIN.LEFT_OUTER)
        .join_from(Ligne, Preinscription, JOIN.LEFT_OUTER)
        .join(inscrit, JOIN.LEFT_OUTER, on=Preinscription.enfant == inscrit.id)
        .join_from(Preinscription, Activite, JOIN.LEFT_OUTER)
        .where(Demande.famille.in_(familles), Demande.nature != w.NATURE_CONTESTATION)
        .order_by(Ligne.id)
        .tuples()
    )
    toutes = list(requete)
    rangees = [rangee for rangee in toutes if rangee[1] in suivis]
    seances = _seances(rangee[4] for rangee in rangees)
    coupees: dict[int, list[str]] = {rangee[0]: [] for rangee in toutes if rangee[1] not in suivis}
    for rangee in rangees:
        coupees.get(rangee[0], []).append(rangee[7])
    voulus = des_inscriptions.jours_voulus(suivis)
    lus = {demande: lecture_demandes.statut_des_lignes(statuts) for demande, statuts in coupees.items()}
    lignes = _par_famille(
        (
            demande,
            {
                "enfant": prenom or "",
                "activite": seances[seance].activite.nom if seance else activite or "",
                "quand": _dire(seances[seance]) if seance else mots.periode(debut, fin) if debut else "",
                "etat": w.LIGNE.etats[statut].libelle,
                "motif": motif,
            }
            | ({"jours": voulus[inscription]} if inscription in voulus else {}),
        )
        for demande, _, prenom, activite, seance, debut, fin, statut, motif, inscription in rangees
    )
    return lignes, lus


def _dire(seance: Seance) -> str:
    """« lundi 7 décembre 2026, 11 h 30 – 13 h 30 »."""
    return f"{mots.jour_long(seance.jour)} {seance.jour.year}, {mots.plage(seance.debut, seance.fin)}"


# ——— inside ———


def _par_famille(rangees: Iterable[tuple[int, dict[str, Any]]]) -> dict[int, Rangees]:
    trouvees: dict[int, Rangees] = defaultdict(list)
    for cle, rangee in rangees:
        trouvees[cle].append(rangee)
    return trouvees


def _instant(quand: dt.datetime | None) -> dt.datetime | None:
    return clock.a_paris(quand) if quand else None

"""Who left with whom, and when: noted at the gate, taken back if it was a mistake."""

import datetime as dt
import uuid
from dataclasses import dataclass

from models import Compte, Presence, write_transaction
from portail import clock, mots
from portail.domain import courriels, droits, sorties
from portail.domain.droits import exiger_une_autre_famille
from portail.domain.pointage import (
    CONFLIT,
    SUIVI,
    Appel,
    Geste,
    deja_recu,
    ouvrir_l_appel,
    retenir,
    trancher,
)
from portail.domain.refus import Refus
from portail.domain.transitions import journaliser

DEPART, EXCEPTION, RETOUR = "depart", "depart_exceptionnel", "annuler_depart"
SEUL = "seul"
"""What is kept of a child who left alone."""


@dataclass(frozen=True)
class Depart:
    """With whom: one of those who may come (`avec` is their code), alone, or somebody else, by name."""

    avec: str
    nom: str = ""
    identite: bool = False
    """Whether an identity document was looked at."""
    motif: str = ""
    """Why somebody else: who of the parents agreed, and how."""


def partir(auteur: Compte, seance_id: int, enfant_id: int, depart: Depart, geste: Geste) -> str:
    """The child left. Gives `suivi`; or `conflit`, kept, when another departure is noted already.

    :class:`Refus` for a child who is not pointed present; for an adult to whom it must not be given; for
    somebody else whose identity was not looked at, or without a reason: the family is then told by mail.
    """
    with write_transaction():
        if deja := deja_recu(auteur, seance_id, enfant_id, geste):
            return deja.issue
        appel = ouvrir_l_appel(auteur, seance_id, enfant_id)
        if deja := deja_recu(auteur, seance_id, enfant_id, geste):
            return deja.issue
        presence = _presence(appel)
        avec, motif = _dire(appel, depart)
        if presence.parti_le and presence.parti_avec != avec:
            retenir(appel, geste, CONFLIT, avec)
            return CONFLIT
        if presence.parti_le is None:
            _noter(appel, presence, avec, motif, geste)
        retenir(appel, geste, SUIVI, avec)
        return SUIVI


def revenir(auteur: Compte, seance_id: int, enfant_id: int, geste: Geste) -> str:
    """It was a mistake: the child has not left. Twice is harmless."""
    with write_transaction():
        if deja := deja_recu(auteur, seance_id, enfant_id, geste):
            return deja.issue
        appel = ouvrir_l_appel(auteur, seance_id, enfant_id)
        presence = appel.presence
        if presence and presence.parti_le:
            Presence.update(parti_le=None, parti_avec="", parti_par=None, parti_motif="").where(
                Presence.id == presence.id
            ).execute()
            journaliser(
                presence,
                RETOUR,
                appel.acteur,
                famille_id=appel.enfant.famille_id,
                detail=presence.parti_avec,
            )
        trancher(seance_id, enfant_id)
        retenir(appel, geste, SUIVI)
        return SUIVI


# ——— inside ———


def _presence(appel: Appel) -> Presence:
    if appel.presence is None or appel.presence.etat != "present":
        raise Refus(f"Pointez d’abord {appel.enfant.prenom} présent : le départ se note ensuite.")
    return appel.presence


def _dire(appel: Appel, depart: Depart) -> tuple[str, str]:
    """With whom, in words, and why if it is none of those who may come; :class:`Refus` when it may not be."""
    enfant, siennes = appel.enfant, sorties.personnes([appel.enfant.id])[appel.enfant.id]
    if depart.avec == sorties.SEUL:
        if not sorties.part_seul(enfant):
            raise Refus(f"La famille n’autorise pas {enfant.prenom} à rentrer sans adulte.", champ="avec")
        return SEUL, ""
    if depart.avec == sorties.AUTRE:
        return _dire_une_autre(appel, depart, siennes)
    personne = next((p for p in siennes if p.code == depart.avec), None)
    if personne is None:
        raise Refus("Choisissez avec qui l’enfant est parti.", champ="avec")
    if not personne.autorisee:
        raise Refus(_refuser(enfant.prenom, personne), champ="avec")
    return personne.dite, ""


def _dire_une_autre(appel: Appel, depart: Depart, siennes: list[sorties.Personne]) -> tuple[str, str]:
    """The same, of a name that was typed: it may be that of somebody who is known."""
    nom, motif = " ".join(depart.nom.split()), " ".join(depart.motif.split())
    if " " not in nom:
        raise Refus("Écrivez le prénom et le nom de cette personne.", champ="nom")
    connue = sorties.homonyme(nom, siennes)
    if connue and connue.interdite:
        raise Refus(_refuser(appel.enfant.prenom, connue), champ="nom")
    if connue and connue.autorisee:
        return connue.dite, ""
    exiger_une_autre_famille(
        appel.auteur,
        appel.enfant.famille_id,
        "Vous êtes abonné à cette famille : un collègue doit noter ce départ.",
    )
    if not depart.identite:
        raise Refus("Vérifiez sa pièce d’identité, puis cochez la case.", champ="identite")
    if not motif:
        raise Refus("Indiquez qui l’a autorisée, et comment : la famille le lira.", champ="motif")
    return connue.dite if connue else nom, motif


def _refuser(prenom: str, personne: sorties.Personne) -> str:
    if personne.interdite:
        return (
            f"{personne.nom} n’a pas le droit de repartir avec {prenom}. Gardez l’enfant auprès de vous,"
            " appelez les personnes à prévenir, puis votre responsable."
        )
    return (
        f"{personne.nom} n’est pas autorisé à venir chercher {prenom}. Appelez un parent ; s’il est d’accord,"
        " notez « Une autre personne »."
    )


def _noter(appel: Appel, presence: Presence, avec: str, motif: str, geste: Geste) -> None:
    pointe_le: dt.datetime = presence.pointe_le
    instant = max(geste.instant(clock.maintenant()), pointe_le)
    Presence.update(parti_le=instant, parti_avec=avec, parti_par=appel.auteur, parti_motif=motif).where(
        Presence.id == presence.id
    ).execute()
    journaliser(
        presence,
        EXCEPTION if motif else DEPART,
        appel.acteur,
        famille_id=appel.enfant.famille_id,
        detail=f"{avec} ({motif})" if motif else avec,
    )
    if motif:
        _prevenir(appel, avec, motif, instant)


def _prevenir(appel: Appel, avec: str, motif: str, instant: dt.datetime) -> None:
    """Tell those who decide for the child that it left with somebody whom they had not named."""
    enfant, seance, cle = appel.enfant, appel.seance, uuid.uuid4().hex
    regard_de = droits.regards(enfant.famille)
    for compte in courriels.destinataires(enfant.famille_id):
        if enfant.id not in regard_de(compte).decide:
            continue
        courriels.ecrire(
            cle=f"depart:{cle}:{compte.id}",
            destinataire=compte.email,
            sujet=f"Départ {mots.de(enfant.prenom)} avec une personne qui n’est pas dans vos contacts",
            corps=courriels.lettre(
                compte,
                f"{enfant.nom_complet} a quitté l’activité « {seance.activite.nom} » {mots.moment(instant)},"
                f" avec {avec}, dont l’identité a été vérifiée.",
                f"Ce qui nous a été dit : {motif}",
                "Vous n’étiez pas au courant ? Appelez-nous tout de suite.",
                "Pour que cette personne puisse revenir chercher votre enfant, ajoutez-la à ses contacts :\n"
                + courriels.lien("/famille/dossier"),
            ),
            famille_id=enfant.famille_id,
        )

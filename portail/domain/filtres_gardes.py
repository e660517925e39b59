"""The filters of the queue that an agent has given a name: each account has its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import parse_qsl, urlencode

from peewee import fn

import workflows as w
from models import Compte, FiltreGarde, verrouiller, write_transaction
from portail.domain.droits import exiger_un_agent
from portail.domain.filtres_moderation import (
    AGES,
    ETATS,
    GROUPES,
    SUIVIS,
    Activites,
    Filtres,
    lire_les_activites,
)
from portail.domain.perimetre import LA_VILLE, Perimetre
from portail.domain.refus import Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

NOM_MAX = 40
GARDES_MAX = 12
"""Of one account: as many links still fit above the queue."""
CHAMPS = {champ.name for champ in fields(Filtres)}
GARDER, RENOMMER, SUPPRIMER = "filtre_garde", "filtre_renomme", "filtre_supprime"
"""What the journal calls them."""


@dataclass(frozen=True)
class FiltreVu:
    """A saved filter, as its link needs it."""

    id: int
    nom: str
    requete: dict[str, str]
    """The fields of the address."""

    def est(self, filtres: Filtres) -> bool:
        """Whether it is what is shown."""
        return self.requete == _en_textes(filtres.gardable)


def de(compte: Compte) -> list[FiltreVu]:
    """Those of this account, in the order in which they were saved. One query."""
    requete = FiltreGarde.select().where(FiltreGarde.compte == compte).order_by(FiltreGarde.id)
    return [FiltreVu(f.id, f.nom, _lire(f.requete)) for f in requete]


def dire(filtres: Iterable[Filtres], vu: Perimetre = LA_VILLE) -> list[str]:
    """Each of these in words: « À traiter, Absence, Depuis 7 jours et plus ». One query."""
    activites = lire_les_activites(vu)
    return [_dire(f, activites) for f in filtres]


def garder(agent: Compte, nom: str, filtres: Filtres) -> FiltreGarde:
    """Give a name to what is shown. The same name given to the same filters twice is harmless."""
    nom, requete = _exiger_un_nom(nom), urlencode(filtres.gardable)
    if not requete:
        raise Refus("Choisissez d’abord un filtre : il n’y a rien à garder.", champ="nom")
    with write_transaction():
        _exiger(agent)
        siens = FiltreGarde.select().where(FiltreGarde.compte == agent)
        deja = siens.where(FiltreGarde.nom == nom).first()
        if deja and deja.requete == requete:
            return deja
        if deja:
            raise _nom_pris()
        if siens.count() >= GARDES_MAX:
            raise Refus(f"Vous avez déjà {GARDES_MAX} filtres : supprimez-en un.", champ="nom")
        filtre = FiltreGarde.create(compte=agent, nom=nom, requete=requete)
        _tracer(filtre, GARDER, agent, nom)
        return filtre


def renommer(agent: Compte, filtre_id: int, nom: str) -> FiltreGarde:
    """Give this filter another name."""
    with write_transaction():
        filtre = _le_sien(agent, filtre_id)
        nom = _exiger_un_nom(nom)
        if filtre.nom != nom:
            autre = (FiltreGarde.compte == agent) & (FiltreGarde.nom == nom)
            if FiltreGarde.select(fn.COUNT(FiltreGarde.id)).where(autre).scalar():
                raise _nom_pris()
            _tracer(filtre, RENOMMER, agent, nom)
            filtre.nom = nom
            filtre.save()
        return filtre


def supprimer(agent: Compte, filtre_id: int) -> FiltreGarde:
    """Forget this filter; the demandes that it showed are what they were."""
    with write_transaction():
        filtre = _le_sien(agent, filtre_id)
        FiltreGarde.delete().where(FiltreGarde.id == filtre.id).execute()
        _tracer(filtre, SUPPRIMER, agent, filtre.nom)
        return filtre


# ——— inside ———


def _dire(filtres: Filtres, activites: Activites) -> str:
    parties = [ETATS[filtres.etat], w.NATURES.get(filtres.nature), AGES.get(filtres.age)]
    parties += [nom for nom, ids in activites if filtres.activite in ids]
    parties += [SUIVIS.get(filtres.suivi), f"« {filtres.q} »" if filtres.q else ""]
    parties += [f"groupées {GROUPES[filtres.par]}" if filtres.par else ""]
    return ", ".join(partie for partie in parties if partie)


def _lire(requete: str) -> dict[str, str]:
    """What the address of the queue has fields for, and nothing else."""
    return {nom: valeur for nom, valeur in parse_qsl(requete) if nom in CHAMPS}


def _en_textes(champs: Mapping[str, Any]) -> dict[str, str]:
    return {nom: str(valeur) for nom, valeur in champs.items()}


def _exiger(agent: Compte) -> None:
    """One act at a time on one account: its filters are counted, and their names compared."""
    exiger_un_agent(agent, "Seuls les agents de la mairie gardent des filtres.")
    verrouiller(Compte, [agent.id])


def _le_sien(agent: Compte, filtre_id: int) -> FiltreGarde:
    _exiger(agent)
    filtre = FiltreGarde.get_or_none(FiltreGarde.id == filtre_id, FiltreGarde.compte == agent)
    if filtre is None:
        raise Introuvable("Ce filtre n’existe pas, ou n’existe plus.")
    return filtre


def _exiger_un_nom(nom: str) -> str:
    nom = " ".join(nom.split())
    if not nom:
        raise Refus("Donnez un nom à ce filtre.", champ="nom")
    if len(nom) > NOM_MAX:
        raise Refus(f"Ce nom est trop long : {NOM_MAX} caractères au plus.", champ="nom")
    return nom


def _nom_pris() -> Refus:
    return Refus("Un de vos filtres porte déjà ce nom.", champ="nom")


def _tracer(filtre: FiltreGarde, acte: str, agent: Compte, nom: str) -> None:
    journaliser(filtre, acte, Acteur(agent, w.AGENT), detail=nom)

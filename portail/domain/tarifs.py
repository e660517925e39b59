"""The acts on tariffs: set one for some activities, change it, end it, take it away.

Nothing is written but what was shown: see `effet_de_tarif.py`. What has been billed does not change any more:
its tariff ends one day, and another one follows. The tariffs of an activity are held by its row.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict

import workflows as w
from models import Activite, Compte, Tarif, TrancheDeTarif, verrouiller, write_transaction
from portail import mots
from portail.domain import effet_de_tarif, perimetre
from portail.domain.effet_de_tarif import Effet, Etat, Pose, etats_de, marquer, situer
from portail.domain.grille_tarifaire import COPIES
from portail.domain.projet_de_tarif import CATEGORIES, Projet, dire_le_prix, verifier
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.tarification import Bareme
from portail.domain.transitions import Acteur, journaliser

CREE, MODIFIE, ARRETE, SUPPRIME = "tarif_cree", "tarif_modifie", "tarif_arrete", "tarif_supprime"
"""What the journal calls these acts."""
CHANGE = (
    "La situation a changé depuis que cet effet vous a été montré : relisez-le avant de confirmer."
    " Rien n’a été enregistré."
)
EN_COURS = "Les factures de {} sont en cours d’émission : attendez qu’elles soient toutes parties."
INTROUVABLE = "Ce tarif n’existe pas, ou n’existe plus."


# ——— what would be done ———


def prevoir(agent: Compte, projet: Projet, tarif_id: int | None = None, *, remplacer: bool = False) -> Effet:
    """What saving this would do; nothing is written. :class:`Refus` beside its field when it cannot be.

    `remplacer`: the tariffs that are in the way end the day before.
    """
    perimetre.exiger_toute_la_ville(agent)
    projet = projet.au_net()
    verifier(projet)
    etats = _etats(projet)
    arretes = _faire_place(projet, etats, tarif_id, remplacer)
    return effet_de_tarif.prevoir(projet, tarif_id, etats, arretes)


def charger(agent: Compte, tarif_id: int) -> tuple[Pose, Etat]:
    """The tariff, and its activity; :class:`Introuvable` when there is none."""
    perimetre.exiger_toute_la_ville(agent)
    return _charger(tarif_id)


def projet_de(pose: Pose) -> Projet:
    """The tariff as its form begins with."""
    return Projet((pose.activite_id,), pose.debut, pose.fin, pose.categorie, pose.bareme)


def obstacle(pose: Pose, etat: Etat, depuis: dt.date | None = None) -> str:
    """Why its days from `depuis` on (all of them, unless told) cannot be changed; empty when they can."""
    depuis = depuis or pose.debut
    dernier = etat.facture_jusqu_au
    if dernier and depuis <= min(dernier, pose.fin):
        return (
            f"Des factures de « {etat.activite.nom} » ont été émises jusqu’au {mots.jour_annee(dernier)} :"
            " les jours facturés gardent leur tarif."
        )
    if mois := pose.en_emission(etat.en_emission, depuis):
        return EN_COURS.format(mots.mois_annee(mois))
    return ""


def marque(pose: Pose, etat: Etat) -> str:
    """Of the tariff as a page shows it: what ends it, or takes it away, is asked with it."""
    return marquer(pose.id, situer({etat.activite.id: etat}))


# ——— the acts ———


def creer(agent: Compte, projet: Projet, vu: str, *, remplacer: bool = False) -> list[Tarif]:
    """Set this tariff for each of its activities. `vu`: the mark of the effect that was shown."""
    effet = prevoir(agent, projet, remplacer=remplacer)
    with write_transaction():
        _exiger_ce_qui_a_ete_montre(agent, effet, vu)
        for pose in effet.arretes:
            _arreter(agent, pose, effet.nom(pose.activite_id), effet.veille)
        faits = []
        for activite_id in effet.projet.activites:
            tarif = ecrire(effet.projet, activite_id)
            detail = f"{effet.nom(activite_id)} ; {dire(effet.projet)}"
            journaliser(tarif, CREE, Acteur(agent, w.AGENT), detail=detail)
            faits.append(tarif)
        return faits


def modifier(agent: Compte, tarif_id: int, projet: Projet, vu: str) -> Tarif:
    """Change a tariff by which nothing was billed yet."""
    effet = prevoir(agent, projet, tarif_id)
    with write_transaction():
        _exiger_ce_qui_a_ete_montre(agent, effet, vu)
        avant, etat = _charger(tarif_id)
        if projet_de(avant) == effet.projet:
            return Tarif.get_by_id(tarif_id)
        Tarif.update(_valeurs(effet.projet)).where(Tarif.id == tarif_id).execute()
        tarif = Tarif.get_by_id(tarif_id)
        TrancheDeTarif.delete().where(TrancheDeTarif.tarif == tarif).execute()
        _ecrire_les_tranches(tarif, effet.projet.bareme)
        detail = f"{etat.nom} ; {dire(effet.projet)} (avant : {dire(projet_de(avant))})"
        journaliser(tarif, MODIFIE, Acteur(agent, w.AGENT), detail=detail)
        return tarif


def arreter(agent: Compte, tarif_id: int, dernier: dt.date, vu: str) -> Tarif:
    """The tariff holds until `dernier`, included. `vu`: the mark of the page that asked."""
    with write_transaction():
        pose, etat = _prendre(agent, tarif_id, vu)
        if not pose.debut <= dernier < pose.fin:
            raise Refus(
                f"Choisissez un jour à partir du {mots.jour_annee(pose.debut)}, et avant le"
                f" {mots.jour_annee(pose.fin)}, qui est déjà son dernier.",
                champ="dernier",
            )
        if dit := obstacle(pose, etat, dernier + effet_de_tarif.UN_JOUR):
            raise Refus(dit, champ="dernier")
        _arreter(agent, pose, etat.nom, dernier)
        return Tarif.get_by_id(tarif_id)


def supprimer(agent: Compte, tarif_id: int, vu: str) -> str:
    """Take away a tariff by which nothing was billed; gives the name of its activity."""
    with write_transaction():
        pose, etat = _prendre(agent, tarif_id, vu)
        if dit := obstacle(pose, etat):
            raise Refus(f"{dit} Vous pouvez l’arrêter à une date.")
        tarif = Tarif.get_by_id(tarif_id)
        detail = f"{etat.nom} ; {dire(projet_de(pose))}"
        journaliser(tarif, SUPPRIME, Acteur(agent, w.AGENT), detail=detail)
        TrancheDeTarif.delete().where(TrancheDeTarif.tarif == tarif).execute()
        Tarif.delete().where(Tarif.id == tarif_id).execute()
        return etat.activite.nom


def ecrire(projet: Projet, activite_id: int) -> Tarif:
    """The row of one activity, its bands with it; inside the transaction of the act, under its lock."""
    tarif = Tarif.create(activite=activite_id, **_valeurs(projet))
    _ecrire_les_tranches(tarif, projet.bareme)
    return tarif


def dire(projet: Projet) -> str:
    """« du 1er septembre 2026 au 2 juillet 2027, 3,45 € la séance »: in the journal."""
    qui = "" if projet.categorie == "" else f", {CATEGORIES[projet.categorie].lower()}"
    return f"{mots.du_au(projet.debut, projet.fin)}{qui}, {dire_le_prix(projet.bareme)}"


# ——— inside ———


def _charger(tarif_id: int) -> tuple[Pose, Etat]:
    tarif = Tarif.get_or_none(Tarif.id == tarif_id)
    for etat in etats_de([tarif.activite_id]).values() if tarif else ():
        for pose in etat.poses:
            if pose.id == tarif_id:
                return pose, etat
    raise Introuvable(INTROUVABLE)


def _prendre(agent: Compte, tarif_id: int, vu: str) -> tuple[Pose, Etat]:
    """The tariff with its activity locked, as it was shown."""
    perimetre.exiger_toute_la_ville(agent)
    pose, _ = _charger(tarif_id)
    verrouiller(Activite, [pose.activite_id])
    pose, etat = _charger(tarif_id)
    if marque(pose, etat) != vu:
        raise DejaChange(CHANGE)
    return pose, etat


def _exiger_ce_qui_a_ete_montre(agent: Compte, effet: Effet, vu: str) -> None:
    """Under the lock of the activities: what was shown is what was foreseen, and what still stands."""
    perimetre.exiger_toute_la_ville(agent)
    verrouiller(Activite, effet.projet.activites)
    if mois := effet.tarif.en_emission(effet_de_tarif.mois_en_emission(), effet.projet.debut):
        raise Refus(EN_COURS.format(mots.mois_annee(mois)), champ="debut")
    if effet.empreinte != vu or situer(etats_de(effet.projet.activites)) != situer(effet.etats):
        raise DejaChange(CHANGE)


def _etats(projet: Projet) -> dict[int, Etat]:
    etats = etats_de(projet.activites)
    if len(etats) < len(projet.activites):
        raise Refus("Une de ces activités n’existe plus : choisissez-les de nouveau.", champ="activites")
    for etat in etats.values():
        if etat.activite.fin < projet.debut or etat.activite.debut > projet.fin:
            raise Refus(
                f"« {etat.activite.nom} » n’a pas lieu à ces dates : elle va"
                f" {mots.du_au(etat.activite.debut, etat.activite.fin)}.",
                champ="debut",
            )
    return etats


def _faire_place(projet: Projet, etats: dict[int, Etat], tarif_id: int | None, remplacer: bool) -> list[Pose]:
    """The tariffs that end the day before; :class:`Refus` when one is in the way, and stays there."""
    arretes = []
    for etat in etats.values():
        for pose in etat.poses:
            if pose.id == tarif_id:
                if dit := obstacle(pose, etat):
                    raise Refus(f"{dit} Arrêtez-le, puis créez celui qui le suit.", champ="debut")
            elif pose.heurte(projet):
                if not remplacer:
                    raise Refus(
                        f"« {etat.activite.nom} » a déjà un tarif {pose.dates}, pour ces familles."
                        " Changez les dates, ou faites-le s’arrêter la veille.",
                        champ="debut",
                    )
                arretes.append(_a_arreter(pose, etat, projet))
    return arretes


def _a_arreter(pose: Pose, etat: Etat, projet: Projet) -> Pose:
    if pose.debut >= projet.debut:
        raise Refus(
            f"Le tarif de « {etat.activite.nom} » {pose.dates} commence ce jour-là, ou après : il ne peut pas"
            " s’arrêter la veille. Changez-le, ou supprimez-le.",
            champ="debut",
        )
    if dit := obstacle(pose, etat, projet.debut):
        raise Refus(dit, champ="debut")
    return pose


def _arreter(agent: Compte, pose: Pose, nom: str, dernier: dt.date) -> None:
    Tarif.update(fin=dernier).where(Tarif.id == pose.id).execute()
    detail = f"{nom} ; dernier jour : {mots.jour_annee(dernier)} (avant : {mots.jour_annee(pose.fin)})"
    journaliser(Tarif.get_by_id(pose.id), ARRETE, Acteur(agent, w.AGENT), detail=detail)


def _valeurs(projet: Projet) -> dict[str, object]:
    """The columns of a row, but for its activity."""
    champs = asdict(projet.bareme)
    siens = {"debut": projet.debut, "fin": projet.fin, "categorie": projet.categorie}
    return siens | {nom: champs[nom] for nom in COPIES}


def _ecrire_les_tranches(tarif: Tarif, bareme: Bareme) -> None:
    rangees: Sequence[dict] = [
        {"tarif": tarif.id, "a_partir_de": t.a_partir_de, "prix": t.prix} for t in bareme.tranches
    ]
    if rangees:
        TrancheDeTarif.insert_many(rangees).execute()

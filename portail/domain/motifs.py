"""The reasons that the town offers: of a refusal, to its agents; of an absence, to the families.

None is ever deleted: a reason that was given stays readable where it was. A refusal keeps its own words; an
absence points to its reason, so one that was given and is renamed leaves its place to a new one.
"""

from collections.abc import Collection
from typing import Any, TypeVar

from peewee import fn

import workflows as w
from models import (
    FACTURATIONS,
    ROLES_GESTION,
    Compte,
    Demande,
    MotifAbsence,
    MotifRefus,
    Ville,
    normaliser,
    verrouiller,
    write_transaction,
)
from portail.domain import perimetre
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

TEXTE_MAX = 120
NOM_MAX = 80
JUSTIFICATIF_MAX = 120
MOTIFS_MAX = 30
"""Of one list: more than anybody reads."""
AJOUTER, CHANGER, DEPLACER, RETIRER, REMETTRE = (
    *("motif_ajoute", "motif_change", "motif_deplace"),
    *("motif_retire", "motif_remis"),
)
"""What the journal calls them."""

M = TypeVar("M", MotifRefus, MotifAbsence)


# ——— what agents are offered ———


def offerts() -> dict[str, list[str]]:
    """The reasons of refusal that agents may choose from, by nature, in the town's order. One query."""
    par_nature: dict[str, list[str]] = {nature: [] for nature in w.NATURES}
    actifs = MotifRefus.select(MotifRefus.nature, MotifRefus.texte).where(MotifRefus.actif)
    for nature, texte in actifs.order_by(MotifRefus.rang, MotifRefus.id).tuples():
        par_nature[nature].append(texte)
    return par_nature


# ——— the set-up ———


def refus_par_nature() -> dict[str, list[MotifRefus]]:
    """Every reason of refusal, by nature, in its order, retired ones included. One query."""
    par_nature: dict[str, list[MotifRefus]] = {nature: [] for nature in w.NATURES}
    for motif in MotifRefus.select().order_by(MotifRefus.rang, MotifRefus.id):
        par_nature[motif.nature].append(motif)
    return par_nature


def d_absence() -> list[MotifAbsence]:
    """Every reason of absence, in its order; each is told how often it was given: `donne`. One query."""
    donne = Demande.select(fn.COUNT(Demande.id)).where(Demande.motif_absence == MotifAbsence.id)
    requete = MotifAbsence.select(MotifAbsence, donne.alias("donne"))
    return list(requete.order_by(MotifAbsence.rang, MotifAbsence.nom))


def ajouter_un_refus(auteur: Compte, nature: str, texte: str) -> MotifRefus:
    """Offer one more reason of refusal, at the end of its list; a retired one of that name comes back."""
    if nature not in w.NATURES:
        raise Introuvable("Cette nature de demande n’existe pas.")
    texte = _exiger_un_texte(texte, TEXTE_MAX, "Écrivez le motif : la famille le lira.", "texte")
    with write_transaction():
        _exiger(auteur)
        siens = list(MotifRefus.select().where(MotifRefus.nature == nature))
        deja = _du_meme_nom(siens, "texte", texte)
        if deja is not None:
            return _rappeler(auteur, deja, siens, "texte")
        _exiger_de_la_place(siens)
        rang = _dernier_rang(siens) + 1
        return _creer(auteur, MotifRefus, nature=nature, texte=texte, rang=rang)


def changer_un_refus(auteur: Compte, motif_id: int, texte: str) -> MotifRefus:
    """Reword a reason; what was answered keeps the words that the family read."""
    with write_transaction():
        motif = _exiger_le_motif(auteur, MotifRefus, motif_id)
        texte = _exiger_un_texte(texte, TEXTE_MAX, "Écrivez le motif : la famille le lira.", "texte")
        autres = MotifRefus.select().where(MotifRefus.nature == motif.nature, MotifRefus.id != motif.id)
        if _du_meme_nom(list(autres), "texte", texte):
            raise Refus("Ce motif est déjà dans la liste.", champ="texte")
        return _changer(auteur, motif, texte=texte)


def ajouter_une_absence(auteur: Compte, nom: str, facturation: str, justificatif: str) -> MotifAbsence:
    """Let families give one more reason for an absence, at the end of the list."""
    champs = _exiger_l_absence(nom, facturation, justificatif)
    with write_transaction():
        _exiger(auteur)
        siens = list(MotifAbsence.select())
        if deja := _du_meme_nom(siens, "nom", champs["nom"]):
            raise Refus(_deja(deja), champ="nom")
        _exiger_de_la_place(siens)
        return _creer(auteur, MotifAbsence, rang=_dernier_rang(siens) + 1, **champs)


def changer_une_absence(
    auteur: Compte, motif_id: int, nom: str, facturation: str, justificatif: str
) -> MotifAbsence:
    """Change a reason of absence; what was told of the absences declared stays as it was told.

    When it was given and its name changes, it is retired, and another takes its place. Gives the one that
    stands.
    """
    with write_transaction():
        motif = _exiger_le_motif(auteur, MotifAbsence, motif_id)
        champs = _exiger_l_absence(nom, facturation, justificatif)
        autres = list(MotifAbsence.select().where(MotifAbsence.id != motif.id))
        if deja := _du_meme_nom(autres, "nom", champs["nom"]):
            raise Refus(_deja(deja), champ="nom")
        if motif.nom != champs["nom"] and _a_servi(motif):
            actif = motif.actif
            _changer(auteur, motif, RETIRER, actif=False)
            return _creer(auteur, MotifAbsence, rang=motif.rang, actif=actif, **champs)
        return _changer(auteur, motif, **champs)


def deplacer(auteur: Compte, modele: type[M], motif_id: int, rang: int) -> M:
    """Put this reason at this place of its list, 1 being the first; past the end, at the end."""
    with write_transaction():
        motif = _exiger_le_motif(auteur, modele, motif_id)
        siens = [m for m in _liste_de(motif) if m.id != motif.id and m.actif]
        place = min(max(rang, 1), len(siens) + 1) - 1
        siens.insert(place, motif)
        deplaces = [(numero, m) for numero, m in enumerate(siens, start=1) if m.rang != numero]
        for numero, m in deplaces:
            modele.update(rang=numero).where(modele.id == m.id).execute()
        if deplaces:
            _tracer(motif, DEPLACER, auteur, f"{_nom(motif)}, rang {place + 1}")
        return modele.get_by_id(motif.id)


def retirer(auteur: Compte, modele: type[M], motif_id: int) -> M:
    """Offer this reason no more; where it was given it stays readable. Harmless when it is already so."""
    with write_transaction():
        motif = _exiger_le_motif(auteur, modele, motif_id)
        return _changer(auteur, motif, RETIRER, actif=False)


def remettre(auteur: Compte, modele: type[M], motif_id: int) -> M:
    """Offer again a reason that was retired, at the end of its list."""
    with write_transaction():
        motif = _exiger_le_motif(auteur, modele, motif_id)
        return _rappeler(auteur, motif, _liste_de(motif))


# ——— inside ———


def _exiger(auteur: Compte) -> None:
    """Who may set the reasons up, which are all the town's; one act at a time, under its lock."""
    if auteur.role not in ROLES_GESTION:
        raise Interdit("Seuls les gestionnaires règlent les motifs.")
    perimetre.exiger_toute_la_ville(auteur)
    verrouiller(Ville, [1])


def _exiger_le_motif(auteur: Compte, modele: type[M], motif_id: int) -> M:
    _exiger(auteur)
    motif = modele.get_or_none(modele.id == motif_id)
    if motif is None:
        raise Introuvable("Ce motif n’existe pas.")
    return motif


def _exiger_un_texte(texte: str, longueur: int, phrase: str, champ: str) -> str:
    texte = " ".join(texte.split())
    if not texte:
        raise Refus(phrase, champ=champ)
    if len(texte) > longueur:
        raise Refus(f"C’est trop long : {longueur} caractères au plus.", champ=champ)
    return texte


def _exiger_l_absence(nom: str, facturation: str, justificatif: str) -> dict[str, Any]:
    nom = _exiger_un_texte(nom, NOM_MAX, "Donnez un nom à ce motif : les familles le liront.", "nom")
    if facturation not in FACTURATIONS:
        raise Refus("Dites quand une telle absence est facturée.", champ="facturation")
    justificatif = " ".join(justificatif.split())
    if len(justificatif) > JUSTIFICATIF_MAX:
        raise Refus(f"C’est trop long : {JUSTIFICATIF_MAX} caractères au plus.", champ="justificatif")
    return {"nom": nom, "facturation": facturation, "justificatif": justificatif}


def _exiger_de_la_place(siens: Collection[M]) -> None:
    if sum(motif.actif for motif in siens) >= MOTIFS_MAX:
        raise Refus(f"Cette liste a déjà {MOTIFS_MAX} motifs : retirez-en un.")


def _liste_de(motif: M) -> list[M]:
    """The list where this reason stands, in its order."""
    modele = type(motif)
    requete = modele.select().order_by(modele.rang, modele.id)
    return list(requete.where(modele.nature == motif.nature) if isinstance(motif, MotifRefus) else requete)


def _du_meme_nom(motifs: Collection[M], champ: str, texte: str) -> M | None:
    """The one of these that reads the same, but for accents and capitals."""
    cherche = normaliser(texte)
    return next((motif for motif in motifs if normaliser(getattr(motif, champ)) == cherche), None)


def _deja(motif: MotifAbsence) -> str:
    return f"« {motif.nom} » est déjà dans la liste{'' if motif.actif else ', parmi les motifs retirés'}."


def _a_servi(motif: MotifAbsence) -> bool:
    return Demande.select().where(Demande.motif_absence == motif).exists()


def _dernier_rang(siens: Collection[M]) -> int:
    return max((motif.rang for motif in siens), default=0)


def _rappeler(auteur: Compte, motif: M, siens: Collection[M], champ: str = "") -> M:
    """A retired reason is offered again, at the end; one that is offered is told, or left as it is."""
    if motif.actif:
        if champ:
            raise Refus("Ce motif est déjà dans la liste.", champ=champ)
        return motif
    _exiger_de_la_place(siens)
    return _changer(auteur, motif, REMETTRE, actif=True, rang=_dernier_rang(siens) + 1)


def _creer(auteur: Compte, modele: type[M], **champs: Any) -> M:
    motif = modele.create(**champs)
    _tracer(motif, AJOUTER, auteur, _nom(motif))
    return motif


def _changer(auteur: Compte, motif: M, acte: str = CHANGER, **champs: Any) -> M:
    """Write what differs; nothing at all, nor in the journal, when nothing does."""
    nouveaux = {nom: valeur for nom, valeur in champs.items() if getattr(motif, nom) != valeur}
    if nouveaux:
        avant = _nom(motif)
        type(motif).update(**nouveaux).where(type(motif).id == motif.id).execute()
        motif = type(motif).get_by_id(motif.id)
        _tracer(motif, acte, auteur, avant if avant == _nom(motif) else f"{avant} → {_nom(motif)}")
    return motif


def _nom(motif: MotifRefus | MotifAbsence) -> str:
    return motif.texte if isinstance(motif, MotifRefus) else motif.nom


def _tracer(motif: MotifRefus | MotifAbsence, acte: str, auteur: Compte, detail: str) -> None:
    journaliser(motif, acte, Acteur(auteur, w.AGENT), detail=detail)

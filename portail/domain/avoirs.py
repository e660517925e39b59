"""An avoir takes back lines of an invoice, whole or in part: the one way to correct what was issued."""

from collections.abc import Iterable, Mapping

from peewee import fn

import workflows as w
from models import Compte, Facture, LigneDeFacture, Responsable, verrouiller, write_transaction
from portail import clock
from portail.domain import courriels_de_facture, droits, encaissement, numeros, perimetre
from portail.domain.encaissement import Credit
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

ETABLIR = "etablir_un_avoir"
"""What the journal calls it."""
ENTRE_TEMPS = (
    "Un avoir vient d’être établi sur cette facture : regardez ce qu’il en reste avant d’en établir un autre."
)


def emettre(
    agent: Compte, facture_id: int, reprises: Mapping[int, int], motif: str, vus: int | None = None
) -> Facture:
    """Take back, of each line of an invoice, so many cents. Gives the avoir.

    `vus`: how many avoirs the invoice had when the form was shown; :class:`DejaChange` when it has others by
    now, so that a form sent twice takes nothing back twice. :class:`Introuvable`, :class:`Refus` as
    :func:`etablir`; never an agent for one's own family.
    """
    with write_transaction():
        droits.exiger_un_agent(agent, "Seul un agent établit un avoir.")
        perimetre.exiger_tous_les_lieux(agent)
        facture = Facture.get_or_none(Facture.id == facture_id)
        if facture is None:
            raise Introuvable("Cette facture n’existe pas.")
        droits.exiger_une_autre_famille(
            agent, facture.famille_id, "C’est votre famille : un autre agent doit établir cet avoir."
        )
        verrouiller(Responsable, [facture.payeur_id])
        if vus is not None and Facture.select().where(Facture.origine == facture).count() != vus:
            raise DejaChange(ENTRE_TEMPS)
        avoir = etablir(agent, facture, reprises, motif)
        courriels_de_facture.annoncer_un_avoir(avoir, facture)
        return avoir


def etablir(agent: Compte, facture: Facture, reprises: Mapping[int, int], motif: str) -> Facture:
    """The same, in the transaction of an act that has checked who asks.

    It pays what is left of the invoice, then what else is due, then is a credit. :class:`Refus` without a
    reason, of an avoir, of a line of another invoice, of more than is left of a line.
    """
    if not motif.strip():
        raise Refus("Dites pourquoi : la famille le lira sur l’avoir.", champ="motif")
    if facture.total < 0:
        raise Refus("On ne reprend pas un avoir.")
    if not reprises:
        raise Refus("Choisissez au moins une ligne.", champ="lignes")
    dus = encaissement.verrouiller_les_dus(facture.payeur_id)
    lignes = verrouiller(LigneDeFacture, reprises)
    if len(lignes) != len(reprises) or any(li.facture_id != facture.id for li in lignes.values()):
        raise Introuvable("Cette ligne n’existe pas sur cette facture.")
    prises = deja_reprises(reprises)
    for ident, ligne in lignes.items():
        if not 0 < reprises[ident] <= ligne.montant - prises.get(ident, (0, 0))[0]:
            raise Refus(f"{ligne.libelle} : l’avoir ne peut pas dépasser ce qui reste de la ligne.", "lignes")
    avoir = _ecrire(agent, facture, reprises, lignes, prises, motif.strip())
    siennes = sorted(dus, key=lambda s: s.facture_id != facture.id)
    encaissement.imputer(Credit(avoir, -avoir.total), siennes)
    dit = f"{facture.numero} : {motif.strip()}"
    journaliser(avoir, ETABLIR, Acteur(agent, w.AGENT), famille_id=facture.famille_id, detail=dit)
    return avoir


def deja_reprises(lignes: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Of each of these lines that an avoir has taken back: how many cents, in how many avoirs."""
    requete = (
        LigneDeFacture.select(
            LigneDeFacture.origine, fn.SUM(LigneDeFacture.montant), fn.COUNT(LigneDeFacture.id)
        )
        .where(LigneDeFacture.origine.in_(list(lignes) or [0]))
        .group_by(LigneDeFacture.origine)
        .tuples()
    )
    return {ligne: (-int(montant), combien) for ligne, montant, combien in requete}


# ——— inside ———


def _ecrire(
    agent: Compte,
    facture: Facture,
    reprises: Mapping[int, int],
    lignes: Mapping[int, LigneDeFacture],
    prises: Mapping[int, tuple[int, int]],
    motif: str,
) -> Facture:
    exercice, rangs = numeros.reserver(1)
    avoir = Facture.create(
        exercice=exercice,
        rang=rangs[0],
        famille=facture.famille_id,
        payeur=facture.payeur_id,
        foyer=facture.foyer,
        destinataire=facture.destinataire,
        mois=facture.mois,
        emise_le=clock.maintenant(),
        echeance=clock.aujourdhui(),
        total=-sum(reprises.values()),
        origine=facture,
        motif=motif,
        emise_par=agent,
    )
    for rang, (ident, ligne) in enumerate(sorted(lignes.items(), key=lambda un: un[1].rang), 1):
        LigneDeFacture.create(
            facture=avoir,
            rang=rang,
            cle=f"a:{ident}:{prises.get(ident, (0, 0))[1] + 1}",
            genre="avoir",
            enfant=ligne.enfant_id,
            activite=ligne.activite_id,
            seance=ligne.seance_id,
            jour=ligne.jour,
            libelle=ligne.libelle,
            explication=motif,
            montant=-reprises[ident],
            garde=ligne.garde,
            origine=ligne,
        )
    return avoir

"""The leave that an adult gives to be debited (SEPA Core): signed on paper, written down by an agent.

The bank details are those of the adult's sheet on that day, sealed again in the mandate: a later change of
the sheet changes nothing of what was signed for. A mandate that has collected nothing for 36 months is void
(EPC, SEPA Direct Debit Core Rulebook, 4.1), counted from the last collection, or else from the signature.
"""

import datetime as dt
import secrets

import workflows as w
from models import (
    Compte,
    Famille,
    Mandat,
    Prelevement,
    Remise,
    Responsable,
    SessionOuverte,
    verrouiller,
    write_transaction,
)
from portail import clock
from portail.domain import (
    champs,
    codes,
    comptes,
    courriels_de_mandat,
    creancier,
    dossier,
    droits,
    familles,
    perimetre,
)
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, franchir, journaliser

SIGNER = "mandat_signe"
"""What the journal calls it."""
MOIS_SANS_COLLECTE = 36
SYMBOLES_DU_RUM = 12
INCONNU = "Ce mandat n’existe pas."
SANS_IBAN = "Le dossier de cette personne n’a pas d’IBAN : saisissez d’abord ses données bancaires."


def signer(session: SessionOuverte, famille_id: int, responsable_id: int, signe_le: dt.date) -> Mandat:
    """Write down the mandate that this adult has signed; the password given of late.

    Told twice, it is the same. Whose account is debited is told by mail.
    """
    agent = session.compte
    with write_transaction():
        comptes.exiger_la_confirmation(session)
        famille = familles.exiger(agent, famille_id)
        perimetre.exiger_tous_les_lieux(agent)
        adulte = dossier.verrouiller_la_fiche(famille, "responsable", responsable_id)
        assert isinstance(adulte, Responsable)
        ville = creancier.exiger()
        banque = champs.ouvrir(adulte.banque)
        if not banque.get("iban"):
            raise Refus(SANS_IBAN, champ="responsable")
        _exiger_une_date(signe_le)
        if deja := actif(adulte.id):
            if deja.signe_le == signe_le and champs.ouvrir(deja.banque)["iban"] == banque["iban"]:
                return deja
            raise Refus(
                f"{adulte.nom_complet} a déjà un mandat, {deja.rum} : révoquez-le d’abord.",
                champ="responsable",
            )
        banque["titulaire"] = banque.get("titulaire") or adulte.nom_complet
        mandat = Mandat.create(
            responsable=adulte,
            rum=tirer_un_rum(),
            signe_le=signe_le,
            banque=champs.fermer(banque),
            cree_le=clock.maintenant(),
            agent=agent,
        )
        journaliser(
            mandat, SIGNER, Acteur(agent, w.AGENT), vers=w.ACTIF, famille_id=famille.id, detail=mandat.rum
        )
        courriels_de_mandat.annoncer(famille, adulte, mandat, banque, ville)
        return mandat


def revoquer_au_guichet(agent: Compte, famille_id: int, mandat_id: int) -> Mandat:
    """The adult came, or wrote, to take it back."""
    with write_transaction():
        famille = familles.exiger(agent, famille_id)
        perimetre.exiger_tous_les_lieux(agent)
        return _revoquer(Acteur(agent, w.AGENT), famille, mandat_id)


def revoquer(compte: Compte, famille: Famille, mandat_id: int) -> Mandat:
    """The adult takes it back, from the portal: nobody else of the family may, nor knows of it."""
    with write_transaction():
        moi = droits.regard(compte, famille).moi
        siens = Mandat.select().where(Mandat.id == mandat_id, Mandat.responsable == (moi or 0))
        if not siens.exists():
            raise Introuvable(INCONNU)
        return _revoquer(Acteur(compte, w.FAMILLE), famille, mandat_id)


# ——— what others ask ———


def actif(responsable_id: int) -> Mandat | None:
    """The mandate of this adult that is not revoked, void or not."""
    return Mandat.get_or_none(Mandat.responsable == responsable_id, Mandat.statut == w.ACTIF)


def dernier_jour(mandat: Mandat) -> dt.date:
    """The last day on which it may be collected on, unless it is meanwhile."""
    depart = mandat.collecte_le or mandat.signe_le
    annee = depart.year + MOIS_SANS_COLLECTE // 12
    try:
        return depart.replace(year=annee)
    except ValueError:  # 29 February
        return dt.date(annee, 2, 28)


def permet(mandat: Mandat, jour: dt.date) -> bool:
    """Whether an account may be debited by it on that day."""
    return mandat.statut == w.ACTIF and mandat.signe_le <= jour <= dernier_jour(mandat)


def tirer_un_rum() -> str:
    """« PC-2026-7K3Q9F2M8XAB »: of the characters that every bank takes (EPC217-08), 35 at most."""
    hasard = "".join(secrets.choice(codes.ALPHABET) for _ in range(SYMBOLES_DU_RUM))
    return f"PC-{clock.aujourdhui().year}-{hasard}"


# ——— inside ———


def _exiger_une_date(signe_le: dt.date) -> None:
    aujourdhui = clock.aujourdhui()
    if signe_le > aujourdhui:
        raise Refus("La signature ne peut pas être dans l’avenir.", champ="signe_le")
    if dernier_jour(Mandat(signe_le=signe_le, collecte_le=None)) < aujourdhui:
        raise Refus(
            "Signé il y a plus de 36 mois, ce mandat ne vaut plus : faites-en signer un autre.",
            champ="signe_le",
        )


def _revoquer(acteur: Acteur, famille: Famille, mandat_id: int) -> Mandat:
    """What the bank has not been given is debited no more; what it has, it will: the mail says so."""
    tenues = Prelevement.select(Prelevement.remise).where(Prelevement.mandat == mandat_id)
    verrouiller(Remise, [remise for (remise,) in tenues.where(Prelevement.statut == w.PREVU).tuples()])
    mandat = verrouiller(Mandat, [mandat_id]).get(mandat_id)
    if mandat is None or mandat.responsable.famille_id != famille.id:
        raise Introuvable(INCONNU)
    if mandat.statut == w.REVOQUE:
        raise DejaChange("Ce mandat est déjà révoqué : rien n’a changé.")
    franchir(mandat, w.REVOQUER, acteur, famille_id=famille.id)
    partis = []
    prevus = Prelevement.select(Prelevement, Remise).join(Remise)
    for prelevement in prevus.where(Prelevement.mandat == mandat, Prelevement.statut == w.PREVU):
        if prelevement.remise.emportee_le:
            partis.append(prelevement)
        else:
            franchir(
                prelevement,
                w.ANNULER,
                Acteur(acteur.compte, w.SYSTEME),
                famille_id=famille.id,
                motif="Mandat révoqué.",
            )
    courriels_de_mandat.annoncer_la_revocation(famille, mandat.responsable, mandat, partis)
    return mandat

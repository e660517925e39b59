"""The family's acts on its pre-registrations (guide §3): ask for one, think better of it.

One demande an activity, for one child or several; it may ask for days at once (« il est possible de combiner
une demande de pré-inscription avec une demande de réservation »). Nothing shows on the planning before the
town's answer: the days asked for are kept beside the pre-registration (`JourVoulu`).
"""

from collections.abc import Collection, Sequence

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Document,
    Enfant,
    Famille,
    JourVoulu,
    Ligne,
    Message,
    Preinscription,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import courriels, documents, droits, office, perimetre
from portail.domain.conclusion import conclure
from portail.domain.courriels_d_inscription import dire
from portail.domain.droits import Regard
from portail.domain.examen import Examen, Souhait, SouhaitRefuse, examiner
from portail.domain.places import Places, verrouiller_les_places
from portail.domain.refus import DejaChange, Interdit, Introuvable
from portail.domain.regles_de_reponse import RegleVue
from portail.domain.regles_preinscription import a_traiter_avant
from portail.domain.rythme import verifier_le_rythme
from portail.domain.transitions import Acteur, en_lots, franchir, journaliser_ensemble

ANNULEE = "Votre demande est annulée."
PAS_LE_SIEN = "Cette demande porte sur un enfant pour qui vous ne pouvez rien demander."
RESTE = {
    w.ACCEPTEE: "Elle était déjà acceptée",
    w.REFUSEE: "Elle était déjà refusée",
    w.EN_ATTENTE: "Elle attend toujours une réponse",
}
"""What a demande is for the children for whom it was not withdrawn."""


def deposer(auteur: Compte, famille: Famille, souhait: Souhait) -> Demande:
    """Ask that these children be registered. :class:`SouhaitRefuse` tells, field by field, why not.

    Asking twice for the same is harmless: a double click, a retry give the demande that was made.
    """
    with write_transaction():
        verifier_le_rythme(famille)
        regle = office.regle_d_inscription(souhait.activite_id)
        seances = office.seances_du(souhait.activite_id, souhait.jours) if regle and souhait.jours else []
        places = verrouiller_les_places(seances) if seances else Places((), ())
        verrouiller(Enfant, droits.regard(auteur, famille).decide.intersection(souhait.enfants))
        examen = examiner(auteur, famille, souhait)
        if deja := _deja_deposee(auteur, famille, examen):
            return deja
        if examen.fautes:
            raise SouhaitRefuse(examen)
        demande = _ouvrir(Acteur(auteur, w.FAMILLE), famille, examen)
        if regle is None or not _accepter_d_office(demande, examen, regle, places, famille):
            _accuser_reception(demande, auteur, famille, examen)
        return demande


def deposer_au_guichet(agent: Compte, famille: Famille, souhait: Souhait) -> Demande:
    """The same by an agent, for a family that is at the counter or on the phone: it waits for its answer.

    The very same rules. The family is told; it may follow the demande, and withdraw it, like any of its own.
    """
    with write_transaction():
        droits.exiger_un_agent(agent, "Seuls les agents de la mairie demandent une inscription au guichet.")
        perimetre.exiger_la_famille(agent, famille.id)
        droits.exiger_une_autre_famille(
            agent, famille.id, "Vous êtes abonné à cette famille : un autre agent doit s’en occuper."
        )
        if Activite.select().where(Activite.id == souhait.activite_id).exists():
            perimetre.exiger_l_activite(agent, souhait.activite_id)
        siens = Enfant.select(Enfant.id).where(
            Enfant.famille == famille, Enfant.id.in_(souhait.enfants or [0])
        )
        verrouiller(Enfant, [enfant.id for enfant in siens])
        examen = examiner(agent, famille, souhait, au_guichet=True)
        if deja := _deja_deposee(agent, famille, examen):
            return deja
        if examen.fautes:
            raise SouhaitRefuse(examen)
        demande = _ouvrir(Acteur(agent, w.AGENT), famille, examen)
        _accuser_reception(demande, agent, famille, examen)
        return demande


def retirer(auteur: Compte, famille: Famille, demande_id: int, ligne_id: int) -> str:
    """Withdraw one child of a demande, for as long as nobody answered for that child; says so.

    Withdrawing twice is harmless. The demande goes on for the others; it is over when there is none.
    """
    with write_transaction():
        regard = droits.regard(auteur, famille)
        demande = verrouiller(Demande, [demande_id]).get(demande_id)
        lues = _lignes_lues(demande, regard) if demande and demande.famille == famille else []
        ligne = next((ligne for ligne in lues if ligne.id == ligne_id), None)
        if demande is None or ligne is None:
            raise Introuvable("Cette demande n’existe pas.")
        prenom = ligne.preinscription.enfant.prenom
        if ligne.preinscription.enfant_id not in regard.decide:
            raise Interdit(PAS_LE_SIEN)
        if ligne.statut not in (w.EN_ATTENTE, w.ANNULEE):
            issue = w.LIGNE.etats[ligne.statut].libelle.lower()
            raise DejaChange(f"La mairie a déjà répondu pour {prenom} : la pré-inscription est {issue}.")
        if ligne.statut == w.EN_ATTENTE:
            _annuler([ligne], demande, Acteur(auteur, w.FAMILLE))
        return f"{prenom} ne fait plus partie de la demande."


def annuler_les_preinscriptions(auteur: Compte, famille: Famille, demande: Demande) -> str:
    """Withdraw what waits of a demande, inside the transaction of the act; the demande is locked.

    Gives what was withdrawn and what was not, in words: the town may have answered for a child meanwhile.
    :class:`Interdit` when none of it is the author's to withdraw.
    """
    regard = droits.regard(auteur, famille)
    lues = _lignes_lues(demande, regard)
    siennes = [
        li for li in lues if li.statut == w.EN_ATTENTE and li.preinscription.enfant_id in regard.decide
    ]
    if not siennes:
        raise Interdit(PAS_LE_SIEN)
    _annuler(siennes, demande, Acteur(auteur, w.FAMILLE))
    return _dire_l_annulation(siennes, lues)


# ——— inside ———


def _lignes_lues(demande: Demande, regard: Regard) -> list[Ligne]:
    """The lines about the children of whom one may read what they do, in the order of the children."""
    return list(
        Ligne.select(Ligne, Preinscription, Enfant)
        .join(Preinscription)
        .join(Enfant)
        .where(Ligne.demande == demande, Enfant.id.in_(list(regard.suit) or [0]))
        .order_by(Enfant.rang, Ligne.id)
    )


def _annuler(lignes: Collection[Ligne], demande: Demande, acteur: Acteur) -> None:
    liens = {"famille_id": demande.famille_id, "demande_id": demande.id}
    for ligne in lignes:
        franchir(ligne.preinscription, w.ANNULER, acteur, **liens)
        franchir(ligne, w.ANNULER, acteur, **liens)
    conclure(demande, acteur)


def _dire_l_annulation(retirees: Collection[Ligne], lues: Collection[Ligne]) -> str:
    """« Votre demande est annulée pour Noé seulement. Elle était déjà acceptée pour Léa. »."""
    retirees_ids = {ligne.id for ligne in retirees}
    autres = [li for li in lues if li.id not in retirees_ids and li.statut != w.ANNULEE]
    if not autres:
        return ANNULEE
    dites = [f"Votre demande est annulée pour {_prenoms(retirees)} seulement."]
    for statut, fait in RESTE.items():
        if siennes := [ligne for ligne in autres if ligne.statut == statut]:
            dites.append(f"{fait} pour {_prenoms(siennes)}.")
    return " ".join(dites)


def _prenoms(lignes: Collection[Ligne]) -> str:
    return mots.enumeration([ligne.preinscription.enfant.prenom for ligne in lignes])


def _deja_deposee(auteur: Compte, famille: Famille, examen: Examen) -> Demande | None:
    """The author's demande that waits and asks for this very thing, days, remarks and documents included.

    What differs in anything is no double click: it is examined like any other wish, and told why not.
    """
    souhait = examen.souhait
    requete = (
        Demande.select(Demande.id, Preinscription.enfant)
        .join(Ligne)
        .join(Preinscription)
        .where(
            Demande.famille == famille,
            Demande.auteur == auteur,
            Demande.statut == w.EN_ATTENTE,
            Preinscription.activite == souhait.activite_id,
            Preinscription.statut == w.DEMANDE_EN_COURS,
            Preinscription.debut == souhait.debut,
            Preinscription.fin == souhait.fin,
        )
    )
    enfants: dict[int, set[int]] = {}
    for demande_id, enfant_id in requete.tuples():
        enfants.setdefault(demande_id, set()).add(enfant_id)
    trouvees = [ident for ident, siens in enfants.items() if siens == set(souhait.enfants)]
    return next(
        (d for d in Demande.select().where(Demande.id.in_(trouvees or [0])) if _dit_autant(d, examen)), None
    )


def _dit_autant(demande: Demande, examen: Examen) -> bool:
    souhait = examen.souhait
    seances = (
        JourVoulu.select(JourVoulu.seance).join(Preinscription).join(Ligne).where(Ligne.demande == demande)
    )
    remarques = Message.select(Message.texte).where(
        Message.demande == demande, Message.ecrit_le == demande.deposee_le
    )
    joints = Document.select(Document.id).where(Document.demande == demande)
    return (
        {ident for (ident,) in seances.tuples()} == {jour.seance.id for jour in examen.jours_possibles}
        and [texte for (texte,) in remarques.tuples()] == list(filter(None, [souhait.remarques]))
        and set(souhait.documents) <= {ident for (ident,) in joints.tuples()}
    )


def _ouvrir(acteur: Acteur, famille: Famille, examen: Examen) -> Demande:
    auteur = acteur.compte
    assert examen.activite is not None and auteur is not None
    souhait, maintenant = examen.souhait, clock.maintenant()
    limites = [seance.limite_reservation for enfant in examen.enfants for seance in enfant.possibles]
    demande = Demande.create(
        famille=famille,
        auteur=auteur,
        nature=w.NATURE_PREINSCRIPTION,
        deposee_le=maintenant,
        a_traiter_avant=a_traiter_avant(souhait.debut, limites, maintenant),
    )
    inscriptions = [
        Preinscription.create(
            enfant=examine.enfant,
            activite=examen.activite,
            debut=souhait.debut,
            fin=souhait.fin,
            cree_le=maintenant,
        )
        for examine in examen.enfants
    ]
    for inscription in inscriptions:
        Ligne.create(demande=demande, preinscription=inscription)
    liens = {"famille_id": famille.id, "demande_id": demande.id}
    journaliser_ensemble([(demande, "deposer")], acteur, vers=w.EN_ATTENTE, **liens)
    faits = [(inscription, "deposer") for inscription in inscriptions]
    journaliser_ensemble(faits, acteur, vers=w.DEMANDE_EN_COURS, **liens)
    _garder_les_jours(inscriptions, examen)
    if souhait.remarques:
        Message.create(
            demande=demande, auteur=auteur, de_la_mairie=False, texte=souhait.remarques, ecrit_le=maintenant
        )
    documents.joindre(demande, auteur, souhait.documents)
    return demande


def _accepter_d_office(
    demande: Demande, examen: Examen, regle: RegleVue, places: Places, famille: Famille
) -> bool:
    """Whether the rule of the activity accepts it whole: then it is, and that is told."""
    assert examen.activite is not None
    voulues = {e.enfant.id: [seance.id for seance in e.possibles] for e in examen.enfants}
    sans_piece = office.sans_piece(examen.activite.pieces, demande)
    if not office.convient(regle, voulues, places, examen.souhait.remarques, sans_piece):
        return False
    office.accepter_l_inscription(demande, regle, places, droits.regards(famille))
    return True


def _garder_les_jours(inscriptions: Sequence[Preinscription], examen: Examen) -> None:
    voulus = [
        {"preinscription": inscription.id, "seance": seance.id}
        for inscription, examine in zip(inscriptions, examen.enfants, strict=True)
        for seance in examine.possibles
    ]
    for lot in en_lots(voulus):
        JourVoulu.insert_many(lot).execute()


def _accuser_reception(demande: Demande, auteur: Compte, famille: Famille, examen: Examen) -> None:
    assert examen.activite is not None
    souhait, activite = examen.souhait, examen.activite
    dites = [
        (e.enfant.id, dire(e.enfant.prenom, activite.nom, souhait.debut, souhait.fin, len(e.possibles)))
        for e in examen.enfants
    ]
    courriels.accuser_reception(demande, auteur, droits.lignes_pour(famille, dites))

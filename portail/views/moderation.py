"""The agents' queue: what waits, one demande open beside it, and the answers."""

from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

import workflows as w
from models import ROLES_AGENTS, Demande
from portail import access, htmx
from portail.domain import (
    apercu_du_lot,
    echanges,
    filtres_gardes,
    lecture_demande,
    lecture_historique,
    lecture_moderation,
    lectures,
    moderation,
    notes,
    prises_en_charge,
    retour,
)
from portail.domain.filtres_moderation import Filtres
from portail.domain.lecture_demande import DemandeVue
from portail.domain.lecture_moderation import Repondue
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.retour import Offre
from portail.forms.moderation import (
    NoteForm,
    PieceForm,
    RefusDuLotForm,
    RefusForm,
    Requete,
    Saisie,
    en_cents,
    lire_filtres,
    lire_ids,
    lire_malgre,
    lire_montants,
    rien_de_saisi,
)
from portail.forms.planning import lire_entier

bp = Blueprint("moderation", __name__, url_prefix="/agents")

VOULUS = {
    w.ACCEPTER: "Accepter",
    w.METTRE_EN_ATTENTE: "Mettre en liste d’attente",
    w.REFUSER: "Refuser",
}
"""What the agent wanted, said when somebody else was first."""


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def file() -> Response:
    filtres, erreurs = lire_filtres(request.args)
    return _montrer(filtres, lire_entier(request.args.get("demande")), erreurs=erreurs)


@bp.get("/demandes/<id:demande_id>")
@access.reserve_a(*ROLES_AGENTS)
def demande(demande_id: int) -> Response:
    filtres, erreurs = lire_filtres(request.args)
    return _montrer(filtres, demande_id, seule=True, erreurs=erreurs)


@bp.post("/demandes/<id:demande_id>/acceptation")
@access.reserve_a(*ROLES_AGENTS)
def accepter(demande_id: int) -> Response:
    malgre = lire_malgre(request.form.getlist("malgre"))
    montants = en_cents(lire_montants(request.form))
    return _repondre(
        demande_id,
        w.ACCEPTER,
        lambda lignes: moderation.accepter(g.compte, demande_id, lignes, malgre, montants),
    )


@bp.post("/demandes/<id:demande_id>/liste-d-attente")
@access.reserve_a(*ROLES_AGENTS)
def mettre_en_attente(demande_id: int) -> Response:
    return _repondre(
        demande_id,
        w.METTRE_EN_ATTENTE,
        lambda lignes: moderation.mettre_en_attente(g.compte, demande_id, lignes),
    )


@bp.post("/demandes/<id:demande_id>/refus")
@access.reserve_a(*ROLES_AGENTS)
def refuser(demande_id: int) -> Response:
    motif = RefusForm(suffixe=demande_id)
    return _repondre(
        demande_id, w.REFUSER, lambda lignes: moderation.refuser(g.compte, demande_id, motif.lire(), lignes)
    )


@bp.post("/demandes/<id:demande_id>/lecture")
@access.reserve_a(*ROLES_AGENTS)
def ouvrir(demande_id: int) -> Response:
    """Show what is sealed in this demande: the journal says so, the page is nowhere but in this answer."""
    filtres, _ = lire_filtres(request.args)
    rubrique = request.form.get("rubrique", "")
    lectures.ouvrir_la_demande(g.compte, demande_id, rubrique)
    return _montrer(filtres, demande_id, seule=True, ouvertes=[rubrique])


@bp.post("/demandes/<id:demande_id>/piece")
@access.reserve_a(*ROLES_AGENTS)
def demander_une_piece(demande_id: int) -> Response:
    filtres, _ = lire_filtres(request.args)
    form = PieceForm(suffixe=demande_id)
    try:
        demande = echanges.demander_une_piece(g.compte, demande_id, form.lire())
    except DejaChange as deja:
        saisie = Saisie(RefusForm(formdata=None, suffixe=demande_id))
        return _deja_repondu(filtres, demande_id, "Demander une pièce", deja, saisie)
    except Refus as refus:
        return _montrer(filtres, demande_id, refus.statut, seule=True, piece=Requete(form, refus))
    dite = {"phrase": f"Demande n° {demande.numero} : la famille est avertie de ce qui manque."}
    return _continuer(filtres, demande_id, dite)


@bp.post("/selection/apercu")
@access.reserve_a(*ROLES_AGENTS)
def apercevoir() -> Response:
    """What answering the selection, or all that the filter keeps, would do: nothing is written."""
    filtres, _ = lire_filtres(request.args)
    choisies, acte = lire_ids(request.form.getlist("demande")), request.form.get("acte", "")
    motif, ouverte = RefusDuLotForm(suffixe="lot"), lire_entier(request.args.get("demande"))
    try:
        raison = motif.lire() if acte == w.REFUSER else ""
        tout = "filtre" in request.form
        vu = access.perimetre_du_compte()
        voulues = lecture_moderation.a_repondre(filtres, g.compte, vu) if tout else choisies
        apercu = apercu_du_lot.prevoir(g.compte, voulues, acte, raison)
    except Refus as refus:
        return _montrer(filtres, ouverte, lot=Saisie(motif, choisies, refus), statut=refus.statut)
    vue = {"a": apercu, "motif": motif, "filtres": filtres, "ouverte": ouverte}
    return make_response(render_template("moderation/apercu.html", **vue))


@bp.post("/reponses/annulation")
@access.reserve_a(*ROLES_AGENTS)
def revenir() -> Response:
    """Take back what has just been answered: one demande, or all of the gesture."""
    filtres, _ = lire_filtres(request.args)
    demande_id = lire_entier(request.form.get("demande"))
    try:
        bilan = retour.revenir(g.compte, request.form.get("geste", ""), demande_id)
    except DejaChange as deja:
        flash({"phrase": deja.phrase, "symbole": "alerte"})  # type: ignore[arg-type]  # the template says it
        return _montrer(filtres, demande_id, deja.statut, seule=demande_id is not None)
    return _continuer(filtres, demande_id, lecture_moderation.raconter_le_retour(bilan))


@bp.get("/demandes/<id:demande_id>/historique")
@access.reserve_a(*ROLES_AGENTS)
def historique(demande_id: int) -> Response:
    filtres, _ = lire_filtres(request.args)
    lue = lecture_historique.lire(demande_id, g.compte, access.perimetre_du_compte())
    return htmx.page_ou_fragment(
        "moderation/historique.html", "moderation/_historique.html", h=lue, filtres=filtres
    )


@bp.post("/demandes/<id:demande_id>/prise-en-charge")
@access.reserve_a(*ROLES_AGENTS)
def prendre_en_charge(demande_id: int) -> Response:
    vue = lire_entier(request.form.get("suivie_par"))
    return _suivre(
        demande_id,
        lambda: prises_en_charge.prendre(g.compte, demande_id, vue),
        "Vous vous occupez de la demande n° {}.",
    )


@bp.post("/demandes/<id:demande_id>/liberation")
@access.reserve_a(*ROLES_AGENTS)
def liberer(demande_id: int) -> Response:
    return _suivre(
        demande_id,
        lambda: prises_en_charge.liberer(g.compte, demande_id),
        "La demande n° {} n’est plus à personne.",
    )


@bp.post("/demandes/<id:demande_id>/notes")
@access.reserve_a(*ROLES_AGENTS)
def noter(demande_id: int) -> Response:
    filtres, _ = lire_filtres(request.args)
    form = NoteForm(suffixe=demande_id)
    try:
        notes.ecrire(g.compte, demande_id, form.lire())
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer(filtres, demande_id, refus.statut, seule=True, note=Requete(form, refus))
    return _continuer(filtres, demande_id, {"phrase": "Note enregistrée : les agents la lisent ici."})


@bp.post("/demandes/<id:demande_id>/notes/<id:note_id>/retrait")
@access.reserve_a(*ROLES_AGENTS)
def retirer_une_note(demande_id: int, note_id: int) -> Response:
    filtres, _ = lire_filtres(request.args)
    notes.retirer(g.compte, demande_id, note_id)
    return _continuer(filtres, demande_id, {"phrase": "Note retirée : elle est effacée."})


@bp.post("/selection")
@access.reserve_a(*ROLES_AGENTS)
def repondre_a_la_selection() -> Response:
    filtres, _ = lire_filtres(request.args)
    ouverte = lire_entier(request.args.get("demande"))
    laissees = set(lire_ids(request.form.getlist("laisser")))
    choisies = [i for i in lire_ids(request.form.getlist("demande")) if i not in laissees]
    motif, acte = RefusDuLotForm(suffixe="lot"), request.form.get("acte", "")
    try:
        raison = motif.lire() if acte == w.REFUSER else ""
        bilan = moderation.repondre_a_la_selection(g.compte, choisies, acte, raison)
    except Refus as refus:
        return _montrer(filtres, ouverte, lot=Saisie(motif, choisies, refus), statut=refus.statut)
    encore = None if ouverte in {d.id for d in bilan.repondues} else ouverte
    prevu = lire_entier(request.form.get("en_liste"))
    dite = lecture_moderation.raconter(bilan, acte, prevu)
    return _continuer(filtres, encore, dite | _a_reprendre(retour.offrir(g.compte, bilan.lot)))


def _repondre(demande_id: int, voulu: str, acte: Callable[[list[int]], Demande]) -> Response:
    """Answer the lines and the groups that were ticked, then go on to the next demande."""
    filtres, _ = lire_filtres(request.args)
    lignes, malgre = lire_ids(request.form.getlist("ligne")), lire_malgre(request.form.getlist("malgre"))
    groupes = request.form.getlist("groupe")
    montants = lire_montants(request.form)
    saisie = Saisie(RefusForm(suffixe=demande_id), lignes, malgre=malgre, groupes=groupes, montants=montants)
    try:
        siennes = lecture_demande.lignes_des_groupes(demande_id, g.compte, groupes, voulu)
        repondue = acte([*lignes, *siennes])
    except DejaChange as deja:
        return _deja_repondu(filtres, demande_id, VOULUS[voulu], deja, saisie)
    except Refus as refus:
        saisie = replace(saisie, refus=refus)
        return _montrer(filtres, demande_id, seule=True, saisie=saisie, statut=refus.statut)
    dite = {"phrase": lecture_demande.lire(demande_id, g.compte).compte_rendu, "demande": demande_id}
    dite |= _a_reprendre(retour.de_la_demande(g.compte, demande_id))
    return _continuer(filtres, _suivante(filtres, repondue), dite)


def _a_reprendre(offre: Offre | None) -> dict[str, Any]:
    """What the banner offers to take back."""
    return {"retour": asdict(offre)} if offre else {}


def _suivre(demande_id: int, acte: Callable[[], Demande], phrase: str) -> Response:
    """Show who looks after the demande from now on; or who already does, when somebody was first."""
    filtres, _ = lire_filtres(request.args)
    try:
        dite = {"phrase": phrase.format(acte().numero)}
    except DejaChange as deja:
        dites = [f"{deja.phrase} Rien n’a changé."]
        return _montrer(filtres, demande_id, deja.statut, seule=True, erreurs=dites)
    return _continuer(filtres, demande_id, dite)


def _continuer(
    filtres: Filtres, ouverte: int | None, dite: dict, statut: int = 200, **contexte: Any
) -> Response:
    """Show the queue as it has become, this demande open, and say what was done."""
    if not htmx.est_fragment():
        flash(dite)  # type: ignore[arg-type]  # the template says it
        return htmx.rediriger(_adresse(filtres, ouverte))
    reponse = _montrer(filtres, ouverte, statut, seule=ouverte is not None, dite=dite, **contexte)
    return htmx.a_l_adresse(reponse, _adresse(filtres, ouverte))


def _deja_repondu(
    filtres: Filtres, demande_id: int, voulu: str, deja: DejaChange, saisie: Saisie
) -> Response:
    """Somebody was first: who did what, the demande as it now is, and what was typed if it still waits."""
    phrase = f"{deja.phrase} Votre réponse n’a pas été enregistrée."
    if htmx.est_fragment():
        dite = {"phrase": phrase, "symbole": "alerte"}
        return _continuer(filtres, demande_id, dite, 409, saisie=saisie)
    vue = lecture_demande.lire(demande_id, g.compte)
    if vue.attendues:
        saisie = replace(saisie, refus=DejaChange(phrase))
        return _montrer(filtres, demande_id, 409, seule=True, saisie=saisie)
    suite = _adresse(filtres, _suivante(filtres, vue))
    page = render_template(
        "moderation/deja_repondu.html", d=vue, voulu=voulu, phrase=deja.phrase, suite=suite, filtres=filtres
    )
    return make_response(page, 409)


def _suivante(filtres: Filtres, apres: Repondue) -> int | None:
    return lecture_moderation.suivante(filtres, apres, access.perimetre_du_compte(), g.compte)


def _adresse(filtres: Filtres, ouverte: int | None) -> str:
    """The address of the queue with this demande open; of the queue alone when there is none."""
    if ouverte is None:
        return url_for("moderation.file", **filtres.requete)
    return url_for("moderation.demande", demande_id=ouverte, **filtres.requete)


def _montrer(filtres: Filtres, ouverte: int | None, statut: int = 200, **contexte: Any) -> Response:
    """The queue with one demande open, else the first one. `seule`: on a phone, that demande alone."""
    vue = lecture_moderation.file(filtres, access.perimetre_du_compte(), g.compte)
    ouverte = ouverte or vue.premiere
    contexte = rien_de_saisi(ouverte) | contexte
    contexte["erreurs"] = [*contexte["erreurs"], *vue.erreurs]
    demande = _lire(ouverte, contexte.pop("ouvertes", ()), statut) if ouverte else None
    if demande:
        contexte["retour"] = retour.de_la_demande(g.compte, demande.id) if demande.par_moi else None
        contexte["saisie"].motif.pour(demande.nature)
        contexte["piece"].proposer(demande.a_demander)
    return htmx.page_ou_fragment(
        "moderation/page.html",
        "moderation/repondue.htmx.html" if contexte["dite"] else "moderation/file.htmx.html",
        422 if contexte["erreurs"] and not contexte["dite"] and statut == 200 else statut,
        file=vue,
        d=demande,
        tout="tout" in request.args,
        gardes=filtres_gardes.de(g.compte),
        **contexte,
    )


def _lire(demande_id: int, ouvertes: Collection[str], statut: int) -> DemandeVue:
    """The demande; when an answer did not go through, the sealed parts that were open are shown once more."""
    if statut >= 400:
        ouvertes = lectures.rouvrir_la_demande(g.compte, demande_id, request.form.getlist("ouverte"))
    vu = access.perimetre_du_compte()
    return lecture_demande.lire(demande_id, g.compte, ouvertes, request.args.get("lignes", ""), vu)

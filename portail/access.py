"""Who may call a view, and what one may load: through one's own family, or 404.

Every view says who may call it, under its route:

    @bp.get("/famille/planning")
    @access.reserve_a(w.FAMILLE)
    def planning(): ...

`create_app()` refuses to start when one says nothing. One guard reads it before each request.
"""

import hmac
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, render_template, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user
from peewee import Expression, OperationalError
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response

import workflows as w
from models import Demande, Enfant, Responsable, SessionOuverte
from portail import htmx
from portail.config import est_local
from portail.domain import (
    abonnements,
    agenda,
    comptes,
    documents,
    droits,
    fil,
    lecture_contacts,
    lecture_dossier,
    lecture_planning,
    perimetre,
    photos,
    suivi_preinscription,
)
from portail.domain.agenda import AgendaVu
from portail.domain.comptes import Ouverte
from portail.domain.creneaux import Creneau
from portail.domain.documents import Contenu
from portail.domain.droits import Regard
from portail.domain.examen_creneaux import Voeu
from portail.domain.fil import Fil
from portail.domain.lecture_contacts import ContactsVus
from portail.domain.ligne_suivie import LigneSuivie
from portail.domain.perimetre import Perimetre
from portail.domain.photos import PhotoVue
from portail.domain.suivi_preinscription import Suivi

UN_AN = 365 * 24 * 3600
SANS_SESSION = ("tous_pareil", "par_jeton", "sonde")
"""What is answered without asking who it is."""

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Acces:
    qui: str
    """`tous_pareil`, `par_jeton`, `sonde`, `public`, `premier_facteur`, `connecte` or `roles`."""
    roles: frozenset[str] = frozenset()
    sans_dossier: bool = False
    """Whether an account of a family comes in without any family file."""


def tous_pareil(vue: V) -> V:
    """The same answer for everybody, for a long time: no session is read, caches may keep it."""
    return _declarer(vue, Acces("tous_pareil"))


def par_jeton(vue: V) -> V:
    """Whoever holds the token of the address: no session is read, none is begun, nobody else may keep it."""
    return _declarer(vue, Acces("par_jeton"))


def sonde(vue: V) -> V:
    """A machine that watches the portal: no session is read, none is begun, nobody keeps the answer."""
    return _declarer(vue, Acces("sonde"))


def public(vue: V) -> V:
    """Anybody; whoever is signed in is known."""
    return _declarer(vue, Acces("public"))


def premier_facteur(vue: V) -> V:
    """Staff who gave their password and not yet their second factor: `g.a_completer`. Nobody else."""
    return _declarer(vue, Acces("premier_facteur"))


def connecte(vue: V) -> V:
    """Anybody who is signed in."""
    return _declarer(vue, Acces("connecte"))


def reserve_a(*roles: str, sans_dossier: bool = False) -> Callable[[V], V]:
    """These roles only. With `famille` among them, a family file is on the screen: `g.famille`.

    Whoever has none yet is told how to get one, unless the view does without: `sans_dossier`.
    """
    return lambda vue: _declarer(vue, Acces("roles", frozenset(roles), sans_dossier))


def veille(a_guetter: Callable[[], Sequence[Expression]]) -> Callable[[V], V]:
    """A view that the page calls by itself, in the background: it does not keep the session open.

    `a_guetter()` gives what to read of the family on the screen besides, in the very query that finds the
    session (`comptes.ouverte`). The view has it in `g.guette`: it can tell that nothing has changed, to
    whoever is still allowed to know, without another query.
    """

    def declarer(vue: V) -> V:
        vue.a_guetter = a_guetter  # type: ignore[attr-defined]
        return vue

    return declarer


def _declarer(vue: V, acces: Acces) -> V:
    vue.acces = acces  # type: ignore[attr-defined]
    return vue


# ——— the guard ———


class Connecte(UserMixin):
    """What Flask-Login carries: the token in the cookie, the open session in the request."""

    def __init__(self, jeton: str, ouverte: Ouverte) -> None:
        self.jeton, self.ouverte = jeton, ouverte

    def get_id(self) -> str:
        return self.jeton


def installer(app: Flask) -> None:
    """Install the guard. To be called before anything else that looks at the request."""
    login = LoginManager()
    login.session_protection = None  # sessions are ours, in a table; a phone changes address all day
    login.init_app(app, add_context_processor=False)

    @login.user_loader
    def charger(jeton: str) -> Connecte | None:
        vue = current_app.view_functions.get(request.endpoint or "")
        a_guetter = getattr(vue, "a_guetter", tuple)
        ouverte = comptes.ouverte(jeton, a_guetter())
        return Connecte(jeton, ouverte) if ouverte else None

    app.before_request(garder)


def verifier_les_declarations(app: Flask) -> None:
    """Every route says who may call it, or nothing starts."""
    muettes = [nom for nom, vue in app.view_functions.items() if not hasattr(vue, "acces")]
    if muettes:
        raise RuntimeError(
            f"These views do not say who may call them (portail/access.py): {', '.join(muettes)}"
        )


PERDU = "perdu"
"""In the session: what was sent came too late, and the page that asks to sign in says that it is not done."""


def garder() -> Response | str | tuple[str, int] | None:
    """Before each request: who is it, and may they?"""
    _personne()
    if isinstance(request.routing_exception, SecurityError):
        return None  # not our host: nothing is read for it
    vue = current_app.view_functions.get(request.endpoint or "")
    acces: Acces = vue.__dict__["acces"] if vue else Acces("public")
    if acces.qui in SANS_SESSION:
        return None
    _reconnaitre(en_veille=hasattr(vue, "a_guetter"))
    if acces.qui == "public":
        return None
    if acces.qui == "premier_facteur":
        return None if g.a_completer else _rien_a_completer()
    if g.a_completer:
        return htmx.demander_la_connexion("second_facteur.formulaire")
    if g.compte is None:
        if request.method == "POST":
            session[PERDU] = True
        return htmx.demander_la_connexion()
    if acces.roles and g.compte.role not in acces.roles:
        abort(403)
    if acces.roles and g.compte.role == w.FAMILLE and g.famille is None and not acces.sans_dossier:
        return _expliquer_le_dossier()
    return None


def reconnaitre_tard() -> None:
    """Who is it, for the page that tells of a request stopped before anybody asked: too heavy to be read."""
    if "compte" not in g:
        _personne()
        _reconnaitre(en_veille=True)


def _personne() -> None:
    g.session = g.compte = g.famille = g.a_completer = None
    g.familles, g.guette = [], []


def _expliquer_le_dossier() -> Response | tuple[str, int]:
    """No family file: what to do about it, instead of a refusal. What would have been done is not."""
    statut = 200 if request.method in ("GET", "HEAD") else 403
    if htmx.par_htmx():
        return htmx.rediriger("/famille", 204 if statut == 200 else statut)
    return render_template("abonnements/sans_dossier.html", abonnements=abonnements.lister(g.compte)), statut


def _rien_a_completer() -> Response:
    return htmx.rediriger("/") if g.compte else htmx.demander_la_connexion()


def _reconnaitre(en_veille: bool) -> None:
    """Who is signed in. With the password alone, staff are nobody yet."""
    if not current_user.is_authenticated:
        return
    ouverte = current_user.ouverte
    _situer(ouverte.session)
    if g.compte is None:
        return
    if g.compte.role == w.FAMILLE:
        g.familles = ouverte.familles
        choisie = [f for f in g.familles if f.id == g.session.famille_id]
        g.famille = (choisie or g.familles or [None])[0]
        g.guette = ouverte.guettes[g.famille.id] if g.famille else []
    if not en_veille:
        try:
            comptes.noter_le_passage(g.session)
        except OperationalError:
            current_app.logger.warning("the last use of a session could not be written", exc_info=True)


def _situer(session: SessionOuverte) -> None:
    """Whose session it is; nobody's as long as a second factor is owed."""
    g.session = g.compte = g.a_completer = None
    if comptes.attend_le_second_facteur(session):
        g.a_completer = session
    else:
        g.session, g.compte = session, session.compte


# ——— the session in the browser ———


def porter(jeton: str) -> None:
    """The browser carries this token from now on: after signing in, or when the session is worth more."""
    ouverte = comptes.ouverte(jeton) or abort(500)
    login_user(Connecte(jeton, ouverte))
    _situer(ouverte.session)


def marques() -> str:
    """By what this browser is known again (`domain/appareils.py`)."""
    return request.cookies.get(_cookie_des_marques(), "")


def garder_les_marques(reponse: Response, marques: str) -> Response:
    """Let the browser keep them: a year, sent to nobody else, read by no script."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    reponse.set_cookie(
        _cookie_des_marques(), marques, max_age=UN_AN, secure=secure, httponly=True, samesite="Lax"
    )
    return reponse


def _cookie_des_marques() -> str:
    return "__Host-appareil" if current_app.config["SESSION_COOKIE_SECURE"] else "appareil"


def confirmer(mot_de_passe: str) -> None:
    """The password, given again for a sensitive change; :class:`Refus` when it is not the right one.

    Nothing is done when it is empty: the act itself refuses whoever gave none of late.
    """
    if mot_de_passe:
        porter(comptes.confirmer(g.session, mot_de_passe, request.remote_addr or "", marques()))


# ——— who watches ———


def sur_place() -> bool:
    """Whether the request comes straight from this machine: what a proxy hands on says from where it came."""
    relayee = any(nom in request.headers for nom in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    return not relayee and est_local(request.remote_addr or "")


def porte_le_jeton(jeton: str) -> bool:
    """Whether the request carries this token (`Authorization: Bearer …`); without a token, nobody does."""
    recu = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(jeton) and hmac.compare_digest(recu.encode(), jeton.encode())


# ——— loaders: through the family on the screen, or 404 ———


def regard() -> Regard:
    """What the account may read and do of the family on the screen; read once a request.

    For loading and showing: an act reads the rights again, in its own transaction.
    """
    if "regard" not in g:
        g.regard = droits.regard(g.compte, g.famille)
    return g.regard


def perimetre_du_compte() -> Perimetre:
    """How far whoever works for the town sees; read once a request.

    For loading and showing: an act reads it again, in its own transaction.
    """
    if "perimetre" not in g:
        g.perimetre = perimetre.du_compte(g.compte)
    return g.perimetre


def agenda_ou_404(agenda_id: int) -> AgendaVu:
    """This feed, if it is the account's and about whom they may follow; 409 once it was taken away."""
    return agenda.un_agenda(regard(), agenda_id) or abort(404)


def agenda_possible_ou_404(enfant_id: int | None) -> AgendaVu:
    """The feed that this child has or may have, if they may follow it; without a child, that of all."""
    return agenda.pour(regard(), enfant_id) or abort(404)


def demande_ou_404(demande_id: int) -> Demande:
    """This demande, if theirs."""
    return Demande.get_or_none(Demande.id == demande_id, Demande.famille == g.famille) or abort(404)


def preinscription_ou_404(demande_id: int) -> Suivi:
    """This demande of pre-registration, if theirs and about a child of whom they may read it."""
    return suivi_preinscription.suivre(g.compte, g.famille, demande_id) or abort(404)


def fil_ou_404(demande_id: int) -> Fil:
    """The thread of this demande about absences, if theirs and if they may read all of it."""
    return fil.lire(g.compte, g.famille, demande_id) or abort(404)


def ligne_de_preinscription_ou_404(demande_id: int, ligne_id: int) -> tuple[Suivi, LigneSuivie]:
    """This line of this demande of pre-registration, if they may read it; with the demande."""
    suivi = preinscription_ou_404(demande_id)
    return suivi, suivi.ligne(ligne_id) or abort(404)


def document_ou_404(document_id: int) -> Contenu:
    """This document, if the account sent it itself."""
    return documents.lire_le_sien(g.compte, document_id) or abort(404)


def enfant_ou_404(enfant_id: int) -> Enfant:
    """This child, if theirs."""
    return lecture_dossier.enfant(g.famille, enfant_id) or abort(404)


def enfant_suivi_ou_404(enfant_id: int) -> Enfant:
    """This child, if theirs and if they may read what it does."""
    return enfant_ou_404(enfant_id) if enfant_id in regard().suit else abort(404)


def responsable_ou_404(responsable_id: int) -> Responsable:
    """This adult, if of their family."""
    a_nous = Responsable.famille == g.famille
    return Responsable.get_or_none(Responsable.id == responsable_id, a_nous) or abort(404)


def modification_ou_404(modification_id: int) -> tuple[Responsable | Enfant, str]:
    """Which sheet this change is of, and which part of it, if the family asked for it."""
    return lecture_dossier.place(g.famille, modification_id) or abort(404)


def contacts_ou_404(enfant_id: int) -> ContactsVus:
    """The contacts of this child, if they may be read."""
    return lecture_contacts.voir(regard(), enfant_ou_404(enfant_id)) or abort(404)


def photo_ou_404(enfant_id: int) -> PhotoVue:
    """The photo of this child, or its place, if it may be seen."""
    return photos.voir(regard(), enfant_ou_404(enfant_id)) or abort(404)


def creneaux_ou_404(voeux: Collection[Voeu]) -> list[Creneau]:
    """These slots, if they may read what each child does and all are to be there."""
    lus = lecture_planning.creneaux(g.famille, voeux, regard=regard())
    return lus if len(lus) == len(set(voeux)) else abort(404)


def creneau_ou_404(enfant_id: int, seance_id: int) -> Creneau:
    """The slot of this child on this séance, if they may read what the child does and it is to be there."""
    return lecture_planning.creneau(g.famille, enfant_id, seance_id, regard=regard()) or abort(404)

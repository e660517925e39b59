"""The mails about séances that the town cancels, and about those that take place after all.

One mail for each account and family: all that its reader may know of, and the reason.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import workflows as w
from models import Compte, Enfant, Famille, Responsable, Seance
from portail import mots
from portail.domain import courriels, droits, textes_de_courriel
from portail.domain.courriels import Lettre
from portail.domain.recapitulatif import dire_ensemble

Dit = tuple[Enfant, Seance, str]
"""A child, its séance, and a mark: what stood there, or what becomes of it."""

CE_QUI_ETAIT = {
    w.RESERVE: "",
    w.LISTE_ATTENTE: " (liste d’attente)",
    w.RESERVATION_ATTENTE: " (votre demande, encore sans réponse, est close)",
    w.ABSENCE_ATTENTE: " (absence déclarée)",
    w.ABSENT: " (absence déclarée)",
}
REMIS, A_REDEMANDER, TROP_TARD = "remis", "a_redemander", "trop_tard"
DE_NOUVEAU = {
    REMIS: " : de nouveau réservé",
    A_REDEMANDER: " : à demander de nouveau sur le planning",
    TROP_TARD: " : la date limite est passée, appelez la mairie pour le demander",
}
"""What becomes of what was undone, once the séance takes place after all."""


def annoncer(dits: Iterable[Dit], motif: str, repere: int) -> int:
    """Tell what does not take place, and why. Gives how many mails were written. Two queries, and they.

    `repere`: the journal line of the act, by which its mails are known.
    """
    return _ecrire(
        f"fermeture:{repere}",
        dits,
        CE_QUI_ETAIT,
        ("Pas d’accueil", "Accueils annulés"),
        f"Ces accueils n’auront pas lieu. Motif : {mots.phrase(motif)}",
        lambda marques: "Ces créneaux sont annulés : vous n’avez rien à faire sur le portail.",
    )


def annoncer_la_reouverture(dits: Iterable[Dit], repere: int) -> int:
    """Tell what takes place after all, and what became of what was undone. The same numbers."""
    return _ecrire(
        f"reouverture:{repere}",
        dits,
        DE_NOUVEAU,
        ("L’accueil a lieu", "Des accueils ont lieu"),
        "Ces accueils, que la mairie avait annulés, auront lieu :",
        _que_faire,
    )


def qui_lira(
    familles: Mapping[int, Famille], enfants: Mapping[int, Collection[int]]
) -> dict[int, list[Compte]]:
    """By family, the accounts that may read what one of these children does. Two queries."""
    regards = droits.regards_par_famille(familles.values())
    comptes = courriels.destinataires_par_famille(list(familles))
    return {
        ident: [compte for compte in siens if regards[ident](compte).suit & set(enfants[ident])]
        for ident, siens in comptes.items()
    }


def telephones(familles: Collection[int]) -> dict[int, str]:
    """By family, a number by which to reach it, if the file has one. One query."""
    requete = (
        Responsable.select(Responsable.famille, Responsable.telephone)
        .where(Responsable.famille.in_(list(familles) or [0]), Responsable.telephone != "")
        .order_by(Responsable.rang.desc(), Responsable.id.desc())
    )
    return dict(requete.tuples())  # of each, the first adult's comes last


# ——— inside ———


def _ecrire(
    cle: str,
    dits: Iterable[Dit],
    fins: Mapping[str, str],
    sujets: tuple[str, str],
    annonce: str,
    suite: Callable[[set[str]], str],
) -> int:
    lettres = []
    for famille_id, compte, siens in _lecteurs(list(dits)):
        jours = sorted({seance.jour for _, seance, _ in siens})
        lignes = [
            f"– {texte}{fins[marque]}" for _, texte, marque in dire_ensemble(w.NATURE_RESERVATION, siens)
        ]
        lettres.append(
            Lettre(
                cle=f"{cle}:{famille_id}:{compte.id}",
                destinataire=compte.email,
                sujet=f"{sujets[len(jours) > 1]} {mots.du_au(jours[0], jours[-1])}",
                corps=courriels.lettre(
                    compte,
                    annonce,
                    "\n".join(lignes),
                    suite({marque for _, _, marque in siens}),
                    f"Le planning de vos enfants :\n{courriels.lien('/famille/planning')}",
                    genre=textes_de_courriel.FERMETURE,
                ),
                famille_id=famille_id,
            )
        )
    courriels.ecrire_ensemble(lettres)
    return len(lettres)


def _que_faire(marques: set[str]) -> str:
    if marques == {REMIS}:
        return "Si votre enfant ne vient pas, déclarez son absence sur le planning."
    if REMIS not in marques:
        return "Rien n’a été réservé à votre place."
    return (
        "Si votre enfant ne vient pas là où il est de nouveau réservé, déclarez son absence sur le planning."
    )


def _lecteurs(dits: Sequence[Dit]) -> Iterator[tuple[int, Compte, list[Dit]]]:
    """Each account that may read some of it, by family, with what it may read."""
    par_famille: dict[int, list[Dit]] = {}
    for dit in dits:
        par_famille.setdefault(dit[0].famille_id, []).append(dit)
    familles = {ident: siens[0][0].famille for ident, siens in par_famille.items()}
    if not familles:
        return
    regards = droits.regards_par_famille(familles.values())
    for ident, comptes in courriels.destinataires_par_famille(list(familles)).items():
        for compte in comptes:
            suit = regards[ident](compte).suit
            if lus := [dit for dit in par_famille[ident] if dit[0].id in suit]:
                yield ident, compte, lus

"""A demande of a family and what it is made of, as read: its title, its state, in words. Pure."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

import workflows as w
from portail import mots
from portail.domain.creneaux import dire_le_suivi

DITES = 3
"""How many things a title names, and how many reasons a line of the list."""


@dataclass(frozen=True)
class Part:
    """Lines of a demande that share their child, activity, answer and reason, added up."""

    enfant_id: int
    prenom: str
    activite: str
    statut: str
    statut_creneau: str | None
    """Empty for a pre-registration."""
    motif: str
    nombre: int
    premier: dt.date
    dernier: dt.date
    """Of a pre-registration: its ends."""
    debut: dt.time | None
    """The earliest hour, and the latest, of créneaux."""
    fin: dt.time | None
    retirable: bool

    rang = None
    facturation = ""

    @property
    def etat(self) -> w.Etat:
        return w.LIGNE.etats[self.statut]

    @property
    def en_liste(self) -> bool:
        """Accepted, but no place is left yet."""
        return self.statut == w.ACCEPTEE and self.statut_creneau == w.LISTE_ATTENTE

    @property
    def plage(self) -> str:
        """« 11 h 30 – 13 h 30 »; empty for a pre-registration."""
        return mots.plage(self.debut, self.fin) if self.debut and self.fin else ""

    @property
    def texte(self) -> str:
        """« Léa, Atelier théâtre, du 4 janvier au 2 juillet 2027 »."""
        return f"{self.prenom}, {self.activite}, {mots.du_au(self.premier, self.dernier)}"


@dataclass(frozen=True)
class ModificationVue:
    """One change of the family file, as the family reads it: what it is about, never the value."""

    id: int
    qui: str
    quoi: str
    """Empty where the account may not read that sheet."""
    statut: str
    motif: str
    retirable: bool

    en_liste = False
    nombre = 1
    rang = None
    facturation = ""

    @property
    def etat(self) -> w.Etat:
        return w.MODIFICATION.etats[self.statut]

    @property
    def texte(self) -> str:
        """« Léa Moreau, téléphone du médecin »."""
        return f"{self.qui}, {self.quoi}" if self.quoi else self.qui


@dataclass(frozen=True)
class ContestationVue:
    """One line of an invoice that is contested, as whoever reads the invoice reads it."""

    id: int
    facture_id: int
    facture: str
    """Its number."""
    libelle: str
    """« Léa, Cantine »."""
    quand: str
    montant: int
    statut: str
    motif: str
    dit: str
    """What the family said of it."""
    avoir: str
    """The number of the avoir that gives it back; empty: none does."""
    rendu: int
    """How many cents of it."""

    retirable = True
    en_liste = False
    nombre = 1
    rang = None

    @property
    def etat(self) -> w.Etat:
        return w.LIGNE.etats[self.statut]

    @property
    def texte(self) -> str:
        """« Léa, Cantine, lundi 7 décembre : 3,45 € »."""
        return f"{self.libelle}, {self.quand} : {mots.euros(self.montant)}"

    @property
    def facturation(self) -> str:
        """« Avoir n° 2026-000124 : 3,45 € »; empty as long as there is none."""
        return f"Avoir n° {self.avoir} : {mots.euros(self.rendu)}" if self.avoir else ""


@dataclass(frozen=True)
class DemandeVue:
    """A demande, as the family reads it."""

    id: int
    numero: str
    nature: str
    statut: str
    deposee_le: dt.datetime
    repondue_le: dt.datetime | None
    auteur: str
    de_moi: bool
    """Whether whoever reads it asked for it."""
    piece_attendue: str = ""
    parts: list[Part] = field(default_factory=list)
    modifications: list[ModificationVue] = field(default_factory=list)
    contestations: list[ContestationVue] = field(default_factory=list)

    @property
    def etat(self) -> w.Etat:
        """What its badge says: where all that was accepted waits for a place, that it does."""
        acceptees = [reponse for reponse in self.reponses if reponse.statut == w.ACCEPTEE]
        if self.statut == w.ACCEPTEE and acceptees and all(reponse.en_liste for reponse in acceptees):
            return w.CRENEAU.etats[w.LISTE_ATTENTE]
        return w.DEMANDE.etats[self.statut]

    @property
    def est_une_inscription(self) -> bool:
        return self.nature == w.NATURE_PREINSCRIPTION

    @property
    def par(self) -> str:
        """Who asked: « vous », « Julien Moreau »."""
        return "vous" if self.de_moi else self.auteur

    @property
    def reponses(self) -> list[Part | ModificationVue | ContestationVue]:
        """What was asked, by answer."""
        return [*self.parts, *self.modifications, *self.contestations]

    @property
    def nombre(self) -> int:
        """How many lines it has, of those that are read."""
        return sum(reponse.nombre for reponse in self.reponses)

    @property
    def annulable(self) -> bool:
        """Whether something in it can still be withdrawn."""
        return any(reponse.statut == w.EN_ATTENTE and reponse.retirable for reponse in self.reponses)

    @property
    def a_vous(self) -> bool:
        """Whether it waits for whoever reads it, and not for the town."""
        return self.statut == w.EN_ATTENTE and bool(self.piece_attendue) and self.annulable

    @property
    def seulement_suivie(self) -> str:
        """Why what waits cannot be withdrawn by whoever reads it, in words; empty when it can."""
        suivis = [p.prenom for p in self.parts if p.statut == w.EN_ATTENTE and not p.retirable]
        return dire_le_suivi(list(dict.fromkeys(suivis))) if suivis else ""

    @property
    def activites(self) -> str:
        """« Cantine et Accueil du soir »."""
        return mots.enumeration(list(dict.fromkeys(part.activite for part in self.parts)))

    @property
    def prenoms(self) -> str:
        """« Léa et Noé »."""
        return mots.enumeration(list(dict.fromkeys(part.prenom for part in self.parts)))

    @property
    def titre(self) -> str:
        """« Réservation : Cantine, Léa et Noé », « Contestation : facture n° 2026-000123 »."""
        if self.nature == w.NATURE_DOSSIER:
            choses = list(dict.fromkeys(m.quoi for m in self.modifications if m.quoi))
            if len(choses) > DITES:
                choses[DITES - 1 :] = [f"{len(choses) - DITES + 1} autres"]
            quoi = mots.enumeration(choses)
            qui = mots.enumeration(list(dict.fromkeys(m.qui for m in self.modifications)))
            return f"{w.NATURES[self.nature]} : {', '.join(filter(None, (qui, quoi)))}"
        if self.nature == w.NATURE_CONTESTATION:
            return f"{w.NATURES[self.nature]} : facture n° {self.contestations[0].facture}"
        return f"{w.NATURES[self.nature]} : {self.activites}, {self.prenoms}"

    @property
    def quand(self) -> str:
        """« lundi 7 décembre, 11 h 30 – 13 h 30 », « 4 créneaux, du lun. 7 déc. au jeu. 10 déc. »."""
        if self.nature == w.NATURE_DOSSIER:
            return mots.pluriel(len(self.modifications), "modification")
        if self.nature == w.NATURE_CONTESTATION:
            if len(self.contestations) == 1:
                return self.contestations[0].texte
            total = mots.euros(sum(c.montant for c in self.contestations))
            return f"{mots.pluriel(len(self.contestations), 'ligne')}, {total}"
        premier, dernier = min(p.premier for p in self.parts), max(p.dernier for p in self.parts)
        if self.est_une_inscription:
            return mots.du_au(premier, dernier)
        if self.nombre == 1:
            return f"{mots.jour_long(premier)}, {self.parts[0].plage}"
        creneaux = f"{mots.nombre(self.nombre)} créneaux"
        if premier == dernier:
            return f"{creneaux}, {mots.jour_long(premier)}"
        if (premier.year, premier.month) != (dernier.year, dernier.month):
            return f"{creneaux}, {mots.du_au(premier, dernier)}"
        return f"{creneaux}, du {mots.jour_court(premier)} au {mots.jour_court(dernier)}"

    @property
    def motifs(self) -> str:
        """The reasons of what was refused, each said once; of many, the first ones."""
        dits = list(dict.fromkeys(reponse.motif for reponse in self.reponses if reponse.motif))
        if len(dits) > DITES:
            dits[DITES:] = [mots.pluriel(len(dits) - DITES, "autre motif", "autres motifs")]
        return " ; ".join(dits)

    @property
    def bilan(self) -> str:
        """« Acceptée : 12, Refusée : 3 », when its lines did not all become the same; else empty."""
        comptes: Counter[str] = Counter()
        for r in self.reponses:
            comptes[(w.CRENEAU.etats[w.LISTE_ATTENTE] if r.en_liste else r.etat).libelle] += r.nombre
        if len(comptes) < 2:
            return ""
        return ", ".join(f"{libelle} : {mots.nombre(n)}" for libelle, n in comptes.most_common())

    @property
    def en_liste(self) -> bool:
        return any(part.en_liste for part in self.parts)

    @property
    def prochain(self) -> str:
        """Who acts next, in few words; `suite` says it in sentences."""
        if self.statut == w.EN_ATTENTE and self.piece_attendue:
            return f"La mairie attend un document{' de vous' if self.annulable else ''}"
        if self.statut == w.EN_ATTENTE:
            return "La mairie doit répondre"
        if self.en_liste:
            return "La place vous revient dès qu’elle se libère"
        if self.statut == w.REFUSEE and any(reponse.retirable for reponse in self.reponses):
            return "Vous pouvez demander de nouveau"
        return "Plus rien à faire"

    @property
    def suite(self) -> str:
        """Who acts next, in words."""
        if self.statut == w.EN_ATTENTE and self.piece_attendue:
            return f"La mairie attend un document{' de vous' if self.annulable else ''}."
        if self.statut == w.EN_ATTENTE:
            return "La mairie doit répondre. Vous n’avez rien à faire."
        if self.en_liste:
            return (
                "En liste d’attente : la place vous revient dès qu’elle se libère, dans l’ordre de la liste."
            )
        if self.statut == w.ANNULEE:
            return "Vous l’avez annulée : rien n’a changé."
        if any(reponse.statut == w.REFUSEE for reponse in self.reponses):
            encore = " Vous pouvez demander de nouveau." if any(r.retirable for r in self.reponses) else ""
            return f"La mairie a répondu : lisez le motif du refus.{encore}"
        return "La mairie a répondu. Vous n’avez plus rien à faire."

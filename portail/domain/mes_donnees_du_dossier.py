"""« Mes données », of the family files: the sheets and what was asked of them, as far as one may read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import JOIN

import workflows as w
from models import Compte, ContactHabilite, Demande, Enfant, Famille, Lieu, Modele, Modification, Responsable
from portail.domain import champs, contacts, dossier, droits, photos
from portail.domain.contacts import FicheContact
from portail.domain.droits import Droits

Rangee = dict[str, Any]


class DossiersLus:
    """The family files of an account, through its own rights: each is asked once."""

    def __init__(self, compte: Compte, familles: Iterable[Famille]) -> None:
        self.familles = list(familles)
        self.regards = {famille.id: droits.regard(compte, famille) for famille in self.familles}
        self.suivis = {enfant for regard in self.regards.values() for enfant in regard.suit}
        """The children whose activities may be read."""
        adultes = Responsable.select().where(Responsable.famille.in_(self.familles))
        enfants = Enfant.select(Enfant, Lieu).join(Lieu, JOIN.LEFT_OUTER)
        self._adultes = list(adultes.order_by(Responsable.rang, Responsable.id))
        self._enfants = list(
            enfants.where(Enfant.famille.in_(self.familles)).order_by(Enfant.rang, Enfant.id)
        )

    def responsables(self) -> dict[int, list[Rangee]]:
        """The adults: of oneself the whole sheet, of the others the name (threat T16)."""
        trouves: dict[int, list[Rangee]] = defaultdict(list)
        for adulte in self._adultes:
            trouves[adulte.famille_id].append(_nom(adulte) | self._fiche(adulte))
        return trouves

    def enfants(self) -> dict[int, list[Rangee]]:
        """The children: the name, and each part of the sheet that the right to the child allows."""
        lus = contacts.actifs([e.id for e in self._enfants if self._lit(e, champs.CONTACTS)])
        avec_photo = photos.a_montrer(*self.regards.values())
        trouves: dict[int, list[Rangee]] = defaultdict(list)
        for enfant in self._enfants:
            rangee = _nom(enfant) | {"ecole": enfant.ecole.nom if enfant.ecole else ""}
            rangee |= self._fiche(enfant)
            if siens := [_contact(FicheContact.de(c)) for c in lus if c.enfant_id == enfant.id]:
                rangee["contacts"] = siens
            if enfant.id in avec_photo:
                rangee["photo"] = f"/famille/enfants/{enfant.id}/photo"
            trouves[enfant.famille_id].append(rangee)
        return trouves

    def modifications(self) -> dict[int, list[Rangee]]:
        """What was asked of the sheets, by demande; a demande of which nothing may be read is not here."""
        requete = (
            Modification.select(Modification, Demande)
            .join(Demande)
            .where(Demande.famille.in_(self.familles))
            .order_by(Modification.id)
        )
        fiches = self._fiches()
        permis = {cle: self._droits(fiche) for cle, fiche in fiches.items()}
        trouvees: dict[int, list[Rangee]] = defaultdict(list)
        for m in requete:
            if champs.LIRE in droits.sur(permis, m):
                trouvees[m.demande_id].append(
                    {
                        "de": fiches[m.objet, m.objet_id].nom_complet,
                        "quoi": dossier.nommer(m.objet, m.champ),
                        "etat": w.MODIFICATION.etats[m.statut].libelle,
                        "motif": m.motif,
                    }
                )
        return trouvees

    # ——— inside ———

    def _fiches(self) -> dict[tuple[str, int], Responsable | Enfant]:
        """Whose sheet is whose, by table and id; a contact's is the child's."""
        siennes: dict[tuple[str, int], Responsable | Enfant] = {
            (fiche._meta.table_name, fiche.id): fiche for fiche in (*self._adultes, *self._enfants)
        }
        habilites = ContactHabilite.select(ContactHabilite.id, ContactHabilite.enfant).where(
            ContactHabilite.enfant.in_(self._enfants)
        )
        return siennes | {("contact_habilite", c.id): siennes["enfant", c.enfant_id] for c in habilites}

    def _droits(self, fiche: Modele) -> Droits:
        return self.regards[fiche.famille_id].sur(fiche)

    def _lit(self, fiche: Modele, rubrique: str) -> bool:
        return champs.LIRE in self._droits(fiche).get(rubrique, ())

    def _fiche(self, fiche: Modele) -> Rangee:
        """The parts that may be read, each field by its name and in words; nothing when there is none."""
        table = fiche._meta.table_name
        lues = [r for r in champs.RUBRIQUES if self._lit(fiche, r) and champs.de_la_rubrique(table, r)]
        textes = champs.valeurs(fiche, lues)
        parties = [{"rubrique": champs.RUBRIQUES[r], "champs": _champs(table, r, textes)} for r in lues]
        return {"fiche": [partie for partie in parties if partie["champs"]]} if lues else {}


def _nom(personne: Responsable | Enfant) -> Rangee:
    return {"prenom": personne.prenom, "nom": personne.nom}


def _champs(table: str, rubrique: str, textes: Mapping[str, str]) -> list[Rangee]:
    """The fields that hold something."""
    return [
        {"champ": c.nom, "libelle": c.libelle, "valeur": texte, "mots": champs.en_mots(c, texte)}
        for c in champs.de_la_rubrique(table, rubrique)
        if (texte := textes[c.nom])
    ]


def _contact(fiche: FicheContact) -> Rangee:
    return {"nom": fiche.nom_complet, "lien": fiche.lien, "telephone": fiche.telephone, "role": fiche.role}

"""The adults and the children of an import: who they are, what is new of them, what the portal knows better.

A person is found by the identifier of the town's software, else by name, and birth date for a child. What is
empty in the file says nothing: it erases nothing.
"""

from collections.abc import Iterable, Sequence

import workflows as w
from models import Enfant, Evenement, Famille, LienParental, Lieu, Modification, Responsable, normaliser
from portail import mots
from portail.domain import champs, coffre
from portail.domain import importation_colonnes as colonnes
from portail.domain.champs import Champ
from portail.domain.guichet import SAISIR
from portail.domain.importation_colonnes import ADULTES, ENFANTS
from portail.domain.importation_lecture import Rangee
from portail.domain.importation_plan import (
    A_MOI,
    Contexte,
    FamilleVue,
    Personne,
    a_la_ligne,
    par_lots,
    regrouper,
)

MISE_A_JOUR = "mise_a_jour_import"
"""What the journal calls the change of a sheet by an import."""
DE_CASSE = (champs.PERSONNE, champs.EMAIL)
"""Kinds of value that other software writes in capitals: that is no change."""
CHAMPS = {objet: {c.nom: c for c in champs.FICHES[objet][1]} for objet in champs.FICHES}


def voir_les_personnes(contexte: Contexte) -> None:
    """The adults, then the children, then what each adult is to each child."""
    _charger(contexte)
    changees: list[tuple[Personne, dict[str, str]]] = []
    for table, objet in ((ADULTES, "responsable"), (ENFANTS, "enfant")):
        par_identifiant = _par_identifiant(contexte, table, objet)
        lieux = _lieux(contexte) if table == ENFANTS else {}
        for rangee in contexte.rangees[table]:
            if famille := contexte.famille(rangee):
                personne = _trouver(contexte, rangee, objet, famille, par_identifiant)
                if personne and _placer(contexte, rangee, personne, lieux):
                    changees += _voir(contexte, rangee, personne)
        if table == ENFANTS:
            contexte.enfants_par_identifiant = par_identifiant
    _trancher(contexte, changees)
    _lier(contexte)
    for famille in contexte.plan.familles:
        if not famille.adultes:
            _dire_sans_adulte(contexte, famille)


def dire(personne: Personne) -> str:
    """« Claire Moreau, famille 104582 »."""
    return f"{personne.nom_complet}, famille {personne.famille.code}"


# ——— who stands ———


def _charger(contexte: Contexte) -> None:
    """The adults and the children of the families that the lines name."""
    par_id = {famille.id: famille for famille in contexte.familles.values() if famille.id}
    for lot in par_lots(par_id):
        for adulte in Responsable.select().where(Responsable.famille.in_(lot)).order_by(Responsable.id):
            par_id[adulte.famille_id].adultes.append(_de_la_fiche(adulte, par_id[adulte.famille_id]))
        for enfant in Enfant.select().where(Enfant.famille.in_(lot)).order_by(Enfant.id):
            par_id[enfant.famille_id].enfants.append(_de_la_fiche(enfant, par_id[enfant.famille_id]))
    enfants = {e.id: e for famille in par_id.values() for e in famille.enfants if e.id}
    for lot in par_lots(enfants):
        liens = LienParental.select(LienParental.enfant, LienParental.responsable, LienParental.droit)
        for enfant_id, adulte_id, droit in liens.where(LienParental.enfant.in_(lot)).tuples():
            enfants[enfant_id].droits[adulte_id] = droit


def _de_la_fiche(fiche: Responsable | Enfant, famille: FamilleVue) -> Personne:
    est_enfant = isinstance(fiche, Enfant)
    return Personne(
        "enfant" if est_enfant else "responsable",
        famille,
        fiche.prenom,
        fiche.nom,
        naissance=fiche.naissance.isoformat() if est_enfant else "",
        identifiant=fiche.identifiant,
        ecole=fiche.ecole_id if est_enfant else None,
        fiche=fiche,
        id=fiche.id,
    )


def _par_identifiant(contexte: Contexte, table: str, objet: str) -> dict[str, Personne]:
    """Those whom these lines, or others, may name by their identifier; of another family, unknown here."""
    connues = [
        p
        for famille in contexte.familles.values()
        for p in (famille.adultes if objet == "responsable" else famille.enfants)
    ]
    trouvees = {p.identifiant: p for p in connues if p.identifiant}
    voulus = {r.textes["identifiant"] for r in contexte.rangees[table] if "identifiant" in r.textes}
    if objet == "enfant":
        voulus |= {
            r.textes["identifiant_enfant"]
            for autre in (colonnes.INSCRIPTIONS, colonnes.RESERVATIONS)
            for r in contexte.rangees[autre]
            if "identifiant_enfant" in r.textes
        }
    modele = Responsable if objet == "responsable" else Enfant
    for lot in par_lots(voulus - trouvees.keys()):
        for fiche in modele.select(modele, Famille).join(Famille).where(modele.identifiant.in_(lot)):
            sienne = fiche.famille
            famille = FamilleVue(sienne.code_abonne, sienne.nom, sienne.id, sienne.id in contexte.a_moi)
            trouvees[fiche.identifiant] = _de_la_fiche(fiche, famille)
    return trouvees


def _lieux(contexte: Contexte) -> dict[str, int]:
    return {normaliser(nom): ident for ident, nom in Lieu.select(Lieu.id, Lieu.nom).tuples()}


# ——— one line, one person ———


def _trouver(
    contexte: Contexte, rangee: Rangee, objet: str, famille: FamilleVue, connus: dict[str, Personne]
) -> Personne | None:
    """Whom the line is about, made if it is nobody yet; None, and said, when that cannot be."""
    lues, identifiant = rangee.textes, rangee.textes.get("identifiant")
    membres = famille.adultes if objet == "responsable" else famille.enfants
    personne = connus.get(identifiant) if identifiant else None
    if personne and personne.famille.code != famille.code:
        quoi = f"{identifiant} est déjà {dire(personne)} : une personne a un seul dossier."
        contexte.fauter(rangee, "identifiant", quoi)
        return None
    if personne is None:
        homonymes = [p for p in membres if _se_nomme(p, lues["nom"], lues["prenom"])]
        memes = [p for p in homonymes if objet == "responsable" or p.naissance == lues["naissance"]]
        if _ambigue(contexte, rangee, homonymes, memes):
            return None
        personne = memes[0] if memes else None
    if personne and personne.rangee:
        deja = a_la_ligne(rangee, personne.rangee)
        contexte.fauter(rangee, "nom", f"{personne.nom_complet} est déjà {deja}.")
        return None
    if personne is None:
        personne = Personne(objet, famille, lues["prenom"], lues["nom"], lues.get("naissance", ""))
        personne.identifiant = identifiant
        if not famille.a_moi:
            membres.append(personne)
    personne.rangee = rangee
    if identifiant:
        connus[identifiant] = personne
    return personne


def _se_nomme(personne: Personne, nom: str, prenom: str) -> bool:
    return normaliser(personne.nom) == normaliser(nom) and normaliser(personne.prenom) == normaliser(prenom)


def _ambigue(
    contexte: Contexte, rangee: Rangee, homonymes: Sequence[Personne], memes: Sequence[Personne]
) -> bool:
    """Whether nobody can tell whom the line is about: it is said."""
    identifiant = rangee.textes.get("identifiant")
    if len(memes) > 1:
        quoi = f"{len(memes)} personnes de ce nom sont au dossier : donnez leur identifiant."
        contexte.fauter(rangee, "nom", quoi)
        return True
    if memes and identifiant and memes[0].identifiant not in (None, identifiant):
        quoi = f"{memes[0].nom_complet} a déjà un autre identifiant, {memes[0].identifiant}."
        contexte.fauter(rangee, "identifiant", quoi)
        return True
    if homonymes and not memes:
        ne = "/".join(reversed(homonymes[0].naissance.split("-")))
        quoi = f"un enfant de ce nom, né le {ne}, est déjà au dossier : vérifiez la date de naissance."
        contexte.fauter(rangee, "naissance", quoi)
        return True
    return False


def _placer(contexte: Contexte, rangee: Rangee, personne: Personne, lieux: dict[str, int]) -> bool:
    """What is no field of the file: the school, the identifier. Whether the line stands."""
    ecole = rangee.textes.get("ecole")
    if ecole:
        lieu = lieux.get(normaliser(ecole))
        if lieu is None:
            contexte.fauter(rangee, "ecole", f"« {ecole} » n’est pas un lieu du portail.")
            return False
        if lieu != personne.ecole or personne.neuve:
            personne.ecole = personne.colonnes["ecole"] = lieu
    identifiant = rangee.textes.get("identifiant")
    if identifiant and identifiant != (personne.fiche.identifiant if personne.fiche else None):
        personne.identifiant = personne.colonnes["identifiant"] = identifiant
    return True


def _voir(contexte: Contexte, rangee: Rangee, personne: Personne) -> list[tuple[Personne, dict[str, str]]]:
    """Its fields: all of somebody new, those that differ of somebody who stands."""
    lus = {nom: texte for nom, texte in rangee.textes.items() if nom in CHAMPS[personne.objet]}
    if personne.famille.a_moi:
        if personne.neuve or personne.colonnes or _differents(personne, lus):
            contexte.avertir(rangee, "", A_MOI)
        personne.colonnes.clear()
        contexte.laisser(rangee)
        return []
    if personne.neuve:
        personne.champs = lus
        contexte.plan.personnes.append(personne)
        contexte.creer(rangee, dire(personne))
        return []
    try:
        return [(personne, _differents(personne, lus))]
    except coffre.Illisible:
        contexte.fauter(
            rangee, "", "les données protégées de cette fiche ne se lisent plus : voyez PORTAIL_CLES."
        )
        return []


def _differents(personne: Personne, lus: dict[str, str]) -> dict[str, str]:
    """The fields of the line that are not what stands, with what stands."""
    if personne.fiche is None:
        return {}
    boites: dict[str, dict[str, str]] = {}
    avant: dict[str, str] = {}
    for nom, texte in lus.items():
        c = CHAMPS[personne.objet][nom]
        if c.scelle:
            colonne = champs.SCELLEES[c.rubrique]
            boite = boites.setdefault(colonne, {}) or champs.ouvrir(getattr(personne.fiche, colonne))
            boites[colonne] = boite
            presente = boite.get(nom, "")
        else:
            presente = champs.en_texte(c, getattr(personne.fiche, nom))
        if presente != texte and not (c.genre in DE_CASSE and presente.casefold() == texte.casefold()):
            avant[nom] = presente
    return avant


# ——— what the portal knows better ———


def _trancher(contexte: Contexte, changees: list[tuple[Personne, dict[str, str]]]) -> None:
    """Each sheet that differs: what the file changes of it, and what was changed on the portal and stays."""
    differentes = [(p, avant) for p, avant in changees if avant]
    voulues = {} if contexte.ecraser else _changees_ici(differentes)
    for personne, avant in changees:
        rangee = personne.rangee
        assert rangee is not None
        qui = voulues.get((personne.objet, personne.id), {})
        for nom, presente in avant.items():
            c = CHAMPS[personne.objet][nom]
            if par := _par_qui(c, presente, qui):
                contexte.avertir(rangee, nom, _dire_le_conflit(c, presente, par))
            else:
                personne.champs[nom] = rangee.textes[nom]
        if not personne.champs and not personne.colonnes:
            contexte.laisser(rangee)
            continue
        contexte.plan.changees.append(personne)
        contexte.changer(rangee, f"{dire(personne)} : {_dire_les_changements(personne, avant)}")


def _changees_ici(differentes: Iterable[tuple[Personne, dict[str, str]]]) -> dict[tuple, dict[str, object]]:
    """By sheet: the changes granted to the family, the labels that an agent took down since the import."""
    ici: dict[tuple, dict[str, object]] = {}
    for objet, siennes in regrouper((p for p, _ in differentes), lambda p: p.objet).items():
        for lot in par_lots(p.id for p in siennes):
            accordees = Modification.select(Modification.objet_id, Modification.champ, Modification.apres)
            accordees = accordees.where(
                Modification.objet == objet,
                Modification.objet_id.in_(lot),
                Modification.statut == w.APPLIQUEE,
            )
            for ident, nom, apres in accordees.order_by(Modification.id).tuples():
                ici.setdefault((objet, ident), {})[nom] = apres
            faits = Evenement.select(Evenement.objet_id, Evenement.acte, Evenement.detail).where(
                Evenement.objet == objet,
                Evenement.objet_id.in_(lot),
                Evenement.acte.in_((SAISIR, MISE_A_JOUR)),
            )
            for ident, acte, detail in faits.order_by(Evenement.id).tuples():
                for libelle in detail.split(", "):
                    ici.setdefault((objet, ident), {})[f"mairie {libelle}"] = acte == SAISIR
    return ici


def _par_qui(c: Champ, presente: str, ici: dict[str, object]) -> str:
    """Who wanted the value that stands: « la famille », « un agent »; empty when it was an import."""
    accordee = ici.get(c.nom)
    if isinstance(accordee, str):
        try:
            if (coffre.desceller(accordee) if c.scelle and accordee else accordee) == presente:
                return "la famille"
        except coffre.Illisible:
            return "la famille"
    return "un agent" if ici.get(f"mairie {c.libelle}") else ""


def _dire_le_conflit(c: Champ, presente: str, par: str) -> str:
    valeur = "" if c.scelle else f" (« {champs.en_mots(c, presente)} »)"
    return (
        f"{par} a changé cette donnée sur le portail{valeur} : elle reste. "
        "Pour que le fichier l’emporte, cochez-le en envoyant les fichiers."
    )


def _dire_les_changements(personne: Personne, avant: dict[str, str]) -> str:
    dits = []
    for nom, apres in personne.champs.items():
        c = CHAMPS[personne.objet][nom]
        de, vers = champs.en_mots(c, avant[nom]), champs.en_mots(c, apres)
        dits.append(champs.en_phrase(c) if c.scelle else f"{champs.en_phrase(c)}, {de} → {vers}")
    dits += [{"ecole": "école"}.get(nom, nom) for nom in personne.colonnes]
    return mots.enumeration(dits) if len(dits) < 3 else " ; ".join(dits)


# ——— what each adult is to each child ———


def _lier(contexte: Contexte) -> None:
    """A child whom nobody is linked with is all its adults'; else only what the file says is added."""
    for rangee in contexte.rangees[ENFANTS]:
        famille = contexte.familles.get(rangee.textes["code_abonne"])
        enfant = next((e for e in famille.enfants if e.rangee is rangee), None) if famille else None
        if famille is None or enfant is None or famille.a_moi:
            continue
        dits = _droits_dits(contexte, rangee, famille)
        if dits is None:
            continue
        if not enfant.droits:
            voulus = dits or [(adulte, "plein") for adulte in famille.adultes]
            contexte.plan.liens += [(adulte, enfant, droit) for adulte, droit in voulus]
            if voulus and not enfant.neuve:
                contexte.changer(rangee, f"{dire(enfant)} : les droits de {len(voulus)} adulte(s)")
        else:
            _completer(contexte, rangee, famille, enfant, dits)


def _droits_dits(
    contexte: Contexte, rangee: Rangee, famille: FamilleVue
) -> list[tuple[Personne, str]] | None:
    """The adults that the line names, each with the right; None, and said, when one is not of the family."""
    dits: list[tuple[Personne, str]] = []
    for morceau in filter(None, rangee.textes.get("droits", "").split("|")):
        nom, _, droit = morceau.rpartition(":")
        nommes = [a for a in famille.adultes if normaliser(a.nom_complet) == normaliser(nom)]
        if len(nommes) != 1 or nommes[0] in [adulte for adulte, _ in dits]:
            quoi = f"« {nom} » n’est pas un adulte du dossier {famille.code}, ou y est deux fois."
            contexte.fauter(rangee, "droits", quoi)
            return None
        dits.append((nommes[0], droit))
    return dits


def _completer(
    contexte: Contexte,
    rangee: Rangee,
    famille: FamilleVue,
    enfant: Personne,
    dits: list[tuple[Personne, str]],
) -> None:
    for adulte, droit in dits:
        present = enfant.droits.get(adulte.id) if adulte.id else None
        if present is None:
            contexte.plan.liens.append((adulte, enfant, droit))
            contexte.changer(rangee, f"{dire(enfant)} : le droit de {adulte.nom_complet}")
        elif present != droit:
            quoi = f"{adulte.nom_complet} a le droit « {present} » : il reste ; changez-le au guichet."
            contexte.avertir(rangee, "droits", quoi)
    nommes = [adulte for adulte, _ in dits]
    for adulte in famille.adultes:
        if adulte.neuve and adulte not in nommes:
            contexte.avertir(
                rangee,
                "droits",
                f"{adulte.nom_complet}, nouveau au dossier, n’a aucun droit sur {enfant.prenom} :"
                " écrivez-le dans cette colonne, ou donnez-le au guichet.",
            )


def _dire_sans_adulte(contexte: Contexte, famille: FamilleVue) -> None:
    rangee = next(r for r in contexte.rangees[colonnes.FAMILLES] if r.textes["code_abonne"] == famille.code)
    contexte.avertir(rangee, "", f"la famille {famille.nom}, {famille.code}, n’a aucun adulte.")

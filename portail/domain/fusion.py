"""Two files of one family become one: all of a duplicate goes to the file that is kept. It cannot be undone.

What a child has in both is looked at by `doublons.py`, before and once more under the locks. The journal is
never rewritten: the lines of the emptied file stay its own, and are read with those of the kept one.
"""

from collections.abc import Iterable, Mapping, Sequence

from peewee import IntegrityError, Model

import workflows as w
from models import (
    Abonnement,
    Agenda,
    CodeAbonne,
    Compte,
    ContactHabilite,
    Courriel,
    Demande,
    Enfant,
    Famille,
    LienParental,
    Ligne,
    Modification,
    PartDePayeur,
    Photo,
    Pointage,
    Preinscription,
    Presence,
    Reponse,
    Reservation,
    Responsable,
    SessionOuverte,
    verrouiller,
    write_transaction,
)
from portail import clock
from portail.domain import (
    adresses_d_agenda,
    comptes,
    courriels,
    doublons,
    familles,
    fusion_des_factures,
    liste_attente,
    perimetre,
)
from portail.domain.contacts import FicheContact
from portail.domain.doublons import Examen, Pareils
from portail.domain.places import Places, verrouiller_les_places
from portail.domain.refus import DejaChange, Interdit, Refus
from portail.domain.transitions import Acteur, franchir, franchir_ensemble, journaliser

REUNIR, VIDER = "dossier_reuni", "dossier_vide"
"""What the journal calls it, on the file that is kept and on the one that is emptied."""
EN_DOUBLE = "Réunion de deux dossiers : déjà inscrit dans l’autre."
BOUGE = "Un des deux dossiers a changé entre-temps. Relisez ce que la réunion ferait, puis recommencez."
TOUS_LES_LIEUX = "Réunir deux dossiers touche à tous les lieux : un agent qui les a tous doit le faire."
A_COMPLETER = ("email", "telephone", "telephone_travail", "profession", "employeur", "banque")
"""What the sheet of an adult takes from the emptied one, where it says nothing."""
ENSEMBLE = (
    ("voie", "complement", "code_postal", "commune"),
    ("quotient", "revenu_fiscal", "parts", "fiscal_le"),
)
"""What it takes only together: half of an address and half of another are no address."""
A_L_ENFANT = ("ecole", "sante", "rentre_seul", "transport", "image", "baignade", "soins_urgence")
"""The same, of a child: an autorisation that nobody has answered is none yet."""


def reunir(session: SessionOuverte, garde_id: int, vide_id: int, pareils: Pareils, repere: str) -> Famille:
    """Put all of the file `vide_id` in the file `garde_id`; the password given of late. Gives the kept one.

    `repere`: of the preview (`doublons.Examen.repere`); :class:`DejaChange` when it is no more what stands.
    """
    try:
        with write_transaction():
            agent = session.compte
            comptes.exiger_la_confirmation(session)
            garde, vide = exiger_les_deux(agent, garde_id, vide_id)
            avant = doublons.examiner(garde, vide, pareils)
            places = verrouiller_les_places({double.vide.seance_id for double in avant.liberes})
            tenus = verrouiller(Famille, [garde.id, vide.id])
            # whoever asks anything for a child, or about an adult, holds the sheet: then sees whose it is now
            verrouiller(Responsable, [a.id for a in (*avant.adultes, *avant.adultes_gardes)])
            verrouiller(Enfant, [e.id for e in (*avant.enfants, *avant.enfants_gardes)])
            verrouiller(Demande, [d.id for d in Demande.select(Demande.id).where(Demande.famille == vide)])
            if any(un.fusionnee_dans_id for un in tenus.values()):
                raise DejaChange(BOUGE)
            examen = doublons.examiner(garde, vide, pareils)
            if examen.repere != repere or examen.repere != avant.repere:
                raise DejaChange(BOUGE)
            if examen.obstacles:
                raise Refus(" ".join(examen.obstacles))
            _reunir(Acteur(agent, w.AGENT), examen, places)
            return Famille.get_by_id(garde.id)
    except IntegrityError as bouge:  # something came to a child that goes, while it went
        raise DejaChange(BOUGE) from bouge


def exiger_les_deux(agent: Compte, garde_id: int, vide_id: int) -> tuple[Famille, Famille]:
    """Both files, for an agent who may act on both, and who has all the places."""
    garde, vide = familles.exiger(agent, garde_id), familles.exiger(agent, vide_id)
    if garde.id == vide.id:
        raise Refus("Choisissez un autre dossier : c’est celui-ci.", champ="avec")
    if not perimetre.du_compte(agent).entier:
        raise Interdit(TOUS_LES_LIEUX)
    return garde, vide


# ——— inside ———


def _reunir(acteur: Acteur, examen: Examen, places: Places) -> None:
    garde, vide = examen.garde, examen.vide
    abonnes = {un.id: un for famille in (garde, vide) for un in courriels.destinataires(famille.id)}
    _liberer(acteur, examen, places)
    for inscription in examen.en_trop:
        franchir(inscription, w.ANNULER, acteur, famille_id=vide.id, motif=EN_DOUBLE)
    _defaire_les_doubles(examen)
    _reunir_les_adultes(acteur, examen)
    _reunir_les_enfants(examen)
    _deplacer_les_comptes(acteur, examen)
    siennes = Demande.select(Demande.id).where(Demande.famille == vide)
    Reponse.delete().where(Reponse.demande.in_(siennes)).execute()  # what they remember is of sheets that go
    Demande.update(famille=garde).where(Demande.famille == vide).execute()
    fusion_des_factures.de_la_famille(vide, garde)
    Courriel.update(famille=garde).where(Courriel.famille == vide).execute()
    SessionOuverte.update(famille=garde).where(SessionOuverte.famille == vide).execute()
    deja = (Famille.id == vide.id) | (Famille.fusionnee_dans == vide)
    Famille.update(fusionnee_dans=garde).where(deja).execute()
    journaliser(garde, REUNIR, acteur, famille_id=garde.id, detail=f"avec le dossier {vide.code_abonne}")
    journaliser(vide, VIDER, acteur, famille_id=vide.id, detail=f"dans le dossier {garde.code_abonne}")
    for compte in abonnes.values():
        courriels.annoncer_la_reunion(compte, garde, vide)


def _liberer(acteur: Acteur, examen: Examen, places: Places) -> None:
    """What a child has twice counts once: the place goes to whoever waits."""
    doubles = [double.vide for double in examen.liberes]
    rendues = [c.seance_id for c in doubles if c.statut in w.OCCUPENT_UNE_PLACE]
    liees = liste_attente.seances_liees(doubles)
    franchir_ensemble(doubles, w.LIBERER, acteur, w.NON_RESERVE, famille_id=examen.vide.id, motif=EN_DOUBLE)
    for seance_id in rendues:
        places.rendre(seance_id)
    liste_attente.pourvoir(places, {*rendues, *liees})


def _defaire_les_doubles(examen: Examen) -> None:
    """One row a child and séance: the one that says something; the lines of the other are its own now."""
    for double in examen.doubles:
        vide = Reservation.get_by_id(double.vide.id)
        reste, part = (double.garde, vide) if vide.statut == w.NON_RESERVE else (vide, double.garde)
        Ligne.update(reservation=reste.id).where(Ligne.reservation == part.id).execute()
        Reservation.delete().where(Reservation.id == part.id).execute()


def _reunir_les_adultes(acteur: Acteur, examen: Examen) -> None:
    pareils, gardes = examen.pareils.adultes, {un.id: un for un in examen.adultes_gardes}
    rang = max((un.rang for un in examen.adultes_gardes), default=0)
    for adulte in examen.adultes:
        pareil = gardes.get(pareils.get(adulte.id, 0))
        if pareil is None:
            rang += 1
            Responsable.update(famille=examen.garde, rang=rang).where(Responsable.id == adulte.id).execute()
            continue
        manquent = _ce_qui_manque(pareil, adulte, ((nom,) for nom in A_COMPLETER))
        manquent |= _ce_qui_manque(pareil, adulte, ENSEMBLE) | _l_identifiant(pareil, adulte)
        for table in (Abonnement, CodeAbonne):
            table.update(responsable=pareil).where(table.responsable == adulte).execute()
        PartDePayeur.update(responsable=pareil).where(PartDePayeur.responsable == adulte).execute()
        fusion_des_factures.d_un_adulte(acteur, adulte, pareil)
        _deplacer_les_liens(LienParental.responsable, LienParental.enfant, adulte.id, pareil.id)
        _deplacer_les_changements("responsable", adulte.id, pareil.id)
        Responsable.delete().where(Responsable.id == adulte.id).execute()
        if manquent:
            Responsable.update(manquent).where(Responsable.id == pareil.id).execute()


def _ce_qui_manque(garde: Model, vide: Model, groupes: Iterable[Sequence[str]]) -> dict[str, object]:
    """What the kept sheet says nothing of, and the emptied one does, group by group."""
    pris: dict[str, object] = {}
    for noms in groupes:
        if all(getattr(garde, nom) in ("", None) for nom in noms):
            pris |= {nom: getattr(vide, nom) for nom in noms if getattr(vide, nom) not in ("", None)}
    return pris


def _l_identifiant(garde: Responsable | Enfant, vide: Responsable | Enfant) -> dict[str, object]:
    """What the town's other software calls them: the next import finds them by it."""
    return {"identifiant": vide.identifiant} if vide.identifiant and not garde.identifiant else {}


def _reunir_les_enfants(examen: Examen) -> None:
    pareils, gardes = examen.pareils.enfants, {un.id: un for un in examen.enfants_gardes}
    rang = max((un.rang for un in examen.enfants_gardes), default=0)
    for enfant in examen.enfants:
        pareil = gardes.get(pareils.get(enfant.id, 0))
        if pareil is None:
            rang += 1
            Enfant.update(famille=examen.garde, rang=rang).where(Enfant.id == enfant.id).execute()
            continue
        for table in (Preinscription, Reservation):
            table.update(enfant=pareil).where(table.enfant == enfant).execute()
        _deplacer_les_contacts(enfant, pareil)
        _deplacer_la_photo(enfant, pareil)
        _deplacer_les_pointages(examen, enfant, pareil)
        _deplacer_les_parts(enfant, pareil)
        fusion_des_factures.d_un_enfant(enfant, pareil)
        _deplacer_les_liens(LienParental.enfant, LienParental.responsable, enfant.id, pareil.id)
        _deplacer_les_changements("enfant", enfant.id, pareil.id)
        a_prendre = _ce_qui_manque(pareil, enfant, ((nom,) for nom in A_L_ENFANT))
        a_prendre |= _l_identifiant(pareil, enfant) | {"classe": pareil.classe or enfant.classe}
        deja = Agenda.select(Agenda.compte).where(Agenda.enfant == pareil, Agenda.revoque_le.is_null())
        adresses_d_agenda.eteindre(Agenda.enfant == enfant, Agenda.compte.in_(deja))
        Agenda.update(enfant=pareil).where(Agenda.enfant == enfant).execute()
        Enfant.delete().where(Enfant.id == enfant.id).execute()
        Enfant.update(a_prendre).where(Enfant.id == pareil.id).execute()


def _deplacer_les_liens(cote, autre, avant: int, apres: int) -> None:
    """The rights of an adult over a child: where the kept file says one already, it stands."""
    deja = [ident for (ident,) in LienParental.select(autre).where(cote == apres).tuples()]
    LienParental.delete().where(cote == avant, autre.in_(deja or [0])).execute()
    LienParental.update({cote: apres}).where(cote == avant).execute()


def _deplacer_les_parts(enfant: Enfant, pareil: Enfant) -> None:
    """Who pays for a child: the shares of the kept file stand, where it has some; they make a hundred."""
    if PartDePayeur.select().where(PartDePayeur.enfant == pareil).exists():
        PartDePayeur.delete().where(PartDePayeur.enfant == enfant).execute()
    else:
        PartDePayeur.update(enfant=pareil).where(PartDePayeur.enfant == enfant).execute()


def _deplacer_les_changements(objet: str, avant: int, apres: int) -> None:
    """What was asked of a sheet, and answered, is of the other one."""
    siens = (Modification.objet == objet) & (Modification.objet_id == avant)
    Modification.update(objet_id=apres).where(siens).execute()


def _deplacer_les_contacts(enfant: Enfant, pareil: Enfant) -> None:
    """The child has the contacts of both; what they both have stands once."""
    debout = ContactHabilite.retire_le.is_null()
    siens = ContactHabilite.select().where(ContactHabilite.enfant == pareil, debout)
    presents = {FicheContact.de(contact).texte for contact in siens}
    for contact in ContactHabilite.select().where(ContactHabilite.enfant == enfant, debout):
        if FicheContact.de(contact).texte in presents:
            ContactHabilite.update(retire_le=clock.maintenant()).where(
                ContactHabilite.id == contact.id
            ).execute()
    ContactHabilite.update(enfant=pareil).where(ContactHabilite.enfant == enfant).execute()


def _deplacer_les_pointages(examen: Examen, enfant: Enfant, pareil: Enfant) -> None:
    """One word a séance: that of the booking which stands, the kept file's first."""
    libres = {double.vide.seance_id for double in examen.liberes}
    deja = {p.seance_id: p for p in Presence.select().where(Presence.enfant == pareil)}
    for presence in Presence.select().where(Presence.enfant == enfant):
        autre = deja.get(presence.seance_id)
        suivait = not presence.sans_reservation
        if autre and autre.sans_reservation and suivait and presence.seance_id not in libres:
            partante = autre
        elif autre or (suivait and presence.seance_id in libres and not _absent(pareil, presence.seance_id)):
            partante = presence
        else:
            continue
        Presence.delete().where(Presence.id == partante.id).execute()
    for table in (Presence, Pointage):
        table.update(enfant=pareil).where(table.enfant == enfant).execute()


def _absent(enfant: Enfant, seance_id: int) -> bool:
    sienne = (Reservation.enfant == enfant, Reservation.seance == seance_id)
    return Reservation.select().where(*sienne, Reservation.statut == w.ABSENT).exists()


def _deplacer_la_photo(enfant: Enfant, pareil: Enfant) -> None:
    if Photo.select().where(Photo.enfant == pareil, Photo.validee_le.is_null(False)).exists():
        Photo.delete().where(Photo.enfant == enfant, Photo.validee_le.is_null(False)).execute()
    Photo.update(enfant=pareil).where(Photo.enfant == enfant).execute()


def _deplacer_les_comptes(acteur: Acteur, examen: Examen) -> None:
    """Subscriptions are kept; who had both has one. The letters of the emptied file open nothing any more."""
    garde, vide = examen.garde, examen.vide
    familles.eteindre_les_codes(acteur, vide)
    siens: Mapping[int, Abonnement] = {
        a.compte_id: a
        for a in Abonnement.select().where(Abonnement.famille == garde, Abonnement.statut != w.RESILIE)
    }
    for abonnement in Abonnement.select().where(
        Abonnement.famille == vide, Abonnement.statut != w.RESILIE, Abonnement.compte.in_(list(siens) or [0])
    ):
        deja = siens[abonnement.compte_id]
        if deja.responsable_id is None and abonnement.responsable_id:
            Abonnement.update(responsable=abonnement.responsable_id).where(Abonnement.id == deja.id).execute()
        franchir(abonnement, w.RESILIER, acteur, famille_id=vide.id)
    ouvertes = Agenda.select(Agenda.compte).where(
        Agenda.famille == garde, Agenda.enfant.is_null(), Agenda.revoque_le.is_null()
    )
    adresses_d_agenda.eteindre(Agenda.famille == vide, Agenda.enfant.is_null(), Agenda.compte.in_(ouvertes))
    for table in (Abonnement, CodeAbonne, Agenda):
        table.update(famille=garde).where(table.famille == vide).execute()

"""The pre-registrations asked for since the portal opened: what waits, what was answered, what is missing."""

import datetime as dt
from collections.abc import Sequence
from random import Random

import workflows as w
from models import JourVoulu, Ligne, Message
from portail import clock, mots
from portail.demo.demandes import DEPOSER, DemandeDemo, LigneDInscription, MessageDemo, Registre
from portail.demo.equipements import ActiviteDemo, Equipements
from portail.demo.familles import CompteDemo, EnfantDemo, FamilleDemo, Inscription
from portail.demo.offres import AISANCE, ASSURANCE
from portail.domain.echanges import DEMANDER
from portail.domain.ecriture import inserer

UN_JOUR = dt.timedelta(1)
DEMANDES = 24
"""How many other families have asked."""
MOTIFS = ("Activité complète", "Pièce manquante au dossier", "Impayés à régler au Guichet Familles")
REMARQUES = (
    "Mon enfant a déjà fait une année dans un autre club.",
    "Nous pouvons venir le chercher dès 11 h 45.",
    "",
    "",
)


# ——— the acts ———


def deposer(
    registre: Registre,
    auteur: CompteDemo,
    quand: dt.datetime,
    activite: ActiviteDemo,
    enfants: Sequence[EnfantDemo],
    jours: int = 0,
    remarques: str = "",
) -> DemandeDemo:
    """A family asks for these children, to the end of the school year; perhaps for days at once."""
    debut, fin = _periode(registre, activite)
    demande = DemandeDemo(enfants[0].famille, auteur, w.NATURE_PREINSCRIPTION, quand)
    registre.demandes.append(demande)
    registre.tracer(quand, auteur, DEPOSER, demande, "", w.EN_ATTENTE, demande)
    # asked in time, and still to be had tomorrow
    limite = registre.temps.matin + UN_JOUR
    seances = [s for s in activite.seances if debut <= s.jour <= fin and s.limite_reservation > limite]
    for enfant in enfants:
        inscription = Inscription(activite, debut, fin, w.DEMANDE_EN_COURS, quand)
        enfant.inscriptions.append(inscription)
        demande.inscriptions.append(LigneDInscription(enfant, inscription, tuple(seances[:jours])))
        registre.tracer(quand, auteur, DEPOSER, inscription, "", w.DEMANDE_EN_COURS, demande)
    if remarques:
        demande.messages.append(MessageDemo(auteur, False, remarques, quand))
    return demande


def repondre(
    registre: Registre, demande: DemandeDemo, quand: dt.datetime, agent: CompteDemo, motif: str = ""
) -> None:
    """An agent accepts, or refuses with a reason, all its children."""
    acte = w.REFUSER if motif else w.ACCEPTER
    for ligne in demande.inscriptions:
        ligne.motif = motif
        _franchir(registre, ligne.inscription, acte, quand, agent, demande, motif)
        registre.repondre_a_la_ligne(ligne, acte, quand, agent, demande)


def annuler(registre: Registre, demande: DemandeDemo, quand: dt.datetime) -> None:
    """The family thinks better of it."""
    for ligne in demande.inscriptions:
        _franchir(registre, ligne.inscription, w.ANNULER, quand, demande.auteur, demande)
        ligne.statut = w.ANNULEE
        registre.tracer(quand, demande.auteur, w.ANNULER, ligne, w.EN_ATTENTE, w.ANNULEE, demande)
    registre.conclure(demande, quand, None)


def attendre(
    registre: Registre, demande: DemandeDemo, quand: dt.datetime, agent: CompteDemo, piece: str
) -> None:
    """An agent asks for a document before answering."""
    demande.piece_attendue = piece
    demande.messages.append(MessageDemo(agent, True, piece, quand))
    registre.tracer(quand, agent, DEMANDER, demande, "", "", demande)


# ——— what happened ———


def raconter(famille: FamilleDemo, registre: Registre, equipements: Equipements) -> None:
    """Famille Moreau: one pre-registration at least in each status of the table."""
    echecs, natation, multisport, _ = equipements.ateliers
    (claire, julien), (lea, noe, _ines) = famille.comptes, famille.enfants
    sophie, marc = registre.agents

    def il_y_a(jours: int, heure: str) -> dt.datetime:
        return clock.instant(registre.temps.aujourdhui - jours * UN_JOUR, dt.time.fromisoformat(heure))

    retiree = deposer(registre, julien, il_y_a(14, "21:05"), multisport, [lea])
    annuler(registre, retiree, il_y_a(13, "07:50"))
    refusee = deposer(registre, claire, il_y_a(12, "20:18"), multisport, [noe])
    repondre(registre, refusee, il_y_a(9, "10:02"), marc, "Activité complète")
    attendue = deposer(registre, claire, il_y_a(4, "21:31"), natation, [lea])
    attendre(registre, attendue, il_y_a(2, "11:20"), sophie, AISANCE)
    deposer(registre, claire, il_y_a(1, "20:44"), echecs, [lea, noe], 3, "Ils viendront avec leur cousine.")
    fin = registre.temps.aujourdhui - 20 * UN_JOUR
    if fin > natation.modele.debut:
        noe.inscriptions.append(Inscription(natation, natation.modele.debut, fin))


def demander(
    familles: Sequence[FamilleDemo], registre: Registre, equipements: Equipements, alea: Random
) -> None:
    """Other families ask, for one child or several; half of them have their answer."""
    ouverts = equipements.ateliers[:2]
    for rang, famille in enumerate(alea.sample(familles, min(DEMANDES, len(familles)))):
        activite = alea.choice(ouverts)
        enfants = [e for e in famille.enfants if _peut(registre, e, activite)]
        if not enfants:
            continue
        jour = registre.temps.aujourdhui - alea.randint(1 if rang % 2 else 5, 6 if rang % 2 else 30) * UN_JOUR
        quand = clock.instant(jour, dt.time(alea.choice((12, 18, 20, 21)), alea.randrange(60)))
        auteur, jours = alea.choice(famille.comptes), alea.choice((0, 0, 4, 8))
        demande = deposer(registre, auteur, quand, activite, enfants, jours, alea.choice(REMARQUES))
        agent, midi = alea.choice(registre.agents), clock.instant(jour + 2 * UN_JOUR, dt.time(11, 40))
        if rang % 2 == 0:
            # what was accepted with days is told by its bookings: here nobody had asked for any
            accepte = jours == 0 and alea.random() < 0.7
            repondre(registre, demande, midi, agent, "" if accepte else alea.choice(MOTIFS))
        elif rang % 8 == 1 and midi < registre.temps.matin:
            attendre(registre, demande, midi, agent, ASSURANCE)


def ecrire(demandes: Sequence[DemandeDemo]) -> None:
    """Their lines, the days asked for, the thread; the pre-registrations and the demandes are there."""
    lignes = [(demande, ligne) for demande in demandes for ligne in demande.inscriptions]
    inserer(
        Ligne,
        ("id", "demande", "preinscription", "statut", "motif"),
        ((li.id, d.id, li.inscription.id, li.statut, li.motif) for d, li in lignes),
    )
    inserer(
        JourVoulu,
        ("preinscription", "seance"),
        ((li.inscription.id, seance.id) for _, li in lignes for seance in li.jours),
    )
    inserer(
        Message,
        ("demande", "auteur", "de_la_mairie", "texte", "ecrit_le"),
        ((d.id, m.auteur.id, m.de_la_mairie, m.texte, m.ecrit_le) for d in demandes for m in d.messages),
    )


# ——— inside ———


def _periode(registre: Registre, activite: ActiviteDemo) -> tuple[dt.date, dt.date]:
    """From next week to the last day of class, within the activity's dates."""
    temps = registre.temps
    debut = max(activite.modele.debut, temps.aujourdhui + 7 * UN_JOUR)
    annee = next((a for a in temps.annees if debut <= a.classe), temps.annees[-1])
    return debut, max(debut, annee.classe)


def _peut(registre: Registre, enfant: EnfantDemo, activite: ActiviteDemo) -> bool:
    age = mots.annees(enfant.naissance, _periode(registre, activite)[0])
    return activite.modele.age_min <= age <= activite.modele.age_max


def _franchir(
    registre: Registre,
    inscription: Inscription,
    acte: str,
    quand: dt.datetime,
    auteur: CompteDemo,
    demande: DemandeDemo,
    motif: str = "",
) -> None:
    (vers,) = w.PREINSCRIPTION.transitions[inscription.statut, acte].vers
    registre.tracer(quand, auteur, acte, inscription, inscription.statut, vers, demande, motif)
    inscription.statut = vers

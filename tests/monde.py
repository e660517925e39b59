"""The small named world of the tests: one school, four activities, two families, six accounts.

Claire's account is that of the first of two adults of the Moreau family; Julien, the second, has none.

« Now » is Tuesday 1 December 2026, 10 h in Paris. Séances run from 23 November to 18 December 2026.
"""

import datetime as dt

import workflows as w
from models import (
    Abonnement,
    Activite,
    Calendrier,
    Compte,
    Delai,
    Enfant,
    Evenement,
    Famille,
    Horaire,
    LienParental,
    Lieu,
    Modele,
    MotifRefus,
    Preinscription,
    Reservation,
    Responsable,
    Seance,
    Ville,
    normaliser,
)
from portail import clock

MAINTENANT = dt.datetime(2026, 12, 1, 10, tzinfo=clock.PARIS)
MOT_DE_PASSE = "portail-de-demonstration"

LUNDI = dt.date(2026, 12, 7)
"""A school day whose deadlines are all still open."""
JEUDI = dt.date(2026, 12, 10)
MERCREDI = dt.date(2026, 12, 9)
HIER = dt.date(2026, 11, 30)

_ANNEE = {"debut": dt.date(2026, 9, 1), "fin": dt.date(2027, 7, 2)}


class Monde:
    """The world by its names: `monde.lea`, `monde.cantine`, `monde.seance(monde.cantine, LUNDI)`."""

    _noms: dict[str, tuple[type[Modele], dict]] = {
        "moreau": (Famille, {"nom": "Moreau"}),
        "dasilva": (Famille, {"nom": "Da Silva"}),
        "claire": (Compte, {"email": "famille@example.org"}),
        "paulo": (Compte, {"email": "paulo@example.org"}),
        "sophie": (Compte, {"email": "agent@example.org"}),
        "marc": (Compte, {"email": "agent2@example.org"}),
        "gestionnaire": (Compte, {"email": "gestionnaire@example.org"}),
        "animateur": (Compte, {"email": "animateur@example.org"}),
        "adulte_claire": (Responsable, {"prenom": "Claire"}),
        "adulte_julien": (Responsable, {"prenom": "Julien"}),
        "adulte_paulo": (Responsable, {"prenom": "Paulo"}),
        "lea": (Enfant, {"prenom": "Léa"}),
        "noe": (Enfant, {"prenom": "Noé"}),
        "ines": (Enfant, {"prenom": "Inès"}),
        "tomas": (Enfant, {"prenom": "Tomás"}),
        "matin": (Activite, {"nom": "Accueil du matin"}),
        "cantine": (Activite, {"nom": "Cantine"}),
        "soir": (Activite, {"nom": "Accueil du soir"}),
        "centre": (Activite, {"nom": "Centre de loisirs"}),
    }

    def __getattr__(self, nom: str):
        try:
            classe, cles = self._noms[nom]
        except KeyError:
            raise AttributeError(nom) from None
        return classe.get(**cles)

    def seance(self, activite: Activite, jour: dt.date) -> Seance:
        return Seance.get(activite=activite, jour=jour)

    def statut(self, enfant: Enfant, seance: Seance) -> str:
        """The status of a child's créneau, as stored."""
        reservation = Reservation.get_or_none(enfant=enfant, seance=seance)
        return reservation.statut if reservation else w.NON_RESERVE

    def poser(self, enfant: Enfant, seance: Seance, statut: str) -> Reservation:
        """A booking taken over in this status, with its journal line, as an import would write it."""
        reservation = Reservation.create(enfant=enfant, seance=seance, statut=w.NON_RESERVE)
        evenement = Evenement.create(
            quand=clock.maintenant(),
            acte="reprendre",
            objet="reservation",
            objet_id=reservation.id,
            vers=statut,
            famille=enfant.famille_id,
        )
        ordre = evenement.id if statut == w.LISTE_ATTENTE else None
        Reservation.update(statut=statut, ordre=ordre).where(Reservation.id == reservation.id).execute()
        if statut in w.OCCUPENT_UNE_PLACE:
            Seance.update(prises=Seance.prises + 1).where(Seance.id == seance.id).execute()
        return Reservation.get_by_id(reservation.id)


_DE_CRENEAUX = (
    "Délai dépassé",
    "Activité complète",
    "Pièce manquante au dossier",
    "Enfant non inscrit à cette activité",
    "Absence non recevable pour ce jour",
)
MOTIFS = {
    w.NATURE_PREINSCRIPTION: (
        "Activité complète",
        "Hors du secteur de l’école",
        "Pièce manquante au dossier",
        "Impayés à régler au Guichet Familles",
    ),
    w.NATURE_RESERVATION: _DE_CRENEAUX,
    w.NATURE_ABSENCE: _DE_CRENEAUX,
    w.NATURE_DOSSIER: ("Justificatif manquant", "Information illisible ou incomplète", "À voir au guichet"),
    w.NATURE_CONTESTATION: (
        "L’enfant était présent : le pointage est confirmé",
        "L’absence a été déclarée après la date limite",
        "Le prix est celui de la délibération",
        "Justificatif manquant",
    ),
}
"""The reasons of refusal that a town begins with: those of the migration that made them."""


def fonder(hacher) -> None:
    """Write the world into an empty schema. `hacher` makes a password hash."""
    maintenant = MAINTENANT
    Ville.create(
        id=1,
        nom="Saint-Alban-sur-Loire",
        zone="B",
        adresse="Hôtel de ville, 2 place du Pont",
        horaires="du lundi au vendredi, 8 h 30 – 12 h et 13 h 30 – 17 h",
        telephone="02 61 91 40 40",
        courriel="familles@saint-alban.example",
    )
    MotifRefus.insert_many(
        {"nature": nature, "texte": texte, "rang": rang}
        for nature, textes in MOTIFS.items()
        for rang, texte in enumerate(textes, start=1)
    ).execute()
    hache = hacher(MOT_DE_PASSE)
    comptes = {
        email: Compte.create(
            email=email,
            prenom=prenom,
            nom=nom,
            role=role,
            service=service,
            mot_de_passe=hache,
            cree_le=maintenant,
            active_le=maintenant,
        )
        for email, prenom, nom, role, service in (
            ("famille@example.org", "Claire", "Moreau", "famille", ""),
            ("paulo@example.org", "Paulo", "Da Silva", "famille", ""),
            ("agent@example.org", "Sophie", "Garnier", "agent", "service Enfance"),
            ("agent2@example.org", "Marc", "Tessier", "agent", "service Enfance"),
            ("gestionnaire@example.org", "Nadia", "Benali", "gestionnaire", "service Enfance"),
            ("animateur@example.org", "Yann", "Le Goff", "animateur", "accueil périscolaire"),
        )
    }
    ecole = Lieu.create(nom="Groupe scolaire Jean-Zay")
    activites = _activites(ecole)
    moreau = _famille("Moreau", "104582", comptes["famille@example.org"])
    Responsable.create(famille=moreau, prenom="Julien", nom="Moreau", email="julien@example.org", rang=2)
    dasilva = _famille("Da Silva", "104583", comptes["paulo@example.org"])
    for rang, (prenom, naissance) in enumerate(
        (("Léa", dt.date(2018, 3, 14)), ("Noé", dt.date(2020, 6, 2)), ("Inès", dt.date(2022, 5, 9))), start=1
    ):
        _enfant(moreau, prenom, "Moreau", naissance, ecole, rang, activites)
    # Tomás goes to the canteen and to evening care only.
    _enfant(dasilva, "Tomás", "Da Silva", dt.date(2019, 1, 20), ecole, 1, activites[1:3])
    Calendrier.create(
        genre="vacances",
        nom="Vacances de Noël",
        zone="B",
        debut=dt.date(2026, 12, 19),
        fin=dt.date(2027, 1, 3),
    )
    Calendrier.create(genre="ferie", nom="Noël", debut=dt.date(2026, 12, 25), fin=dt.date(2026, 12, 25))


def _famille(nom: str, code: str, compte: Compte) -> Famille:
    famille = Famille.create(nom=nom, code_abonne=code, recherche=normaliser(nom), cree_le=MAINTENANT)
    Abonnement.create(compte=compte, famille=famille, statut=w.ACTIF, cree_le=MAINTENANT)
    Responsable.create(famille=famille, prenom=compte.prenom, nom=compte.nom, email=compte.email)
    return famille


def _enfant(famille, prenom, nom, naissance, ecole, rang, activites) -> None:
    enfant = Enfant.create(
        famille=famille,
        prenom=prenom,
        nom=nom,
        naissance=naissance,
        ecole=ecole,
        rang=rang,
        recherche=normaliser(f"{prenom} {nom}"),
    )
    for adulte in famille.responsables:
        LienParental.create(responsable=adulte, enfant=enfant, droit="plein")
    for activite in activites:
        Preinscription.create(
            enfant=enfant, activite=activite, statut=w.RESERVATION_POSSIBLE, cree_le=MAINTENANT, **_ANNEE
        )


def _activites(ecole: Lieu) -> list[Activite]:
    """The four activities and their séances, deadlines computed as the town would say them."""
    veille = Delai("jours", 1, dt.time(12))
    semaine = Delai("semaine", 3, dt.time(12))
    scolaires, mercredi = (0, 1, 3, 4), (2,)
    definitions = (
        ("Accueil du matin", True, veille, scolaires, dt.time(7, 30), dt.time(8, 30), 40),
        ("Cantine", False, semaine, scolaires, dt.time(11, 30), dt.time(13, 30), 60),
        ("Accueil du soir", False, veille, scolaires, dt.time(16, 30), dt.time(18, 30), 10),
        ("Centre de loisirs", False, semaine, mercredi, dt.time(8), dt.time(18), 24),
    )
    activites = []
    for rang, (nom, automatique, delai, jours, debut, fin, places) in enumerate(definitions, start=1):
        activite = Activite.create(
            nom=nom,
            lieu=ecole,
            automatique=automatique,
            delai_reservation=delai,
            delai_absence=delai,
            rang=rang,
            **_ANNEE,
        )
        activites.append(activite)
        for jour in jours:
            Horaire.create(
                activite=activite, jour=jour, debut=debut, fin=fin, places=places, periode="scolaire"
            )
        premier = dt.date(2026, 11, 23)
        for jour in (premier + dt.timedelta(n) for n in range(26)):
            if jour.weekday() in jours:
                limite = _limite(delai, jour)
                Seance.create(
                    activite=activite,
                    jour=jour,
                    debut=debut,
                    fin=fin,
                    places=places,
                    limite_reservation=limite,
                    limite_absence=limite,
                )
    return activites


def _limite(delai: Delai, jour: dt.date) -> dt.datetime:
    if delai.genre == "jours":
        return clock.instant(jour - dt.timedelta(delai.nombre), delai.heure)
    lundi = jour - dt.timedelta(jour.weekday() + 7)
    return clock.instant(lundi + dt.timedelta(delai.nombre), delai.heure)

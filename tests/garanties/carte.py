"""The map (`routes.py`) laid on the world of these tests: what each parameter, each field may hold.

A parameter of an address, a field read by a view that is not here fails these tests: whoever adds one says
here, or in `valeurs.py`, what it may stand for.
"""

from collections.abc import Iterable, Iterator, Sequence

from flask import Flask

import workflows as w
from models import (
    Activite,
    Calendrier,
    ContactHabilite,
    Enfant,
    RegleDeReponse,
    Reponse,
    Reservation,
    Responsable,
    Seance,
)
from portail.domain import (
    effet_du_calendrier,
    guichet,
    guichet_contacts,
    guichet_photo,
    jetons,
    photos,
    regles_de_reponse,
)
from portail.domain.contacts import FicheContact
from portail.domain.effet_du_calendrier import Changement, Jours
from portail.domain.perimetre import LA_VILLE
from portail.domain.ville import la_ville
from tests.garanties import apercus, argent, factures, paiements
from tests.garanties.monde import ABSENT, ADRESSES, AGENDAS, JETONS, MARDI, Ville
from tests.garanties.route import ADMINISTRATION, GESTION, Champs, Route
from tests.garanties.routes import ROUTES
from tests.garanties.tarifs import jamais_facture, tarif_a_copier
from tests.garanties.valeurs import PROPRES, SAINES, VARIANTES
from tests.monde import HIER, JEUDI, LUNDI, MAINTENANT, MERCREDI


class Carte:
    """The map, laid on one world: the routes of the application, and values for all that they read."""

    def __init__(self, app: Flask, monde: Ville) -> None:
        self.app, self.monde = app, monde
        self.celui_de_claire = monde.abonnement(monde.claire, monde.moreau)  # her address will change
        self.absence = monde.demande_d_absence(monde.moreau)
        self.parametres = self._parametres()
        self.champs = self._champs()

    # ——— the routes ———

    def routes(self, *qui: str, methodes: Iterable[str] = ("GET", "POST")) -> list[Route]:
        """The routes that these people may take (all when nobody is said), by address."""
        trouvees = []
        for regle in self.app.url_map.iter_rules():
            assert regle.endpoint in ROUTES, f"{regle.endpoint} is not on the map (tests/garanties/routes.py)"
            fiche = ROUTES[regle.endpoint]
            inconnues = set(regle.methods or ()) - {"GET", "HEAD", "OPTIONS", "POST"}
            assert not inconnues, f"{regle.endpoint}: the guarantees know nothing of {inconnues}"
            for methode in set(methodes) & set(regle.methods or ()):
                trouvees.append(Route(methode, regle.endpoint, regle.rule, fiche))
        siennes = (r for r in trouvees if not qui or r.fiche.qui in qui)
        return sorted(siennes, key=lambda r: (_change_la_ville(r), r.regle, r.methode))

    def route(self, endpoint: str) -> Route:
        return next(route for route in self.routes() if route.endpoint == endpoint)

    # ——— values for the parameters of an address ———

    def _parametres(self) -> dict[str, tuple[Sequence[object], Sequence[object]]]:
        """For each parameter: values that the Moreau family has, values that are of others."""
        m = self.monde
        siennes = [
            m.seance(activite, jour).id
            for activite, jour in (
                (m.cantine, LUNDI),
                (m.cantine, MARDI),
                (m.cantine, JEUDI),
                (m.cantine, HIER),
                (m.matin, LUNDI),
                (m.soir, LUNDI),
                (m.centre, MERCREDI),
            )
        ]
        return {
            "filename": (["app.js"], []),
            "enfant_id": (m.enfants(m.moreau), [m.tomas.id, m.lou.id]),
            "seance_id": (siennes, [m.seance(m.echecs, JEUDI).id]),
            "demande_id": (m.demandes(m.moreau), m.demandes(m.dasilva)),
            "abonnement_id": ([m.abonnement(m.claire, m.simon)], [m.abonnement(m.paulo, m.dasilva)]),
            "appel_id": ([m.seance(m.cantine, MAINTENANT.date()).id, m.seance(m.cantine, HIER).id], []),
            "attendue_id": ([_creneau(m, m.ines, m.soir)], [_creneau(m, m.tomas, m.cantine)]),
            "famille_id": ([m.moreau.id, m.petit.id], [m.dasilva.id]),
            "abonne_id": ([m.abonnement(m.julien, m.moreau)], [m.abonnement(m.paulo, m.dasilva)]),
            "responsable_id": ([m.adulte_claire.id], [m.adulte_paulo.id]),
            "contact_id": ([m.contact(m.lea)], [m.contact(m.noe), m.contact(m.tomas)]),
            "attente_id": (
                [m.contact_attendu(m.lea)],
                [m.modification(m.moreau), m.contact_attendu(m.tomas)],
            ),
            "photo_id": ([m.photo(m.lea)], [m.photo(m.tomas)]),
            "document_id": ([m.document(m.moreau)], [m.document(m.dasilva)]),
            "inscription_id": ([m.inscription(m.lea)], [m.inscription(m.tomas)]),
            "depot_id": ([m.depot(m.moreau)], [m.depot(m.dasilva), m.demandes(m.dasilva)[0]]),
            "longue_id": ([m.demande(m.moreau, w.EN_ATTENTE).id], [m.demandes(m.dasilva)[0]]),
            "ligne_id": (m.lignes_du_depot(m.moreau), m.lignes_du_depot(m.dasilva)),
            "modification_id": ([m.modification(m.moreau)], [m.modification(m.dasilva)]),
            "paiement_id": ([paiements.de(m.claire)], [paiements.de(m.paulo)]),
            "refdet": ([paiements.reference(m.claire)], []),
            "facture_emise_id": ([factures.facture(m.moreau)], [factures.facture(m.dasilva)]),
            "mois": (["2026-11"], []),
            "facture_id": (
                [factures.facture(m.moreau), factures.avoir(m.moreau)],
                [factures.facture(m.dasilva), factures.avoir(m.dasilva)],
            ),
            "ligne_facturee_id": (factures.lignes(m.moreau), factures.lignes(m.dasilva)),
            "genre": (["fermeture"], []),
            "courriel": (["reponse"], []),
            "page_cle": (["accessibilite"], []),
            "empreinte": ([la_ville().logo or "0" * 64], []),
            "jours_id": ([m.fermeture], []),
            "jeton_activation": ([JETONS[jetons.ACTIVATION]], []),
            "jeton_oubli": ([JETONS[jetons.MOT_DE_PASSE]], []),
            "jeton_renoncement": ([m.lien_de_la_liste()], []),
            "jeton_adresse": ([ADRESSES["claire"]], [ADRESSES["paulo"]]),
            "jeton_agenda": ([AGENDAS["claire"]], []),
            "activite_id": ([m.cantine.id], []),
            "lieu_id": ([m.cantine.lieu_id], []),
            "tarif_id": ([jamais_facture()], []),
            "capacite_id": ([m.capacite], []),
            "agenda_id": ([m.agenda(m.claire)], [m.agenda(m.paulo)]),
            "regle_id": ([RegleDeReponse.get().id], []),
            "note_id": ([m.note(m.moreau)], [m.note(m.dasilva)]),
            "filtre_id": ([m.filtre(m.sophie)], [m.filtre(m.marc)]),
            "refus_id": ([m.motif_de_refus], []),
            "motif_absence_id": ([m.autre_raison], []),
            "importation_id": ([m.importation.id], []),
            "compte_id": ([m.theo.id], [m.claire.id]),
            "session_id": ([m.tablette(m.claire)], [m.tablette(m.paulo)]),
        } | argent.parametres(m)

    def miennes(self, route: Route) -> Iterator[dict[str, object]]:
        """The ways to fill the address with what the Moreau family has, one parameter changing at a time."""
        premiers = {nom: self._du_parametre(nom)[0][0] for nom in route.parametres}
        yield premiers
        for nom in route.parametres:
            yield from (premiers | {nom: autre} for autre in self._du_parametre(nom)[0][1:])

    def la_mienne(self, route: Route) -> dict[str, object]:
        """One of them."""
        siens: dict[str, object] = {}
        if route.endpoint == "moderation.ouvrir":
            siens = {"demande_id": self.monde.demande_sanitaire()}
        elif route.endpoint == "moderation.demander_une_piece":
            siens = {"demande_id": self.monde.demande_d_inscription()}
        elif route.endpoint == "demandes.repondre":
            siens = {"demande_id": self.absence}
        elif route.endpoint == "reception.regler":
            siens = {"abonnement_id": self.celui_de_claire}
        return next(self.miennes(route)) | siens

    def etrangeres(self, route: Route) -> Iterator[dict[str, object]]:
        """The same, with one parameter that is of others, or of nobody."""
        for nom in route.parametres:
            if autrui := self._du_parametre(nom)[1]:
                yield from (self.la_mienne(route) | {nom: ident} for ident in (*autrui, ABSENT))

    def _du_parametre(self, nom: str) -> tuple[Sequence[object], Sequence[object]]:
        assert nom in self.parametres, f"« {nom} »: say what it may stand for (tests/garanties/carte.py)"
        return self.parametres[nom]

    # ——— values for the fields ———

    def _champs(self) -> dict[str, tuple[list[str], list[str]]]:
        """For each field: a sound value, then the ids of others that it could name."""
        m = self.monde
        attente = m.demande(m.moreau, w.EN_ATTENTE)
        ailleurs = m.demande(m.dasilva, w.EN_ATTENTE)
        siennes = [m.seance(a, LUNDI).id for a in (m.cantine, m.soir, m.matin)]
        club = Seance.get(Seance.activite == m.echecs)
        return (
            {nom: ([valeur], []) for nom, valeur in SAINES.items()}
            | {
                "enfant": ([str(m.lea.id)], [str(m.tomas.id), str(m.lou.id)]),
                "activite": ([str(m.cantine.id)], [str(club.activite_id)]),
                "lieu": ([str(m.cantine.lieu_id)], []),
                "activite_choisie": ([str(m.poterie.id)], []),
                "activites": ([str(m.centre.id)], [str(club.activite_id)]),
                "activite_montree": ([str(m.poterie.id)], []),
                "sauf": ([str(m.cantine.id)], [str(club.activite_id)]),
                "enfants": ([str(m.noe.id)], []),
                "creneau": ([f"{m.lea.id}-{siennes[0]}"], [f"{m.tomas.id}-{siennes[0]}"]),
                "reserver": ([f"{m.noe.id}-{siennes[1]}"], [f"{m.tomas.id}-{siennes[1]}"]),
                "absenter": ([f"{m.lea.id}-{siennes[2]}"], [f"{m.tomas.id}-{siennes[0]}"]),
                "raison": ([str(m.raison)], []),
                "ecole": ([str(m.cantine.lieu_id)], []),
                "geste": ([Reponse.select().order_by(Reponse.id).first().lot], []),
                "empreinte": ([regles_de_reponse.lire(RegleDeReponse.get().id, LA_VILLE).empreinte], []),
                "lieux": ([str(m.cantine.lieu_id)], []),
                "retirer": ([str(m.document(m.moreau))], []),
                "ouvert": ([f"c-{m.ines.id}-1"], []),
                "contacts": ([str(m.contact(m.noe))], [str(m.contact(m.tomas))]),
                "famille": ([str(m.petit.id)], [str(m.dasilva.id)]),
                "demande": ([str(attente.id)], [str(ailleurs.id)]),
                "responsable": ([str(m.adulte(m.moreau).id)], [str(m.adulte(m.dasilva).id)]),
                "suivie_par": ([str(m.marc.id)], []),
                "code": (["104592"], []),
                "lot": ([str(m.code(m.moreau).id)], []),
                "marque": ([m.importation.marque], []),
                "code_id": ([str(m.code(m.moreau).id)], [str(m.code(m.dasilva).id)]),
                "abonnement": (
                    [str(m.abonnement(m.claire, m.moreau))],
                    [str(m.abonnement(m.paulo, m.dasilva))],
                ),
                "lieu_id": ([str(m.cantine.lieu_id)], []),
                "h_jour": ([f"0:{jour}" for jour in (0, 1, 3, 4)], []),
                "h_origine": ([m.horaires(m.cantine)], []),
                "source": ([str(m.cantine.id)], []),
                "garde": ([str(m.cantine.id)], []),
                "facturee": ([str(factures.lignes(m.moreau)[0])], [str(factures.lignes(m.dasilva)[0])]),
                "ligne": ([str(i) for i in m.lignes(attente)], [str(i) for i in m.lignes(ailleurs)]),
            }
            | argent.champs(m)
            | paiements.champs(m)
        )

    def sains(self, noms: Iterable[str]) -> Champs:
        """These fields, each with a sound value."""
        return {nom: list(self._du_champ(nom)[0]) for nom in noms}

    def filtres(self, route: Route) -> Champs:
        """The fields of its address, each with a sound value."""
        sains, propres = self.sains(route.fiche.requete), PROPRES.get(route.endpoint, {})
        return sains | {nom: valeur for nom, valeur in propres.items() if nom in sains}

    def ids_d_autrui(self, nom: str) -> list[str]:
        """What this field could name and must not; nothing when it names no row."""
        return self._du_champ(nom)[1]

    def _du_champ(self, nom: str) -> tuple[list[str], list[str]]:
        assert nom in self.champs, f"« {nom} »: say what it may hold (tests/garanties/carte.py)"
        return self.champs[nom]

    def corps(self, route: Route) -> list[Champs]:
        """The sound bodies of a route: one for each act that it leads to."""
        sain = self.sains(route.fiche.corps) | PROPRES.get(route.endpoint, {})
        if route.endpoint == "copie_de_tarifs.copier":
            sain |= {"garde": [tarif_a_copier()]}
        if route.endpoint == "prelevements.creer":
            sain |= {"marque": [argent.marque()]}
        if route.endpoint == "factures_de_la_ville.etablir_un_avoir":
            sain |= factures.reprise(int(str(self.la_mienne(route)["facture_emise_id"])))
        tous = [sain, *(sain | autre for autre in VARIANTES.get(route.endpoint, []))]
        if route.endpoint == "reception.regler":  # beside the field: an activity that is not in its list
            return [*tous, sain | {"sauf": list(self._du_champ("activite_choisie")[0])}]
        if "repere" in route.fiche.corps and route.endpoint.startswith("calendrier"):
            return [un | {"repere": [self._effet(route, un)]} for un in tous]
        if "repere" in route.fiche.corps and route.endpoint.startswith("guichet"):
            return [un | {"repere": [self._repere(route, un)]} for un in tous]
        if route.endpoint in apercus.MONTRES:
            return [un | {"vu": [apercus.vu(self, route, un)]} for un in tous]
        return tous

    def _effet(self, route: Route, corps: Champs) -> str:
        """The fingerprint of what the page would have shown to whoever sets the portal up."""
        fermeture = Calendrier.get_or_none(Calendrier.id == self.monde.fermeture)
        voulus = Jours("fermeture", corps["nom"][0], LUNDI, LUNDI)
        changement = {
            "calendrier.ajouter": Changement(ajoute=(voulus,)),
            "calendrier.changer": Changement(ajoute=(voulus,), retire=fermeture),
            "calendrier.retirer": Changement(retire=fermeture),
            "calendrier.changer_de_zone": Changement(zone=corps.get("zone", ["C"])[0]),
        }[route.endpoint]
        try:
            return effet_du_calendrier.effet(self.monde.gestionnaire, changement, remettre=True).empreinte
        except (ValueError, TypeError):  # taken away already by a test: there is nothing to show
            return ""

    def _repere(self, route: Route, corps: Champs) -> str:
        """What the form of this part of the sheet would have shown."""
        ids = self.la_mienne(route)
        if "contact_id" in ids:
            contact = ContactHabilite.get_by_id(ids["contact_id"])
            return guichet_contacts.marquer(contact.id, FicheContact.de(contact).texte)
        if route.endpoint.startswith("guichet_photo"):
            return guichet_photo.marquer(photos.presente(Enfant.get_by_id(ids["enfant_id"]).id))
        (rubrique,) = corps["rubrique"]
        if "enfant_id" in ids:
            return guichet.marquer(Enfant.get_by_id(ids["enfant_id"]), rubrique)
        return guichet.marquer(Responsable.get_by_id(ids["responsable_id"]), rubrique)


def _change_la_ville(route: Route) -> bool:
    """What would leave the others another town than the one that they know: it is called last."""
    droits = ("fusion.", "ouverture.", "guichet.changer_le_droit", "guichet.rattacher")
    return route.fiche.qui in (GESTION, ADMINISTRATION) or route.endpoint.startswith(droits)


def _creneau(m: Ville, enfant: Enfant, activite: Activite) -> int:
    """What the child has on Monday's séance of this activity."""
    return Reservation.get(enfant=enfant, seance=m.seance(activite, LUNDI)).id

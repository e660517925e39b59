"""The two towns in which every page is looked at: one where there is something of all, one that begins."""

import models
import workflows as w
from e2e.partout.visites import A_COMPLETER_ENSUITE, SANS_DOSSIER
from models import Abonnement, Compte, Famille, Responsable, normaliser
from portail.domain.ville import fonder_ville
from tests.conftest import BON_MARCHE
from tests.monde import MAINTENANT, MOT_DE_PASSE

COURRIELS = {
    "famille": "famille@example.org",
    "animateur": "animateur@example.org",
    "agent": "agent@example.org",
    "gestionnaire": "gestionnaire@example.org",
    "administrateur": "administratrice@example.org",
    A_COMPLETER_ENSUITE: "gestionnaire@example.org",
    SANS_DOSSIER: "rachid@example.org",
}
"""Who signs in for each."""


def fonder_la_ville_vide() -> None:
    """A town on its first day: no place, no activity; a family with nobody in it but who has signed in."""
    models.creer_tables()
    fonder_ville()
    hache = BON_MARCHE.hash(MOT_DE_PASSE)
    for qui, email in COURRIELS.items():
        if qui == A_COMPLETER_ENSUITE:
            continue
        role = "famille" if qui in ("famille", SANS_DOSSIER) else qui
        compte = Compte.create(
            email=email,
            prenom="Claire",
            nom="Moreau",
            role=role,
            mot_de_passe=hache,
            cree_le=MAINTENANT,
            active_le=MAINTENANT,
        )
        if qui == "famille":
            famille = Famille.create(
                nom="Moreau", code_abonne="104582", recherche=normaliser("Moreau"), cree_le=MAINTENANT
            )
            Abonnement.create(compte=compte, famille=famille, statut=w.ACTIF, cree_le=MAINTENANT)
            Responsable.create(famille=famille, prenom="Claire", nom="Moreau", email=email)

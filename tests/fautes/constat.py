"""What the clients were told, and what the database says: both must tell the same story."""

from collections import Counter, defaultdict

import workflows as w
from models import Courriel, Ligne, Reservation, db, moteur
from portail.domain import verification
from tests.fautes.charge import FAIT, REFUSE, Journal

PERDU = "acknowledged and lost"
SANS_COURRIEL = "without its mail"
TENUS = (w.RESERVE, w.LISTE_ATTENTE)


def confronter(*journaux: Journal) -> list[str]:
    """All that differs between these logs and the open database, and all that `verifier` finds."""
    with db.connection_context():
        statuts = {(r.enfant_id, r.seance_id): r.statut for r in Reservation.select()}
        demandes = _demandes()
        courriels = Counter(c.demande_id for c in Courriel.select(Courriel.demande))
        fautes = [faute for journal in journaux for faute in journal.fautes]
        for voeu, issue in ((v, i) for journal in journaux for v, i in list(journal.issues.items())):
            cle = (voeu.parent.enfant, voeu.seance)
            tenu, siennes = statuts.get(cle) in TENUS, demandes[cle]
            if issue == FAIT and not tenu:
                fautes.append(f"{PERDU}: {cle}")
                continue
            if issue == REFUSE and (tenu or siennes):
                fautes.append(f"told that nothing was written, and there: {cle}")
            if tenu != bool(siennes):
                fautes.append(f"half written: {cle}")
            if len(siennes) > 1:
                fautes.append(f"done {len(siennes)} times: {cle}")
            if any(courriels[demande] != 1 for demande in siennes):
                fautes.append(f"{SANS_COURRIEL}: {cle}")
        fautes += [f"{r.invariant}: {r.phrase}" for r in verification.verifier()]
        if moteur() == "sqlite":
            fautes += [str(mal) for mal in db.execute_sql("PRAGMA integrity_check") if mal != ("ok",)]
    return fautes


def _demandes() -> dict[tuple[int, int], list[int]]:
    """The demandes that speak of each créneau."""
    trouvees: dict[tuple[int, int], list[int]] = defaultdict(list)
    for ligne in Ligne.select(Ligne, Reservation).join(Reservation):
        trouvees[(ligne.reservation.enfant_id, ligne.reservation.seance_id)].append(ligne.demande_id)
    return trouvees

"""What the demonstration town charges: every activity, on all its days; one family whose parents share."""

from collections import defaultdict

from models import Activite, PartDePayeur, Responsable
from portail.domain import payeurs, reglages_de_facturation
from portail.domain.grille_tarifaire import COMMUNE, HORS_COMMUNE, grille
from portail.domain.tarification import Faits, prix


def test_chaque_activite_a_un_prix_tous_les_jours_pour_toutes_les_familles(ville):
    activites = list(Activite.select())
    tarifs = grille([a.id for a in activites], min(a.debut for a in activites), max(a.fin for a in activites))
    for activite in activites:
        for categorie in (COMMUNE, HORS_COMMUNE):
            for jour in (activite.debut, activite.fin):
                bareme = tarifs.de(activite.id, categorie, jour)
                assert bareme and prix(bareme, Faits(quotient=80_000, minutes=60)).montant > 0


def test_les_parents_separes_paient_chacun_leur_part(ville):
    parts = defaultdict(list)
    for part in PartDePayeur.select():
        parts[part.enfant_id].append(part)
    assert parts and all(sum(p.part for p in siennes) == 100 for siennes in parts.values())
    enfant, siennes = next(iter(parts.items()))
    adultes = [Responsable.get_by_id(p.responsable_id) for p in siennes]
    assert len({a.voie for a in adultes}) == len(adultes) == 2
    famille = adultes[0].famille_id
    assert [(p.part, p.foyer) for p in payeurs.payeurs([famille])[enfant]] == [(60, False), (40, False)]


def test_la_ville_dit_comment_payer_et_a_ses_coordonnees_bancaires(ville):
    reglages = reglages_de_facturation.lire()
    assert reglages.payfip and reglages_de_facturation.ics_valide(reglages.ics)
    assert reglages_de_facturation.banque().masquee.startswith("FR")

"""The reasons that the town edits: of refusal, of absence; none is ever lost."""

import pytest

import workflows as w
from models import Affectation, Demande, Evenement, Lieu, Ligne, MotifAbsence, MotifRefus
from portail.domain import absences, moderation, motifs
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.actes import absenter, demander
from tests.htmx import Page
from tests.monde import LUNDI, MOTIFS

PAGE = "/agents/mise-en-place/motifs"


def offerts(nature: str = w.NATURE_DOSSIER) -> list[str]:
    return motifs.offerts()[nature]


def du_journal(objet: str) -> list[tuple[str, str]]:
    lignes = Evenement.select(Evenement.acte, Evenement.detail).where(Evenement.objet == objet)
    return list(lignes.order_by(Evenement.id).tuples())


def premier() -> MotifRefus:
    return MotifRefus.get(MotifRefus.nature == w.NATURE_DOSSIER, MotifRefus.rang == 1)


# ——— of refusal ———


def test_one_is_added_reworded_moved_retired_and_put_back_each_with_its_line(monde):
    ajoute = motifs.ajouter_un_refus(monde.gestionnaire, w.NATURE_DOSSIER, " Photo  trop sombre ")
    motifs.changer_un_refus(monde.gestionnaire, ajoute.id, "Photo illisible")
    motifs.deplacer(monde.gestionnaire, MotifRefus, ajoute.id, 1)
    assert offerts() == ["Photo illisible", *MOTIFS[w.NATURE_DOSSIER]]
    motifs.retirer(monde.gestionnaire, MotifRefus, ajoute.id)
    motifs.retirer(monde.gestionnaire, MotifRefus, ajoute.id)
    assert offerts() == list(MOTIFS[w.NATURE_DOSSIER])
    motifs.remettre(monde.gestionnaire, MotifRefus, ajoute.id)
    assert offerts() == [*MOTIFS[w.NATURE_DOSSIER], "Photo illisible"]
    assert du_journal("motif_refus") == [
        ("motif_ajoute", "Photo trop sombre"),
        ("motif_change", "Photo trop sombre → Photo illisible"),
        ("motif_deplace", "Photo illisible, rang 1"),
        ("motif_retire", "Photo illisible"),
        ("motif_remis", "Photo illisible"),
    ]


def test_what_was_answered_keeps_the_words_that_the_family_read(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    moderation.refuser(monde.sophie, demande.id, "Délai dépassé")
    motif = MotifRefus.get(MotifRefus.nature == w.NATURE_RESERVATION, MotifRefus.texte == "Délai dépassé")
    motifs.changer_un_refus(monde.gestionnaire, motif.id, "Trop tard")
    assert Ligne.get(Ligne.demande == demande).motif == "Délai dépassé"


def test_agents_choose_among_those_of_the_nature_and_a_retired_one_is_no_more_taken(monde, connexion):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    proposes = [o["value"] for o in page.tous(".reponse [name=motif] option")]
    assert proposes == ["", *MOTIFS[w.NATURE_RESERVATION], "autre"]
    for motif in MotifRefus.select().where(MotifRefus.texte == "Délai dépassé"):
        motifs.retirer(monde.gestionnaire, MotifRefus, motif.id)
    page.cliquer(".reponse .refus", 422, motif="Délai dépassé")
    assert "n’est plus proposé" in page.texte(".reponse")
    assert Demande.get_by_id(demande.id).statut == w.EN_ATTENTE


def test_a_retired_one_added_again_comes_back_and_a_double_is_told(monde):
    motif = premier()
    with pytest.raises(Refus, match="déjà dans la liste"):
        motifs.ajouter_un_refus(monde.gestionnaire, w.NATURE_DOSSIER, motif.texte.upper())
    motifs.retirer(monde.gestionnaire, MotifRefus, motif.id)
    assert motifs.ajouter_un_refus(monde.gestionnaire, w.NATURE_DOSSIER, motif.texte).id == motif.id
    assert offerts()[-1] == motif.texte
    with pytest.raises(Refus, match="déjà dans la liste"):
        motifs.changer_un_refus(monde.gestionnaire, motif.id, "À VOIR au guichet")


# ——— of absence ———


def test_a_reason_of_absence_is_added_with_what_it_entails(monde):
    motif = motifs.ajouter_une_absence(monde.gestionnaire, "Maladie", "jamais", "Certificat médical")
    (choix,) = [c for c in absences.choix_pour([True]) if c.id == motif.id]
    assert choix.dit == "Maladie : non facturée, certificat médical à envoyer"
    motifs.changer_une_absence(monde.gestionnaire, motif.id, "Maladie", "toujours", "")
    assert "facturée" in absences.choix_pour([True])[-1].dit
    motifs.retirer(monde.gestionnaire, MotifAbsence, motif.id)
    assert [c.id for c in absences.choix_pour([True])] == [None]


def test_one_that_was_given_and_is_renamed_leaves_its_place_and_stays_where_it_was_given(monde):
    motif = motifs.ajouter_une_absence(monde.gestionnaire, "Maladie", "jamais", "")
    demande = absenter(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    Demande.update(motif_absence=motif).where(Demande.id == demande.id).execute()

    nouveau = motifs.changer_une_absence(monde.gestionnaire, motif.id, "Enfant malade", "jamais", "")

    assert nouveau.id != motif.id and (nouveau.rang, nouveau.actif) == (motif.rang, True)
    assert Demande.get_by_id(demande.id).motif_absence.nom == "Maladie"
    assert [m.nom for m in absences.motifs()] == ["Enfant malade"]
    donnes = {m.nom: (m.donne, m.actif) for m in motifs.d_absence()}
    assert donnes == {"Maladie": (1, False), "Enfant malade": (0, True)}


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        (("", "jamais", ""), "nom"),
        (("x" * 81, "jamais", ""), "nom"),
        (("Maladie", "parfois", ""), "facturation"),
        (("Maladie", "jamais", "x" * 121), "justificatif"),
        (("VOYAGE", "jamais", ""), "nom"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(monde, champs, champ):
    MotifAbsence.create(nom="Voyage")
    with pytest.raises(Refus) as refus:
        motifs.ajouter_une_absence(monde.gestionnaire, *champs)
    assert refus.value.champ == champ
    assert MotifAbsence.select().count() == 1


# ——— who ———


def test_only_who_sets_the_portal_up_and_for_the_whole_town(monde, connexion):
    motif, avant = premier(), Evenement.select().count()
    actes = (
        lambda c: motifs.ajouter_un_refus(c, w.NATURE_DOSSIER, "Autre"),
        lambda c: motifs.changer_un_refus(c, motif.id, "Autre"),
        lambda c: motifs.deplacer(c, MotifRefus, motif.id, 2),
        lambda c: motifs.retirer(c, MotifRefus, motif.id),
        lambda c: motifs.remettre(c, MotifRefus, motif.id),
        lambda c: motifs.ajouter_une_absence(c, "Maladie", "jamais", ""),
    )
    for compte in (monde.claire, monde.animateur, monde.sophie):
        assert connexion(compte).get(PAGE).status_code == 403
        for acte in actes:
            with pytest.raises(Interdit):
                acte(compte)
    with pytest.raises(Introuvable):
        motifs.retirer(monde.gestionnaire, MotifRefus, 999_999)
    with pytest.raises(Introuvable):
        motifs.ajouter_un_refus(monde.gestionnaire, "stage", "Autre")
    Affectation.create(compte=monde.gestionnaire, lieu=Lieu.get())
    for acte in actes:
        with pytest.raises(Introuvable):
            acte(monde.gestionnaire)
    assert connexion(monde.gestionnaire).get(PAGE).status_code == 404
    autres = Evenement.select().where(Evenement.objet.in_(("motif_refus", "motif_absence")))
    assert autres.count() == 0 and avant <= Evenement.select().count()


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # how the page is drawn and followed
def test_the_page_adds_moves_retires_puts_back_and_tells_what_is_wrong(monde, connexion):
    page = Page(connexion(monde.gestionnaire), PAGE)
    page = page.suivre("#refus-dossier .ajout button", texte="Photo illisible")
    assert offerts()[-1] == "Photo illisible" and "Motif ajouté." in page.texte("#bandeau")
    page = page.suivre(page.tous("#refus-dossier ol > li:last-of-type .gestes-motif button")[0])
    assert offerts()[-2] == "Photo illisible", "one place up"
    faute = page.suivre("#refus-dossier .ajout button", 422, texte="photo illisible")
    assert "déjà dans la liste" in faute.texte("#refus-dossier .ajout .message")
    assert faute.un("#refus-dossier .ajout input[name=texte]")["value"] == "photo illisible"
    page = page.suivre(
        "#absences .ajout button", nom="Maladie", facturation="jamais", justificatif="Certificat"
    )
    assert "Facturée : jamais. Document : Certificat." in page.texte("#absences")
    faute = page.suivre("#absences .ajout button", 422, nom="", facturation="jamais", justificatif="X")
    assert faute.un("#absences .ajout input[name=justificatif]")["value"] == "X"
    page = page.suivre(page.tous("#absences ol .gestes-motif button")[-1])
    assert "1 motif retiré" in page.texte("#absences")
    page = page.suivre("#absences .retires button")
    assert "Motif remis" in page.texte("#bandeau")

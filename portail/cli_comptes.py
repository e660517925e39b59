"""`flask --app portail compte …`: the accounts of the staff, for whoever runs the machine."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import with_appcontext
from werkzeug.datastructures import MultiDict

import workflows as w
from models import ROLES_DE_COMPTE
from portail.cli_base import base_prete
from portail.domain import personnel
from portail.domain.courriels import lien
from portail.domain.refus import Refus

ROLE = click.Choice(ROLES_DE_COMPTE)
LIEUX = click.option(
    "--lieu", "lieux", multiple=True, help="Le nom d’un lieu, autant de fois qu’il y en a ; sans lui, tous."
)


@click.group()
def compte() -> None:
    """Ouvre, ferme et règle les comptes de la mairie."""


@contextmanager
def _acte() -> Iterator[None]:
    """The database; a refusal is said in its own sentence, and the command ends with 1."""
    with base_prete():
        try:
            yield
        except Refus as refus:
            raise click.ClickException(refus.phrase) from refus


@compte.command()
@click.argument("email")
@click.option("--prenom", required=True)
@click.option("--nom", required=True)
@click.option("--role", required=True, type=ROLE)
@click.option("--service", default="", help="Affiché à côté du nom : « service Enfance ».")
@LIEUX
@with_appcontext
def creer(email: str, prenom: str, nom: str, role: str, service: str, lieux: tuple[str, ...]) -> None:
    """Crée un compte, et donne le lien par lequel la personne choisit son mot de passe."""
    from portail.forms.personnel import CompteForm

    form = CompteForm(MultiDict({"email": email, "prenom": prenom, "nom": nom, "service": service}))
    if not form.validate():
        phrases = [f"{form[champ].label.text} : {erreurs[0]}" for champ, erreurs in form.errors.items()]
        raise click.ClickException("\n".join(phrases))
    with _acte():
        jeton = personnel.creer(
            form.email.data,
            form.prenom.data,
            form.nom.data,
            role,
            form.service.data,
            personnel.lieux_nommes(lieux),
        )
        click.echo(f"Compte créé : {form.email.data}, {role}.")
        _dire_le_lien(jeton)


@compte.command("lien")
@click.argument("email")
@with_appcontext
def nouveau_lien(email: str) -> None:
    """Donne un nouveau lien pour choisir un mot de passe."""
    with _acte():
        _dire_le_lien(personnel.donner_un_lien(email))


@compte.command("role")
@click.argument("email")
@click.argument("role", type=ROLE)
@LIEUX
@click.option("--tous-les-lieux", is_flag=True, help="Le compte n’est plus limité à des lieux.")
@with_appcontext
def changer_le_role(email: str, role: str, lieux: tuple[str, ...], tous_les_lieux: bool) -> None:
    """Change le rôle d’un compte, ou ses lieux, et ferme ses sessions."""
    if lieux and tous_les_lieux:
        raise click.UsageError("Choisissez des lieux, ou tous : pas les deux.")
    with _acte():
        voulus = personnel.lieux_nommes(lieux) if lieux or tous_les_lieux else None
        jeton = personnel.changer_le_role(email, role, voulus)
        click.echo(f"{personnel.trouver(email).email} : {role}.")
        if jeton:
            click.echo("Son mot de passe ne sert plus : un compte de la mairie en demande un plus long.")
            _dire_le_lien(jeton)


@compte.command()
@click.argument("email")
@with_appcontext
def fermer(email: str) -> None:
    """Ferme un compte : il ne se connecte plus, et ses sessions se ferment."""
    with _acte():
        click.echo("Compte fermé." if personnel.fermer(email) else "Ce compte est déjà fermé.")


@compte.command()
@click.argument("email")
@with_appcontext
def rouvrir(email: str) -> None:
    """Rouvre un compte fermé, avec le mot de passe qu’il avait."""
    with _acte():
        click.echo("Compte rouvert." if personnel.rouvrir(email) else "Ce compte est déjà ouvert.")


@compte.command("second-facteur")
@click.argument("email")
@with_appcontext
def oublier_le_second_facteur(email: str) -> None:
    """Retire une application de codes perdue : la prochaine connexion en installe une autre."""
    with _acte():
        if personnel.oublier_le_second_facteur(email):
            click.echo("Application de codes retirée, sessions fermées.")
        else:
            click.echo("Aucune application de codes n’était installée. Sessions fermées.")


@compte.command()
@click.argument("email")
@with_appcontext
def sessions(email: str) -> None:
    """Ferme toutes les sessions d’un compte."""
    with _acte():
        personnel.fermer_les_sessions(email)
        click.echo("Sessions fermées.")


@compte.command()
@click.option("--role", type=ROLE, help="Ce rôle seulement ; sans lui, tous ceux de la mairie.")
@with_appcontext
def lister(role: str | None) -> None:
    """Montre les comptes."""
    with _acte():
        personnes = personnel.lister(*([role] if role else personnel.ROLES))
    if not personnes:
        click.echo("Aucun compte.")
    for personne in personnes:
        click.echo(_ligne(personne))


def _dire_le_lien(jeton: str) -> None:
    click.echo("À remettre à la personne, en main propre ou par un canal sûr. Le lien sert une fois, pendant")
    click.echo("30 minutes :")
    click.echo(lien(f"/mot-de-passe/{jeton}"))


def _ligne(personne: personnel.Personne) -> str:
    compte = personne.compte
    mots = [compte.email, compte.nom_complet, compte.role]
    mots += [compte.service] if compte.service else []
    mots += [personne.porte_sur] if personne.lieux else []
    mots += [] if compte.actif else ["fermé"]
    if compte.role != w.FAMILLE:
        mots.append("second facteur installé" if personne.second_facteur else "sans second facteur")
    return " · ".join(mots)

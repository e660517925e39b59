"""Signing in and posting without a page under the eyes, with the token that every form carries."""

import re

from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from portail.domain import comptes
from portail.views import comptes as vue
from tests.monde import MOT_DE_PASSE


def entrer(navigateur: FlaskClient, email: str) -> None:
    """What the sign-in form does once it is read: the same act, the same cookies, without its two pages."""
    app = navigateur.application
    with app.test_request_context("/connexion", environ_base=navigateur.environ_base) as contexte:
        app.preprocess_request()
        requete = contexte.request
        qui_et_d_ou = (email, MOT_DE_PASSE, requete.remote_addr, requete.user_agent.string)
        reponse = vue._entrer(comptes.se_connecter(*qui_et_d_ou), "/")
        jeton = generate_csrf()
        reponse = app.process_response(reponse)
    navigateur._update_cookies_from_response(
        requete.host, requete.path, reponse.headers.getlist("Set-Cookie")
    )
    navigateur.jeton_des_formulaires = (_session(navigateur), jeton)


def csrf(client) -> str:
    """The token of this browser's forms: asked of a page once, as long as its session is the same."""
    connue, jeton = getattr(client, "jeton_des_formulaires", (None, ""))
    if connue is None or _session(client) != connue:
        page = client.get("/adresse-qui-n-existe-pas").text
        trouve = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert trouve, page
        jeton = trouve[1]
        client.jeton_des_formulaires = (_session(client), jeton)
    return jeton


def _session(client) -> str | None:
    """The cookie of its session, as it stands."""
    temoin = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
    return temoin.value if temoin else None


def sans_jeton(page: str) -> str:
    """The page without the tokens of its forms: they hold the second in which they were made."""
    return re.sub(r'(name="csrf_token"[^>]*? value=)"[^"]+"', r'\1"…"', page)


def poster(client, url: str, donnees: dict | None = None, **autres):
    """POST `donnees` with the token that a form of the page would carry."""
    return client.post(url, data={"csrf_token": csrf(client)} | (donnees or {}), **autres)

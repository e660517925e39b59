"""Posting without a page under the eyes, with the token that every form carries."""

import re


def csrf(client) -> str:
    """The token of this browser's forms: asked of a page once, as long as its session is the same."""
    session = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
    connue, jeton = getattr(client, "jeton_des_formulaires", (None, ""))
    if session is None or session.value != connue:
        page = client.get("/adresse-qui-n-existe-pas").text
        trouve = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert trouve, page
        jeton = trouve[1]
        session = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
        client.jeton_des_formulaires = (session.value if session else None, jeton)
    return jeton


def sans_jeton(page: str) -> str:
    """The page without the tokens of its forms: they hold the second in which they were made."""
    return re.sub(r'(name="csrf_token"[^>]*? value=)"[^"]+"', r'\1"…"', page)


def poster(client, url: str, donnees: dict | None = None, **autres):
    """POST `donnees` with the token that a form of the page would carry."""
    return client.post(url, data={"csrf_token": csrf(client)} | (donnees or {}), **autres)

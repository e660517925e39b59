"""Posting without a page under the eyes, with the token that every form carries."""

import re


def csrf(client) -> str:
    """The token of this browser's forms."""
    page = client.get("/adresse-qui-n-existe-pas").text
    trouve = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert trouve, page
    return trouve[1]


def sans_jeton(page: str) -> str:
    """The page without the tokens of its forms: they hold the second in which they were made."""
    return re.sub(r'(name="csrf_token"[^>]*? value=)"[^"]+"', r'\1"…"', page)


def poster(client, url: str, donnees: dict | None = None, **autres):
    """POST `donnees` with the token that a form of the page would carry."""
    return client.post(url, data={"csrf_token": csrf(client)} | (donnees or {}), **autres)

"""Where on an HTML page the content is, and what it is called."""

import re

from bs4 import BeautifulSoup
from bs4.element import Tag

from ingestion.parse.builder import one_line
from ingestion.parse.markup_text import inline_text

_ALWAYS_DROPPED = (
    "script, style, template, noscript, nav, footer, button, select, input, textarea, svg, "
    "iframe, object, [hidden], [role=navigation], .breadcrumb, .breadcrumbs, .crumb, .crumbs"
)
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MAIN_SHARE = 0.5


def page_title(soup: BeautifulSoup) -> str | None:
    """The page's title, or its h1 where the title is that with the site's name behind."""
    h1 = soup.find("h1")
    heading = one_line(inline_text(h1)) if h1 else ""
    title = one_line(soup.title.get_text()) if soup.title else ""
    return heading if not title or (heading and title.startswith(heading)) else title


def drop_furniture(soup: BeautifulSoup) -> None:
    """Remove what is not content: navigation, scripts, forms, hidden parts."""
    for tag in soup.select(_ALWAYS_DROPPED):
        tag.decompose()
    for tag in soup.find_all(style=_NOT_DISPLAYED):
        tag.decompose()
    for tag in soup.find_all("aside"):
        if not tag.decomposed and not _is_note(tag):
            tag.decompose()
    whole = len(soup.get_text())
    for tag in soup.find_all("form"):
        # Some intranets wrap the whole page in one form; then it is the content.
        if not tag.decomposed and len(tag.get_text()) < _MAIN_SHARE * whole:
            tag.decompose()


def _is_note(aside: Tag) -> bool:
    """True for a note beside the text, false for links and for what is outside the article."""
    links = sum(len(link.get_text()) for link in aside.find_all("a"))
    return bool(aside.find_parent(["main", "article"])) and 2 * links < len(aside.get_text())


def main_part(soup: BeautifulSoup) -> Tag:
    """The element that holds the content: the only <main> or <article> if it holds most text."""
    body: Tag = soup.body or soup
    whole = len(one_line(body.get_text()))
    for name in ("main", "article"):
        found = body.find_all(name)
        if len(found) == 1 and len(one_line(found[0].get_text())) >= _MAIN_SHARE * whole:
            return found[0]
    return body

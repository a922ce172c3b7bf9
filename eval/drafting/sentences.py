"""Clauses and dates: sentences whose value can be asked for."""

import re
from collections.abc import Iterator

from eval.drafting.models import Corpus, Draft, Piece
from eval.drafting.wording import (
    DATE,
    DURATION,
    MONEY,
    PERCENT,
    QUANTITY,
    decapitalised,
    first_person,
    subject,
    tidy,
    unnumbered,
    without_article,
)

_MODAL = r"(?P<modal>must|shall|should|may|can|will|is|are|was|were)"
_END = r"(?P<tail>[^.;]*?)[.;]?$"

_BOUND = (
    r"(?P<bound>within|at least|no later than|not later than|at most|no more than|not more than|"
    r"up to|for|a minimum of|a maximum of|every)"
)
_LIMIT = re.compile(rf"(?P<subject>.+?) {_MODAL} (?P<verb>.*?)\b{_BOUND} {QUANTITY}\b{_END}")
_AMOUNT = re.compile(rf"(?P<subject>.+?) {_MODAL} (?P<verb>.*?)\b{_BOUND} (?P<money>{MONEY}){_END}")
_VALUE = re.compile(
    rf"(?P<subject>.+?) (?P<modal>is|are) (?P<lead>(?:limited to|capped at|set at|fixed at) )?"
    rf"(?:currently )?(?P<value>{MONEY}|{DURATION}|{PERCENT}|{DATE})(?![\w-]){_END}"
)
_WORDS = {
    "within": "within how many",
    "at least": "at least how many",
    "a minimum of": "at least how many",
    "at most": "at most how many",
    "no more than": "at most how many",
    "not more than": "at most how many",
    "a maximum of": "at most how many",
    "up to": "up to how many",
    "for": "for how many",
    "every": "every how many",
    "no later than": "at the latest how many",
    "not later than": "at the latest how many",
}
_AGENT = (
    r"(?P<agent>(?:the |an? |our )?[^\W\d_][\w&'’-]*(?: (?!(?:before|within|after|at|in|on|by|for|"
    r"if|when|using|with|as|every|each|from|to|once|during|until|unless|via|and|or|but|not)\b)[\w&'’-]+){0,5})"
)
_BY = re.compile(
    rf"(?P<subject>.+?) {_MODAL} (?P<verb>(?:\w+ly |also |only )?(?:be )?\w+(?:ed|en|wn|ld)) by "
    rf"{_AGENT}{_END}"
)
_RESPONSIBLE = re.compile(
    r"(?P<agent>.+?) (?P<verb>is|are) (?P<what>(?:responsible|accountable) for [^.;]+)[.;]?$"
)
_ACTS = re.compile(
    r"(?P<agent>(?:The )?[^\W\d_][\w&'’-]*(?: [\w&'’-]+){0,4}) (?P<verb>(?:approve|sign|own|"
    r"maintain|review|issue|lead|chair|authorise|authorize|coordinate|administer|decide)s?) "
    r"(?P<what>(?:the|an?|all|every|each|any|new|which|on|about) [^.;]{3,90})[.;]?$"
)
_WHEN = re.compile(
    rf"(?P<subject>.+?) {_MODAL} (?P<verb>[^.;]*?)\b(?P<bound>on|from|until|by|before|since|"
    rf"no later than|not later than) (?P<date>{DATE}){_END}"
)
_BASE = {"applies": "apply", "goes": "go"}
_TAKES = re.compile(
    rf"(?P<subject>.+?) (?P<verb>takes?|comes?|appl(?:y|ies)|expires?|ends?|starts?|begins?|opens?|"
    rf"closes?|goes|go|runs?|becomes?)(?P<rest>(?: \w+){{0,2}}?) (?P<bound>on|from|until) "
    rf"(?P<date>{DATE}){_END}"
)
_ASKED = {
    "on": "when",
    "from": "from when",
    "since": "since when",
    "until": "until when",
    "by": "by when",
    "before": "before when",
    "no later than": "by when",
    "not later than": "by when",
}
_QUANTITY = re.compile(rf"{QUANTITY}|{MONEY}|{PERCENT}")
_AFTER_IS = re.compile(
    r"(?:not |also |only |normally |usually )*"
    r"(?:\w{2,}(?:ed|en|wn|pt|ld|ught|nt|de|ut|id|st)|due|valid|available|effective|in force|open|"
    r"free|possible|binding|liable|allowed)(?: |$)"
)
_AT_END = re.compile(r"(?: (?:before|within|after|every|each|once|when|if|during)\b.*)$")
_DATE = re.compile(DATE)
_CONDITION = re.compile(r"(?:If|When|Where|For|In|On|At|After|Before|Unless|During) [^,]{3,80}, ")


def clauses(piece: Piece, corpus: Corpus) -> Iterator[Draft]:
    """Limits, amounts and who does what, one question a sentence."""
    if piece.kind == "table_row":
        return
    text, condition = _bare(unnumbered(piece.text), corpus)
    for make in (_limit, _amount, _value, _by, _responsible):
        made = make(text, corpus)
        if made is not None:
            question, value = made
            asked = tidy(first_person(f"{question} {condition}"))
            yield Draft("clause", asked, value, piece, piece.document)
            return


def dates(piece: Piece, corpus: Corpus) -> Iterator[Draft]:
    """When something begins, ends, is due or was done."""
    if piece.kind == "table_row" or len(_DATE.findall(piece.text)) != 1:
        return
    text, condition = _bare(unnumbered(piece.text), corpus)
    for pattern in (_TAKES, _WHEN):
        found = pattern.match(text)
        who = subject(found["subject"], corpus.words) if found else None
        if found is None or who is None or not _fits(found):
            continue
        if pattern is _TAKES and found["verb"].endswith("s") == who.endswith("s"):
            continue
        asked, tail = _ASKED[found["bound"]], _tail(found["tail"])
        if pattern is _TAKES:
            verb = found["verb"]
            singular = verb.endswith("s")
            base = _BASE.get(verb, verb.removesuffix("s") if singular else verb)
            question = f"{asked} {'does' if singular else 'do'} {who} {base}{found['rest']}{tail}"
        else:
            question = f"{asked} {found['modal']} {who} {found['verb']}{tail}"
        asked = tidy(first_person(f"{question} {condition}"))
        yield Draft("date", asked, found["date"], piece, piece.document)
        return


def _limit(text: str, corpus: Corpus) -> tuple[str, str] | None:
    found = _LIMIT.match(text)
    who = subject(found["subject"], corpus.words) if found else None
    if found is None or who is None or not _plain(found, text):
        return None
    unit = found["unit"] if found["unit"].endswith("s") else found["unit"] + "s"
    asked, verb = _WORDS[found["bound"]], found["verb"].rstrip()
    if verb.endswith(" for"):
        asked, verb = f"for {asked}", verb.removesuffix(" for")
    question = f"{asked} {unit} {found['modal']} {who} {verb}"
    return question + _tail(found["tail"]), f"{found['count']} {found['unit']}"


def _amount(text: str, corpus: Corpus) -> tuple[str, str] | None:
    found = _AMOUNT.match(text)
    who = subject(found["subject"], corpus.words) if found else None
    if found is None or who is None or not _plain(found, text):
        return None
    asked = _WORDS[found["bound"]].replace("how many", "what amount")
    question = f"{asked} {found['modal']} {who} {found['verb']}{_tail(found['tail'])}"
    return question, found["money"].rstrip(",.")


def _value(text: str, corpus: Corpus) -> tuple[str, str] | None:
    found = _VALUE.match(text)
    who = subject(found["subject"], corpus.words) if found else None
    if found is None or who is None or len(text.split()) > 25 or not _single(text):
        return None
    value, lead = found["value"].rstrip(",."), (found["lead"] or "").strip()
    asked = "what"
    if not lead and re.fullmatch(DURATION, value):
        asked = "how long"
    elif not lead and _DATE.fullmatch(value):
        asked = "when"
    return f"{asked} {found['modal']} {who} {lead}", value


def _by(text: str, corpus: Corpus) -> tuple[str, str] | None:
    found = _BY.match(text)
    who = subject(found["subject"], corpus.words) if found else None
    if found is None or who is None or not _is_agent(found["agent"]):
        return None
    tail = _AT_END.match(_tail(found["tail"]))
    question = f"who {found['modal']} {who} {found['verb']} by{tail[0] if tail else ''}"
    return question, without_article(found["agent"])


def _responsible(text: str, corpus: Corpus) -> tuple[str, str] | None:
    found = _RESPONSIBLE.match(text) or _ACTS.match(text)
    agent = subject(found["agent"], corpus.words) if found else None
    if found is None or agent is None or not _is_agent(found["agent"]) or agent == "I":
        return None
    verb = found["verb"]
    if verb not in ("is", "are") and verb.endswith("s") == found["agent"].endswith("s"):
        return None
    verb = "is" if verb in ("is", "are") else verb if verb.endswith("s") else verb + "s"
    return f"who {verb} {found['what'].split(', ')[0]}", without_article(found["agent"])


def _plain(found: re.Match[str], text: str) -> bool:
    """One quantity in the sentence, and a verb phrase that can be turned round."""
    return _single(text) and _fits(found)


def _single(text: str) -> bool:
    return len(_QUANTITY.findall(text)) == 1


def _fits(found: re.Match[str]) -> bool:
    verb = found["verb"].strip()
    if re.search(r"[,;:()]|\bnot\b|\band\b|\bthat\b", verb):
        return False
    modal = found.groupdict().get("modal")
    return modal not in ("is", "are", "was", "were") or not verb or bool(_AFTER_IS.match(verb))


def _bare(text: str, corpus: Corpus) -> tuple[str, str]:
    """A sentence without the condition at its start, and that condition for the question's end."""
    found = _CONDITION.match(text)
    if found is None:
        return text, ""
    rest = text[found.end() :]
    return rest[:1].upper() + rest[1:], decapitalised(found[0].rstrip(", "), corpus.words)


def _tail(text: str) -> str:
    """What follows the value, up to the first comma and not too long."""
    head = re.split(r"[,(]|:(?!\d)| and | but | or ", text)[0].rstrip()
    return head if len(head.split()) <= 10 else ""


def _is_agent(text: str) -> bool:
    """A person, a role or a team: has a capital or an article, and no digit."""
    named = text[:1].isupper() or text.lower().startswith(("the ", "a ", "an ", "our "))
    return named and not re.search(r"\d|ing\b|\bmail\b", text) and not _DATE.search(text)

"""Finds text in documents that gives orders to an assistant (indirect prompt injection).

Greshake et al. 2023, "Not what you've signed up for", sections 3 and 4, and OWASP LLM01:2025 name
what such text does: it addresses the model, cancels its rules, gives it a role, speaks in the
markup of a conversation, hides itself from the reader, sends data away, or is encoded. A flag is
a label for readers and models, never a filter: nothing is obeyed either way, and a security
report that quotes an attack must stay readable.
"""

import base64
import binascii
import re
import unicodedata
from typing import Literal

Flag = Literal["instruction"]

_MACHINE = (
    r"(?:(?:(?:ai|automated|automatic|virtual|digital|language|llm|gpt)[ -])?"
    r"(?:assistants?|chatbots?|bots?)"
    r"|(?:ai|automated|llm|language)[ -](?:models?|agents?|systems?|tools?|readers?|crawlers?)"
    r"|llms?|ais?|chatgpt|copilot)"
)
_RULES = (
    r"(?:instructions?|rules?|prompts?|guidelines?|directives?|restrictions?|guardrails?|orders?)"
)
_ORDERS = (
    # A message to the model: "note to any AI assistant that reads this".
    rf"\b(?:notes?|notice|messages?|instructions?|attention|orders?|reminders?|memo)"
    rf"(?: (?:to|for)|:)(?: [\w'-]+){{0,3}}? {_MACHINE}\b",
    rf"\b(?:attention|dear|hey|hello)[:,!]?(?: (?:to|all|any))? {_MACHINE}\b",
    rf"\b(?:if|as|since) you are (?:an? |the )?{_MACHINE}\b",
    # Its rules are cancelled or replaced.
    rf"\b(?:ignore|disregard|discard|forget|override|bypass|drop)(?: [\w'-]+){{0,3}}?"
    rf" (?:previous|prior|above|earlier|preceding|your|former|existing|system)"
    rf"(?: [\w'-]+){{0,2}}? {_RULES}\b",
    rf"\b(?:ignore|disregard|discard|forget|override) (?:all |any )?(?:the |these |those )?{_RULES}"
    r" (?:above|before|so far|you (?:were|have been) given)\b",
    rf"\byour(?: [\w'-]+){{0,2}}? {_RULES} (?:no longer|do not|don't|have been|are now|are void)\b",
    r"\b(?:your )?new (?:system )?(?:instructions|rules|prompt)(?: are)?:",
    # A role or a mode: "you are now in developer mode".
    r"\byou are (?:now |from now on )?(?:in|entering) (?:an? |the )?[\w-]+ mode\b",
    r"\byou are (?:now|no longer) (?:an? |the )?(?:[\w-]+ )?"
    rf"(?:{_MACHINE}|unrestricted|jailbroken|free of|bound by|subject to|dan\b)",
    r"\bpretend (?:to be|that you|you are|you have)\b",
    r"\bfrom (?:now|this point|here) on,? (?:you (?:are|will) (?:answer|respond|reply|act)"
    r"|answer|respond|reply|state|output)\b",
    # The prompt itself, or the markup of a conversation.
    r"\b(?:system|developer|hidden) prompt\b",
    r"\b(?:print|show|reveal|repeat|output|display|leak)(?: [\w'-]+){0,2}? your"
    rf"(?: [\w'-]+){{0,2}}? {_RULES}\b",
    r"<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[/?inst\]|<</?sys>>",
    r"#{2,} ?(?:system|instructions?|assistant)\b ?:",
    r"\bsystem (?:message|override|instruction|notice) (?:to|for) (?:all|any|the|every)\b",
    # What it must hide, and from whom.
    rf"\b(?:do not|don't|never) (?:mention|say|reveal|disclose|admit) (?:that you|this"
    rf" (?:instruction|message|note|notice|prompt|text)|these {_RULES}|your {_RULES})\b",
    r"\b(?:do not|don't|never) (?:tell|warn|inform|alert) the (?:user|reader)\b",
    r"\bwithout (?:telling|warning|informing|alerting) the (?:user|reader)\b",
    r"\b(?:leave|keep) (?:it|this)(?: [\w'-]+){0,3}? out of (?:all |any |the |your )*summar\w+",
    # What it must say, whatever is asked.
    r"\b(?:answer|respond to|reply to) (?:all|any|every)(?: further| other)? questions?\b"
    r".{0,80}\b(?:with [\"'“‘]|by (?:telling|saying|stating))",
    r"\b(?:begin|start|end|finish|prefix) (?:your|every|each|all) (?:repl|answer|response)\w*",
    # Data that leaves: in a link, or as the conversation itself.
    r"\b(?:send|forward|post|upload|append|transmit|e-?mail)(?: [\w'-]+){0,4}?"
    r" (?:conversation|chat history|system prompt|user's (?:question|data|messages?))\b",
    r"!\[[^\]]*\]\(https?://[^)\s]*[?&][^)\s]*=",
)
_ORDER = re.compile("|".join(f"(?:{pattern})" for pattern in _ORDERS), re.I)

_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\U000e0000-\U000e007f]")
# One zero-width character is how a page breaks a word; a run of them, or one of Unicode's tag
# characters, is a message that nobody sees. The flags of three countries are spelt in tags.
_HIDDEN = re.compile(
    "[\u200b\u200c\u2060-\u2064\ufeff]{4,}|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007e]"
)
_OVERRIDDEN = re.compile("[\u202d\u202e]")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40,}={0,2}")
_READABLE = 0.95


def flags(text: str) -> tuple[Flag, ...]:
    """("instruction",) for a text that gives orders to an assistant, else ()."""
    return ("instruction",) if gives_orders(text) else ()


def gives_orders(text: str) -> bool:
    """True when a text addresses an assistant, or hides or encodes what it says."""
    if _HIDDEN.search(text) or _OVERRIDDEN.search(text):
        return True
    plain = " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())
    return bool(_ORDER.search(plain)) or any(
        _is_message(found[0]) for found in _BASE64.finditer(text)
    )


def _is_message(blob: str) -> bool:
    """True when base64 holds words: a key, a hash or a picture has none."""
    try:
        said = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return False
    readable = sum(sign.isalpha() or sign in " .,:;!?'\"-\n" for sign in said)
    return readable >= _READABLE * len(said) and said.count(" ") >= len(said) // 20

"""Why there is no answer: the reason, and a sentence for the one who asked.

Both rest on what the asker can read alone, so a document that is hidden changes neither.
"""

from collections.abc import Sequence

from retrieval.answers import AbstainReason
from retrieval.injection import gives_orders
from retrieval.models import Evidence, PartEvidence, Shortfall

ABSTENTION = "The documents that you can read do not answer this."
OFF_TOPIC = "Nothing in the documents that you can read seems to be about this."

_TITLES = 2


def shortfall(parts: Sequence[PartEvidence]) -> Shortfall:
    """A near miss where one part of the question is; off topic where every part is."""
    found = {part.sufficiency.shortfall for part in parts}
    return "near_miss" if "near_miss" in found else "off_topic"


def explanation(reason: AbstainReason, evidence: Evidence) -> str:
    """One plain sentence. A near miss names the documents that came nearest and what they lack.

    A question that gives orders is not repeated, not even a word of it.
    """
    if reason == "off_topic":
        return OFF_TOPIC
    if reason != "near_miss":
        return ABSTENTION
    titles = dict.fromkeys(passage.hit.document.title for passage in evidence.passages)
    nearest = " and ".join(f"“{title}”" for title in list(titles)[:_TITLES])
    unstated = (part.sufficiency.unstated for part in evidence.parts)
    word = next((word for word in unstated if word), None)
    word = None if gives_orders(evidence.question) else word
    lack = f"those passages do not mention “{word}”" if word else "they do not state what is asked"
    return f"The documents that you can read come near this in {nearest}, but {lack}."

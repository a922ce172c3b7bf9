"""Planted faults: what each breaks, which measure shows it, and which stage is to blame."""

from eval.labs.generation import LABS as GENERATION
from eval.labs.index import LABS as INDEX
from eval.labs.lab import Lab
from eval.labs.search import LABS as SEARCH

LABS: dict[str, Lab] = {lab.name: lab for lab in (*INDEX, *SEARCH, *GENERATION)}
"""In the order of the curriculum: a document's way in, a question's way, what is said."""

"""Languages of documents: what is detected, what is not guessed, and what a catalog says."""

from pathlib import Path

import pytest

from ingestion.labels import CatalogFinder
from ingestion.language import code, detect
from ingestion.models import SearchScope
from tests.ingestion.conftest import MakePipeline

GERMAN = (
    "Die Schranke öffnet um halb sieben. Besucher stellen ihr Fahrzeug auf der dritten Ebene ab "
    "und melden sich danach am Empfang, wo sie einen Ausweis bekommen. Wer später als um zehn Uhr "
    "abends geht, ruft vorher den Wachdienst an, damit das Tor nicht verschlossen ist."
)
ENGLISH = (
    "The barrier opens at half past six. Visitors park on the third level and then go to the "
    "reception, where they are given a badge. Whoever leaves later than ten in the evening calls "
    "the guards before, so that the gate is not locked when they come."
)
SPANISH = (
    "La barrera se abre a las seis y media. Las visitas aparcan en la tercera planta y después "
    "pasan por la recepción, donde reciben una tarjeta. Quien salga después de las diez de la "
    "noche llama antes a los vigilantes para que la puerta no esté cerrada con llave."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (GERMAN, "de"),
        (ENGLISH, "en"),
        (SPANISH, "es"),
        (ENGLISH.upper(), "en"),
        (GERMAN[:150], "und"),
        ("", "und"),
        (" " * 5000, "und"),
        ("4711 0815 " * 100, "und"),
    ],
)
def test_a_language_is_detected_or_not_known(text: str, language: str) -> None:
    assert detect(text) == language == detect(text)


def test_labels_are_stored_in_one_form() -> None:
    assert {code("de-AT"), code("DE"), code(" de_ch ")} == {"de"}


def test_a_document_has_its_language_and_the_catalog_wins(
    docs: Path, make_pipeline: MakePipeline
) -> None:
    (docs / "a.txt").write_text(GERMAN)
    (docs / "b.txt").write_text(ENGLISH)
    (docs / "c.txt").write_text("Level 3.")
    pipeline = make_pipeline()

    def languages() -> dict[str, str]:
        pipeline.run([docs], docs)
        found = pipeline.index.documents(SearchScope(("everyone",)))
        return {document.uri: document.language for document in found}

    assert languages() == {"a.txt": "de", "b.txt": "en", "c.txt": "und"}
    (docs / "manifest.yaml").write_text(
        "default_groups: [everyone]\ndocuments: [{path: c.txt, language: es-ES}]\n"
    )
    assert languages() == {"a.txt": "de", "b.txt": "en", "c.txt": "es"}
    assert CatalogFinder(docs, ()).labels("c.txt").language == "es"
    (docs / "manifest.yaml").unlink()
    assert languages()["c.txt"] == "und"

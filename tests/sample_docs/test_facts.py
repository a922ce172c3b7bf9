"""The documents say what the facts file says, but for the conflicts that it lists."""

import pytest

from tests.sample_docs.corpus import entries, facts, text

STATEMENTS = facts()["statements"]
PATHS = {entry.path for entry in entries()}


@pytest.mark.parametrize("path", sorted(PATHS))
def test_a_document_states_its_facts(path: str) -> None:
    mine = [fact for fact in STATEMENTS if path in fact["stated_in"]]
    assert mine, "no fact of the facts file stands in this document"
    missing = [
        f"{fact['id']}: none of {fact['forms']}"
        for fact in mine
        if not any(_plain(form) in text(path) for form in fact["forms"])
    ]
    assert not missing


def test_facts_have_their_own_ids_and_real_documents() -> None:
    ids = [fact["id"] for fact in STATEMENTS]
    assert len(set(ids)) == len(ids)
    assert all(set(fact["stated_in"]) <= PATHS and fact["stated_in"] for fact in STATEMENTS)
    assert all(fact["fact"] and fact["forms"] for fact in STATEMENTS)


def test_planted_cases_and_the_manifest_name_each_other() -> None:
    planted = {case["id"]: set(case["documents"]) for case in facts()["planted"]}
    assert len(planted) == len(facts()["planted"])
    assert all(documents <= PATHS for documents in planted.values())
    named = {(case, entry.path) for entry in entries() for case in entry.edge_cases}
    assert named == {(case, path) for case, paths in planted.items() for path in paths}


def _plain(form: object) -> str:
    return " ".join(str(form).split())

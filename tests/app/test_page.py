"""The page in a real browser, over the real product."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from app.bootstrap import Application, build
from app.settings import Settings
from tests.browser import PATIENCE_MS, events, final_answer
from tests.conftest import serving

pytestmark = pytest.mark.browser

TWO_PARTS = "What is the hotel cap in Germany, and how long is a password at least?"
IN_A_PDF = "What is the availability of the Plus plan in the SLA?"
DISAGREEING = "How many years do we keep calibration certificates?"
NOT_THERE = "What is the dress code for client visits?"
SCREENSHOT = Path(__file__).parents[2] / "docs" / "page.png"
# Of every visible text: its contrast with the nearest background that is not transparent.
_CONTRASTS = """() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const linear = (value) => value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const background = (node) => {
    const color = channels(getComputedStyle(node).backgroundColor);
    return color[3] === 0 && node.parentElement ? background(node.parentElement) : color;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility()) continue;
    const [light, dark] = [
      luminance(channels(getComputedStyle(node).color)), luminance(background(node)),
    ].sort((a, b) => b - a);
    found.push([(light + 0.05) / (dark + 0.05), walker.currentNode.data.slice(0, 40)]);
  }
  return found;
}"""


def test_an_answer_shows_its_text_with_numbered_footnotes(page: Page) -> None:
    answer = _ask(page, TWO_PARTS)

    expect(page.locator("#asked")).to_have_text(TWO_PARTS)
    expect(page.locator("#status")).to_contain_text(f"with {len(answer['citations'])} footnotes")
    assert _squeezed(page, ".answer-text") == _bare(re.sub(r"【(\d+)】", r"\1", answer["answer"]))
    notes = page.locator("ol.footnotes > li")
    expect(notes).to_have_count(len(answer["citations"]))
    for citation in answer["citations"]:
        note = notes.nth(citation["index"] - 1)
        expect(note.get_by_role("button")).to_have_text(citation["document_title"])
        expect(note.locator("blockquote")).to_have_text(citation["cited_text"])
        expect(note.locator(".place")).to_contain_text(" › ".join(citation["headings"]))
        expect(note.locator(".check")).to_have_text("Verbatim quote")
        name = f"Footnote {citation['index']}: {citation['document_title']}"
        expect(page.get_by_role("button", name=name)).to_be_visible()
    expect(page.locator(".small-print")).to_contain_text(answer["usage"]["generator"])


def test_a_note_links_to_the_footnotes_that_show_it(page: Page) -> None:
    answer = _ask(page, DISAGREEING)

    shown = page.get_by_role("list", name="Please note").get_by_role("listitem")
    expect(shown).to_have_count(len(answer["notes"]))
    (note,) = answer["notes"]
    expect(shown).to_contain_text(note["text"])
    assert len(note["citations"]) == 2
    for index in note["citations"]:
        title = answer["citations"][index - 1]["document_title"]
        shown.get_by_role("button", name=f"Shown by {index}: {title}").click()
        expect(page.locator("#source-title")).to_have_text(title)


def test_a_footnote_opens_its_source_with_exactly_the_cited_text_highlighted(page: Page) -> None:
    answer = _ask(page, TWO_PARTS)

    for citation in reversed(answer["citations"]):
        page.get_by_role("button", name=f"Footnote {citation['index']}:").click()
        expect(page.locator("#source-title")).to_have_text(citation["document_title"])
        expect(page.locator("#source-place")).to_contain_text(" › ".join(citation["headings"]))
        page.locator("#source-text mark").first.wait_for()
        assert _squeezed(page, "#source-text mark") == _bare(citation["cited_text"])
        expect(page.locator("#source-text mark").first).to_be_in_viewport()
    if os.environ.get("UPDATE_SCREENSHOTS") == "1":
        page.mouse.move(0, 0)
        page.screenshot(path=SCREENSHOT)


def test_a_source_with_pages_shows_where_they_change(page: Page) -> None:
    answer = _ask(page, IN_A_PDF)
    cited = next(each for each in answer["citations"] if each["document_uri"].endswith(".pdf"))

    page.locator("ol.footnotes > li").nth(cited["index"] - 1).locator("blockquote").click()

    last = cited["page_numbers"][-1]
    expect(page.locator("#source-place")).to_contain_text(re.compile(rf"Pages?\s.*{last}"))
    expect(page.locator(".page-number").first).to_have_text("Page 1")
    before = page.locator("xpath=//mark[1]/preceding::p[@class='page-number'][1]").first
    expect(before).to_have_text(f"Page {cited['page_numbers'][0]}")


def test_an_abstention_says_why_and_opens_the_nearest_passages(page: Page) -> None:
    answer = _ask(page, NOT_THERE)

    assert answer["status"] == "abstained"
    expect(page.locator("#status")).to_have_text("Not in these documents")
    expect(page.locator(".reason")).not_to_be_empty()
    passages = page.locator(".nearest > li")
    expect(passages).to_have_count(len(answer["nearest"]))
    for number, passage in enumerate(answer["nearest"]):
        passages.nth(number).get_by_role("button").click()
        expect(page.locator("#source-title")).to_have_text(passage["document_title"])
        page.locator("#source-text mark").first.wait_for()
        # A passage covers several blocks; together their highlights are the passage.
        assert _squeezed(page, "#source-text mark") == _bare(passage["text"])


def test_the_keyboard_is_enough_and_focus_comes_back(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator("#skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type(TWO_PARTS)
    page.keyboard.press("Enter")
    page.locator(".small-print").wait_for()

    reference = page.locator(".reference").first
    _tab_to(page, ".reference")
    page.keyboard.press("Enter")
    expect(page.locator("#source-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(reference).to_be_focused()

    page.keyboard.press("Enter")
    page.locator("mark").first.wait_for()
    page.keyboard.press("Tab")
    expect(page.locator("#source-close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#source")).to_be_hidden()
    expect(reference).to_be_focused()


def test_an_example_is_asked_and_the_url_keeps_the_question(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="RK-4013").click()
    expect(page.locator(".answer-text")).to_contain_text("RK-4013")

    page.reload()
    expect(page.locator("#question")).to_have_value("What does error RK-4013 mean?")
    expect(page.locator(".answer-text")).to_contain_text("RK-4013")
    page.go_back()
    expect(page.locator("#asked")).to_be_hidden()


@pytest.mark.parametrize("question", [TWO_PARTS, NOT_THERE])
def test_nothing_scrolls_sideways_on_a_phone(page: Page, question: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    _ask(page, question)
    page.locator(".footnotes .title").first.click()
    page.locator("mark").first.wait_for()

    expect(page.locator("mark").first).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_text_is_readable_in_light_and_dark(page: Page) -> None:
    _ask(page, TWO_PARTS)
    page.locator(".reference").first.click()
    page.locator("mark").first.wait_for()
    papers = set()

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        papers.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        faint = [text for ratio, text in page.evaluate(_CONTRASTS) if ratio < 4.5]
        assert faint == [], scheme
    assert len(papers) == 2


def test_markup_in_a_document_stays_text_and_spans_count_characters(page: Page) -> None:
    # Each rocket is one character to the service and two units to JavaScript.
    hostile = "🚀🚀 <script>window.hacked = 1</script> <img src=x onerror='window.hacked = 1'>"
    fact = "The Zephyrine mast in Ullapool is 4177 centimetres tall 🚀."
    name = "<b>zephyrine<img src=x onerror=window.hacked=1>.txt"
    page.goto("/#documents")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#upload-status")).to_have_text("Choose a file first.")
    content = f"{hostile}\n\n{fact}\n".encode()
    page.locator("#file").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": content}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#task-list li").first).to_contain_text(f"“{name}” was added")
    listed = page.locator("#document-list li").filter(has_text=name)
    listed.get_by_role("button").first.click()
    expect(page.locator("#source-text")).to_contain_text(hostile)

    answer = _ask(page, "How tall is the Zephyrine mast in Ullapool?")
    page.locator(".reference").first.click()
    page.locator("mark").first.wait_for()
    assert "4177" in answer["citations"][0]["cited_text"]
    cited = answer["citations"][0]["cited_text"]
    assert _squeezed(page, "#source-text mark") == _bare(cited)

    page.get_by_role("link", name="Documents").click()
    delete = page.locator("#document-list li").filter(has_text=name).get_by_text("Delete")
    delete.click()
    expect(page.locator("#confirm-name")).to_contain_text(name)
    page.locator("#confirm").get_by_role("button", name="Delete").click()
    expect(page.locator("#document-status")).to_contain_text("was deleted")
    expect(page.locator("#document-list li").filter(has_text=name)).to_have_count(0)
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img, main script, #source img, #source script").count() == 0


def test_a_failed_question_can_be_asked_again(page: Page, complaints: list[str]) -> None:
    page.route("**/v1/ask", lambda route: route.abort())
    page.goto(f"/#{urlencode({'q': TWO_PARTS})}")
    problem = page.locator("#answer-body").get_by_role("alert")
    expect(problem).to_contain_text("The service cannot be reached")

    page.unroute("**/v1/ask")
    page.route("**/v1/ask", _refuse, times=1)
    problem.get_by_role("button", name="Try again").click()
    expect(problem).to_contain_text("Too large")
    expect(problem).to_contain_text("The question is too long.")
    complaints.clear()

    problem.get_by_role("button", name="Try again").click()
    page.locator(".answer-text").wait_for()
    expect(page.locator("#answer")).not_to_have_attribute("aria-busy", "true")


def test_a_partial_and_degraded_answer_says_what_is_missing(page: Page) -> None:
    def mend(route: Route) -> None:
        response = route.fetch()
        body = final_answer(response.text())
        body |= {"status": "partial", "unanswered": ["Who pays for <i>lunch</i>?"]}
        body["usage"] |= {"degraded": "The model did not answer. Quotes instead."}
        body["usage"] |= {"dropped_claims": 2, "model": "some-model", "repaired_claims": 1}
        body["usage"] |= {"judge_degraded": "The judge did not answer. Another one instead."}
        body["prompt_version"] = "answer@1234"
        body["citations"][0]["flags"] = ["instruction"]
        body["citations"][0]["verification"] = {
            "status": "supported",
            "method": "lexical",
            "score": 0.86,
        }
        route.fulfill(response=response, body=events(("final_answer", body)))

    page.route("**/v1/ask", mend)
    _ask(page, TWO_PARTS)

    expect(page.locator("#status")).to_contain_text("Partly answered")
    notices = page.locator("#answer-body .notice")
    expect(notices.nth(0)).to_have_text("The model did not answer. Quotes instead.")
    expect(notices.nth(1)).to_contain_text("Who pays for <i>lunch</i>?")
    expect(notices.nth(1)).to_contain_text("2 statements left out")
    expect(notices.nth(1)).to_contain_text("1 statement replaced by what its source says")
    expect(notices.nth(1)).to_contain_text("The judge did not answer. Another one instead.")
    expect(page.locator(".check").first).to_have_text("Supported, 0.86")
    flagged = "Contains instructions; treated as text"
    expect(page.locator(".footnotes > li").first.locator(".flag")).to_have_text(flagged)
    expect(page.locator(".flag")).to_have_count(1)
    expect(page.locator(".small-print")).to_contain_text("some-model · prompt answer@1234")


def test_a_document_that_changed_since_the_answer_gets_no_wrong_highlight(page: Page) -> None:
    def change(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        route.fulfill(response=response, json=body | {"text": "x" * len(body["text"])})

    _ask(page, TWO_PARTS)
    page.route("**/v1/documents/*", change)
    page.locator(".reference").first.click()

    expect(page.locator("#source-status")).to_contain_text("has changed")
    assert page.locator("mark").count() == 0


def _ask(page: Page, question: str) -> Any:
    """Open the page with a question; the same question's answer as the service gives it."""
    page.goto(f"/#{urlencode({'q': question})}")
    page.locator(".small-print").wait_for()
    return page.request.post("/v1/ask", data={"question": question}).json()


def _refuse(route: Route) -> None:
    route.fulfill(
        status=413,
        content_type="application/problem+json",
        json={"title": "Too large", "status": 413, "detail": "The question is too long."},
    )


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab does not reach {selector}")


def _bare(text: str) -> str:
    """The text without white space: layout may break a line where the source has none."""
    return re.sub(r"\s+", "", text)


def _squeezed(page: Page, selector: str) -> str:
    return _bare("".join(page.locator(selector).all_text_contents()))


def test_a_key_signs_in_and_leaving_shows_nothing(
    browser: Browser, tmp_path: Path, embedded_house: tuple[Application, str]
) -> None:
    application, key = embedded_house
    with serving(application) as url:
        context = browser.new_context(base_url=url, viewport={"width": 390, "height": 800})
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto("/")
        field = page.get_by_label("Your key")
        expect(field).to_be_focused()
        expect(page.locator("#document-list")).to_be_empty()
        field.fill("fn_wrong_key")
        field.press("Enter")
        expect(page.locator("#signin-status")).to_contain_text("not known")
        field.fill(key)
        field.press("Enter")
        expect(page.locator("#who")).to_have_text("rita (sales)")
        expect(page.locator("#signin")).to_be_hidden()
        # The key only reads.
        expect(page.locator("#upload")).to_be_hidden()
        page.get_by_label("Your question").fill("What is the discount from 50 gateways on?")
        page.get_by_role("button", name="Ask").click()
        expect(page.locator(".answer-text")).to_contain_text("18 percent")
        page.reload()
        expect(page.locator(".answer-text")).to_contain_text("18 percent")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.screenshot(path=tmp_path / "signed_in.png")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Your key")).to_be_visible()
        expect(page.locator("#answer-body")).to_be_empty()
        assert page.evaluate("sessionStorage.length") == 0
        context.close()


@pytest.fixture
def embedded_house(tmp_path: Path) -> Iterator[tuple[Application, str]]:
    """A service over one document of one group, and a key that reads it."""
    root = tmp_path / "docs"
    root.mkdir()
    (root / "sales.md").write_text(
        "# Discounts\n\nFrom 50 gateways on the discount is 18 percent.\n"
    )
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path / "data",
        docs_root=tmp_path,
        qdrant_url=None,
        default_groups=("sales",),
    )
    application = build(settings)
    application.ingestion.open()
    application.ingestion.run([root], tmp_path)
    _, token = application.access.keys.create("rita", ("sales",), writes=False)
    yield application, token
    application.close()

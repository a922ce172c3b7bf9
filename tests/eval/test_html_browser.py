"""The page of a stored run in a real browser, from a file."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from eval.html.page import page as page_of
from eval.html.page import write_report
from eval.records import newest
from tests.browser import PATIENCE_MS, chromium
from tests.conftest import ROOT
from tests.eval.stored_run import ATTACK, CAP, TRAVEL, every_outcome, stored

pytestmark = pytest.mark.browser

SCREENSHOT = ROOT / "docs" / "report.png"
ROWS = "#list > li"

# Add a picture and a script to the page; the directives that each of them broke.
_BREACHES = """() => new Promise((done) => {
  const broken = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    broken.push(event.effectiveDirective);
    if (broken.length === 2) done(broken.sort());
  });
  document.body.append(Object.assign(document.createElement("script"), { text: "1" }));
  document.body.append(Object.assign(document.createElement("img"), { src: "https://x.test/" }));
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of every outcome, as a file."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page_of(stored(every_outcome())), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def complaints() -> list[str]:
    """Console messages, errors and requests; a test that provokes them clears them."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """A fresh window; at its end nothing was complained about and no request left the page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: complaints.append(request.url))
    yield opened
    address = opened.url.partition("#")[0]
    context.close()
    assert [each for each in complaints if each != address] == []


def test_filters_narrow_the_list_and_the_address_holds_them(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(ROWS)).to_have_count(8)
    page.get_by_label("Split").select_option("test")
    page.get_by_role("button", name="All failures 3").click()
    expect(page.locator("#count")).to_have_text("3 of 8 cases")
    expect(page.get_by_role("button", name="All failures 3")).to_be_focused()
    page.get_by_role("button", name="Leaked 1").click()
    assert _shown(page) == ["test-002"]
    assert page.url.endswith("#split=test&outcome=leaked")
    page.reload()
    assert _shown(page) == ["test-002"]
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator(ROWS)).to_have_count(8)
    assert "#" not in page.url
    page.get_by_label("Blame").select_option("retrieve")
    assert _shown(page) == ["dev-002"]
    page.get_by_label("Format").select_option("md")
    page.get_by_label("Blame").select_option("all")
    expect(page.locator("#count")).to_have_text("6 of 8 cases")


def test_a_cell_of_the_map_shows_its_cases_the_worst_first(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="single fact, answer correctness: 0.62").click()
    assert _shown(page) == ["dev-002", "dev-003", "dev-001", "test-004"]
    expect(page.locator("#sort")).to_have_value("correctness")
    expect(page.locator("#filters")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(ROWS)).to_have_count(8)


def test_a_search_finds_words_of_the_question_the_answer_and_the_documents(
    page: Page, address: str
) -> None:
    page.goto(address)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("TRAVEL.md (dev-003)")
    assert _shown(page) == ["dev-003"]
    page.keyboard.type(" nowhere")
    expect(page.locator("#count")).to_have_text("No case matches.")
    page.keyboard.press("Escape")
    expect(page.locator(ROWS)).to_have_count(8)


def test_the_keyboard_goes_through_the_cases_and_opens_one(page: Page, address: str) -> None:
    page.goto(f"{address}#sort=outcome")
    assert _shown(page)[0] == "test-002"
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    expect(page.locator("#case-test-003 .row")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#detail-test-003")).to_contain_text("must state")
    assert page.url.endswith("#sort=outcome&case=test-003")
    page.keyboard.press("Enter")
    expect(page.locator("#detail-test-003")).to_be_hidden()


def test_a_link_to_a_case_opens_it_with_answer_footnotes_and_passages(
    page: Page, address: str
) -> None:
    page.goto(f"{address}#split=test&case=dev-002")
    # A filter that hides the case gives way to it.
    expect(page.locator(ROWS)).to_have_count(8)
    detail = page.locator("#detail-dev-002")
    expect(detail).to_be_in_viewport()
    expect(detail.locator(".blame")).to_contain_text("No passage of 30 is gold.")
    expect(detail.locator(".blame code")).to_have_text("rag search x")
    expect(detail.locator(".value")).to_have_text("EUR 120 | €120")
    detail.get_by_role("button", name="Footnote 1").click()
    note = detail.locator(".footnote")
    expect(note.locator("summary")).to_be_focused()
    expect(note.locator("blockquote")).to_have_text(TRAVEL)
    # The passage begins with an emoji: two units of JavaScript, one character of the record.
    expect(note.locator("mark")).to_have_text(CAP)
    passages = detail.locator(".passages > li")
    expect(passages).to_have_count(2)
    expect(passages.first.locator(".badge")).to_have_text(["gold", "cited 1"])
    passages.first.locator("summary").click()
    expect(passages.first.locator("mark.gold")).to_have_text(CAP)


def test_a_case_shows_notes_gaps_and_the_steps_of_the_agent(page: Page, address: str) -> None:
    page.goto(f"{address}#case=test-003")
    detail = page.locator("#detail-test-003")
    notes = detail.locator(".note")
    expect(notes).to_have_text(["conflict Another says 90. 1", "unanswered who pays"])
    notes.first.get_by_role("button", name="Footnote 1").click()
    expect(detail.locator(".footnote blockquote")).to_be_visible()
    expect(detail.locator(".steps > li")).to_have_text("search hotel cap enough · Travel")
    expect(detail).to_contain_text("2026-03-01")


def test_the_link_icon_copies_the_address_of_its_case(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}#split=dev")
    page.get_by_role("link", name="Copy a link to dev-003").click()
    expect(page.locator("#said")).to_have_text("Link to dev-003 copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}#case=dev-003"
    expect(page.locator(ROWS)).to_have_count(4)


def test_markup_in_a_case_is_text_and_the_policy_stops_what_it_could_add(
    page: Page, address: str, complaints: list[str]
) -> None:
    page.goto(f"{address}#case=test-004")
    title = page.title()
    detail = page.locator("#detail-test-004")
    for summary in detail.locator("summary").all():
        summary.click()
    for place in (".question", ".footnote blockquote", ".passages blockquote", ".blame code"):
        assert detail.locator(place).text_content() == ATTACK, place
    assert page.locator("img").count() == 0
    assert detail.locator("b", has_text=re.compile("^bold$")).count() == 0
    assert page.title() == title == "Evaluation 20260102T030405Z – Footnote"
    assert set(complaints) == {address}
    assert page.evaluate(_BREACHES) == ["img-src", "script-src-elem"]
    complaints.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling(page: Page, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}#case=test-004")
    page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_colours_follow_the_system_and_print_leaves_the_controls_out(
    page: Page, address: str
) -> None:
    page.goto(address)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(ground) != light
    page.emulate_media(media="print")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator(ROWS).first).to_be_visible()


@pytest.mark.skipif(
    os.environ.get("UPDATE_SCREENSHOTS") != "1",
    reason="UPDATE_SCREENSHOTS=1 renews docs/report.png",
)
def test_the_newest_run_is_pictured(page: Page, tmp_path: Path) -> None:
    path = write_report(newest(ROOT / "results"), tmp_path / "report.html")
    page.set_viewport_size({"width": 1280, "height": 1785})
    page.goto(path.as_uri())
    expect(page.locator(ROWS).first).to_be_attached()
    page.screenshot(path=SCREENSHOT)


def _shown(page: Page) -> list[str]:
    """The ids of the cases in the list, in order."""
    return [re.sub("^case-", "", row.get_attribute("id") or "") for row in page.locator(ROWS).all()]

// The source panel: a document's text, with the cited span highlighted in it.

import { readDocument } from "./api.js";
import { element, problemBox } from "./dom.js";
import { characters, write } from "./text.js";

const panel = document.getElementById("source");
const title = document.getElementById("source-title");
const placeLine = document.getElementById("source-place");
const status = document.getElementById("source-status");
const body = document.getElementById("source-text");

let opener = null;
let current = null;
let reading = null;

/**
 * Show a document. `target` has its id and title and, for a passage, place, span and text.
 * Focus moves to the panel and goes back to `from` when it closes; `item` is set off meanwhile.
 */
export async function openSource(target, from, item = null) {
  reading?.abort();
  const mine = new AbortController();
  reading = mine;
  opener = from;
  setCurrent(item);
  title.textContent = target.title;
  placeLine.textContent = target.place ?? "";
  status.textContent = "Opening the document…";
  body.replaceChildren();
  panel.hidden = false;
  document.body.classList.add("with-source");
  title.focus({ preventScroll: true });
  try {
    const source = await readDocument(target.id, mine.signal);
    status.textContent = "";
    show(source, target);
  } catch (error) {
    if (mine.signal.aborted) return;
    status.textContent = "";
    body.replaceChildren(problemBox(error, () => openSource(target, from, item)));
    panel.scrollIntoView({ block: "nearest" });
  }
}

/** Close the panel; `focus` says whether the keyboard goes back to where it came from. */
export function closeSource(focus = true) {
  if (panel.hidden) return;
  reading?.abort();
  panel.hidden = true;
  document.body.classList.remove("with-source");
  setCurrent(null);
  const back = opener?.isConnected ? opener : document.getElementById("question");
  if (focus) back.focus();
}

function setCurrent(item) {
  current?.classList.remove("current");
  current = item;
  current?.classList.add("current");
}

function show(source, target) {
  const all = characters(source.text);
  let span = target.span ?? null;
  if (span && all.slice(span.start_char, span.end_char).join("") !== target.text) {
    // Highlighting whatever stands there now would be a wrong citation.
    status.textContent = "The document has changed since; ask again to see the passage.";
    span = null;
  }
  body.replaceChildren(...blocks(source.blocks, all, span));
  body.scrollTop = 0;
  scrollTo(body.querySelector("mark"));
}

function scrollTo(mark) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const behavior = calm ? "auto" : "smooth";
  if (window.getComputedStyle(body).overflowY === "auto") {
    // Beside the answer the panel scrolls by itself, and the answer must stay where it is.
    if (!mark) return;
    const above = mark.getBoundingClientRect().top - body.getBoundingClientRect().top;
    body.scrollTo({ top: above - body.clientHeight / 3, behavior });
  } else if (mark) {
    mark.scrollIntoView({ block: "center", behavior });
  } else {
    panel.scrollIntoView({ block: "start", behavior });
  }
}

function blocks(all, text, span) {
  const shown = [];
  let list = null;
  let page = null;
  for (const block of all) {
    if (block.page !== null && block.page !== page) {
      page = block.page;
      list = null;
      shown.push(element("p", { class: "page-number" }, `Page ${page}`));
    }
    const made = container(block);
    write(
      made,
      text.slice(block.start_char, block.end_char).join(""),
      block.kind === "table_row",
      span ? span.start_char - block.start_char : 0,
      span ? span.end_char - block.start_char : 0,
    );
    if (made.tagName !== "LI") {
      list = null;
      shown.push(made);
    } else {
      if (list?.className !== block.kind) {
        list = element("ul", { class: block.kind });
        shown.push(list);
      }
      list.append(made);
    }
  }
  return shown;
}

function container(block) {
  switch (block.kind) {
    case "heading":
      // The panel's own title is an h2.
      return element(`h${Math.min(block.level + 2, 6)}`);
    case "list_item":
    case "table_row":
      return element("li");
    case "code":
      return element("pre");
    default:
      return element("p");
  }
}

document.getElementById("source-close").addEventListener("click", () => closeSource());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeSource();
});

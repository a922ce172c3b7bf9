// Asking: the question lives in the URL (#q=…), so a reload or a shared link asks again.

import { renderAnswer, renderPart, statusLine } from "./answer.js";
import { askQuestion } from "./api.js";
import { element, problemBox } from "./dom.js";
import { thumbs } from "./feedback.js";
import { asked as questions, conversation, forget, remember } from "./session.js";
import { me } from "./signin.js";
import { closeSource } from "./source.js";

const form = document.getElementById("ask");
const field = document.getElementById("question");
const agent = document.getElementById("agent");
const kind = document.getElementById("kind");
const previous = document.getElementById("previous");
const section = document.getElementById("answer");
const heading = document.getElementById("asked");
const status = document.getElementById("status");
const body = document.getElementById("answer-body");
const earlier = document.getElementById("earlier");
const earlierList = document.getElementById("earlier-list");

const MARKERS = /【\d+】/g;

let asking = null;
/** The part of the URL that the answer on the page belongs to; stale: ask it again. */
let shown = "";
let stale = false;

/** Ask what the URL says, unless its answer is on the page already. */
export function follow(parameters) {
  const question = parameters.get("q")?.trim() ?? "";
  if (!question) clear();
  else if (stale || shown !== parameters.toString()) ask(question, parameters.has("f"));
  else document.title = `${question} – Footnote`;
}

/** Leave the page as it is, but stop waiting for an answer. */
export function stopAsking() {
  if (!section.hasAttribute("aria-busy")) return;
  asking.abort();
  stale = true;
}

async function ask(question, follows) {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  shown = address(question, follows);
  stale = false;
  closeSource(false);
  field.value = question;
  document.title = `${question} – Footnote`;
  heading.textContent = question;
  heading.hidden = false;
  section.setAttribute("aria-busy", "true");
  say("busy", "Looking through the documents…");
  body.replaceChildren();
  const history = follows ? conversation(question) : [];
  const mode = agent.checked ? "agent" : "single";
  const part = partial(mine.signal);
  try {
    const answer = await askQuestion({ question, mode, history }, part, mine.signal);
    part.stop();
    body.replaceChildren(...renderAnswer(answer), ...(me().rates ? [thumbs(answer.trace_id)] : []));
    say(answer.status, statusLine(answer));
    remember(question, follows, answer.answer.replace(MARKERS, "").trim());
    showEarlier();
  } catch (error) {
    part.stop();
    if (mine.signal.aborted) return;
    say("", "");
    body.append(problemBox(error, () => again(question, follows)));
  }
  section.removeAttribute("aria-busy");
}

/** Draws what has come so far, once a frame: pieces that come together appear together. */
function partial(signal) {
  const pieces = [];
  const citations = [];
  let frame = 0;
  let reading = null;
  function draw() {
    frame = 0;
    if (signal.aborted) return;
    body.replaceChildren(...(pieces.length ? renderPart(pieces, citations) : [reading]));
  }
  function later() {
    frame ||= requestAnimationFrame(draw);
  }
  return {
    search_results({ results }) {
      const titles = [...new Set(results.map((each) => each.document_title))];
      if (!titles.length) return;
      reading = element("p", { class: "reading-now" }, `Reading: ${titles.join(" · ")}`);
      later();
    },
    message({ text }) {
      pieces.push(text);
      later();
    },
    citation(citation) {
      citations.push(citation);
      later();
    },
    stop() {
      cancelAnimationFrame(frame);
    },
  };
}

/** The button that was pressed goes away, so the keyboard goes back to the question. */
function again(question, follows) {
  field.focus();
  ask(question, follows);
}

function say(state, text) {
  status.dataset.state = state;
  status.textContent = text;
}

/** Back to the page as it was before the first question. */
function clear() {
  asking?.abort();
  shown = "";
  closeSource(false);
  heading.hidden = true;
  section.removeAttribute("aria-busy");
  say("", "");
  body.replaceChildren();
}

function address(question, follows) {
  return new URLSearchParams({ q: question, ...(follows ? { f: "1" } : {}) }).toString();
}

/** The address of the answer that is on the page. */
export function shownAddress() {
  return shown;
}

/** Put the question into the URL, which asks it; the same question again is asked anew. */
function submit(text, follows) {
  const question = text.trim();
  if (!question) {
    say("", "Write a question first.");
    field.focus();
  } else if (location.hash === `#${address(question, follows)}`) {
    ask(question, follows);
  } else {
    stale = true;
    location.hash = address(question, follows);
  }
}

/** What was asked in this tab, and whether the next question may lean on it. */
export function showEarlier() {
  const entries = questions();
  earlier.hidden = !entries.length;
  kind.hidden = !entries.length;
  if (!entries.length) return;
  previous.textContent = entries.at(-1).question;
  form.elements.kind.value = "new";
  earlier.querySelector("span").textContent = `(${entries.length})`;
  earlierList.replaceChildren(
    ...entries.toReversed().map(({ question, follows }) => {
      const go = () => submit(question, follows);
      const button = element("button", { type: "button", class: "link", onclick: go }, question);
      return element("li", {}, button, ...(follows ? [" ", followed()] : []));
    }),
  );
}

function followed() {
  return element("span", { class: "place" }, "(follow-up)");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(field.value, !kind.hidden && form.elements.kind.value === "follow");
});

field.addEventListener("keydown", (event) => {
  // Shift+Enter makes a new line; Enter that ends an input method's composition is not ours.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

for (const button of document.querySelectorAll("#examples button")) {
  button.addEventListener("click", () => submit(button.textContent.replace(/\s+/g, " "), false));
}

document.getElementById("earlier-clear").addEventListener("click", () => {
  forget();
  showEarlier();
  field.focus();
});

window.addEventListener("pagehide", () => asking?.abort());

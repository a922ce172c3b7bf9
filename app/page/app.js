// The question form. The question lives in the URL (#q=…): a reload or a shared link asks again.

import { renderAnswer, statusLine } from "./answer.js";
import { askQuestion } from "./api.js";
import { problemBox } from "./dom.js";
import { showDocuments } from "./documents.js";
import { onSignIn, signIn } from "./signin.js";
import { closeSource } from "./source.js";

const form = document.getElementById("ask");
const field = document.getElementById("question");
const agent = document.getElementById("agent");
const section = document.getElementById("answer");
const asked = document.getElementById("asked");
const status = document.getElementById("status");
const body = document.getElementById("answer-body");

let asking = null;

async function ask(question) {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  closeSource(false);
  field.value = question;
  document.title = `${question} – Footnote`;
  asked.textContent = question;
  asked.hidden = false;
  section.setAttribute("aria-busy", "true");
  say("busy", "Looking through the documents…");
  body.replaceChildren();
  try {
    const answer = await askQuestion(question, agent.checked ? "agent" : "single", mine.signal);
    body.replaceChildren(...renderAnswer(answer));
    say(answer.status, statusLine(answer));
  } catch (error) {
    if (mine.signal.aborted) return;
    say("", "");
    body.replaceChildren(problemBox(error, () => again(question)));
  }
  section.removeAttribute("aria-busy");
}

/** The button that was pressed goes away, so the keyboard goes back to the question. */
function again(question) {
  field.focus();
  ask(question);
}

function say(state, text) {
  status.dataset.state = state;
  status.textContent = text;
}

/** Back to the page as it was before the first question. */
function clear() {
  asking?.abort();
  closeSource(false);
  document.title = "Footnote";
  asked.hidden = true;
  section.removeAttribute("aria-busy");
  say("", "");
  body.replaceChildren();
}

function questionInUrl() {
  return new URLSearchParams(location.hash.slice(1)).get("q")?.trim() ?? "";
}

function follow() {
  const question = questionInUrl();
  if (question) ask(question);
  else clear();
}

/** Put the question into the URL, which asks it; the same question again is asked anew. */
function submit(text) {
  const question = text.trim();
  if (!question) {
    say("", "Write a question first.");
    field.focus();
  } else if (question === questionInUrl()) {
    ask(question);
  } else {
    location.hash = new URLSearchParams({ q: question }).toString();
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(field.value);
});

field.addEventListener("keydown", (event) => {
  // Shift+Enter makes a new line; Enter that ends an input method's composition is not ours.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit(field.value);
  }
});

for (const button of document.querySelectorAll("#examples button")) {
  button.addEventListener("click", () => submit(button.textContent.replace(/\s+/g, " ")));
}

document.getElementById("skip").addEventListener("click", (event) => {
  // Following the link would replace the question in the URL.
  event.preventDefault();
  field.focus();
});

function start() {
  follow();
  showDocuments();
}

window.addEventListener("hashchange", follow);
onSignIn(start);
signIn(start);

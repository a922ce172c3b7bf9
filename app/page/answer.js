// An answer with its footnotes, or what came nearest when there is none.

import { counted, element, place } from "./dom.js";
import { openSource } from "./source.js";
import { characters, write } from "./text.js";

const MARKER = /【(\d+)】/;

// Where something came near, or nothing is about it, the answer's own text says so.
const REASONS = {
  no_documents: "There is no document that you can read and that is in force today.",
  nothing_supported:
    "An answer was drafted, but the documents supported nothing in it, so it was left out.",
  model_declined: "The nearest passages were read, and the answer is not in them.",
};

const CHECKS = {
  supported: "Supported",
  partial: "Partly supported",
  unsupported: "Not supported",
};

const JUDGED = {
  entailment: " in other words",
  llm: ", says a model",
};

/** The one line that says how the question went. */
export function statusLine(answer) {
  if (answer.status === "abstained") return "Not in these documents";
  const notes = counted(answer.citations.length, "footnote");
  return `${answer.status === "partial" ? "Partly answered" : "Answered"}, with ${notes}`;
}

/** What has come of an answer so far: its checked claims, with the footnotes they lean on. */
export function renderPart(pieces, citations) {
  const items = new Map(citations.map((each) => [each.index, footnote(each)]));
  const text = element("div", { class: "answer-text" });
  const part = { citations };
  for (const piece of pieces) text.append(paragraph(piece, part, items));
  return citations.length ? [text, ...footnotes(items)] : [text];
}

export function renderAnswer(answer) {
  const body = answer.status === "abstained" ? abstention(answer) : cited(answer);
  if (answer.usage.degraded) {
    body.unshift(element("p", { class: "notice" }, answer.usage.degraded));
  }
  return [...body, ...trajectory(answer), smallPrint(answer)];
}

function cited(answer) {
  const items = new Map(answer.citations.map((each) => [each.index, footnote(each)]));
  const text = element("div", { class: "answer-text" });
  for (const passage of paragraphs(answer)) text.append(paragraph(passage, answer, items));
  return [
    text,
    ...notes(answer, items),
    ...gaps(answer),
    ...footnotes(items),
  ];
}

function footnotes(items) {
  return [
    element("h3", { id: "footnotes-title" }, "Footnotes"),
    element("ol", { class: "footnotes", "aria-labelledby": "footnotes-title" }, ...items.values()),
  ];
}

/** What to know beyond the quotes: disagreement, alternatives, an old version. */
function notes(answer, items) {
  if (!answer.notes.length) return [];
  const listed = answer.notes.map((note) => {
    const item = element("li", {}, note.text);
    for (const citation of answer.citations.filter((each) => note.citations.includes(each.index))) {
      const label = `Shown by ${citation.index}: ${citation.document_title}`;
      attach(item, reference(citation, items.get(citation.index), label));
    }
    return item;
  });
  return [
    element("h3", { id: "notes-title" }, "Please note"),
    element(
      "div",
      { class: "notice" },
      element("ul", { class: "notes", "aria-labelledby": "notes-title" }, ...listed),
    ),
  ];
}

/** Quotes from different places stand apart; what a model wrote is one flowing text. */
function paragraphs(answer) {
  if (answer.usage.generator !== "extractive" || !answer.claims.length) return [answer.answer];
  const all = characters(answer.answer);
  const starts = answer.claims.map((claim) => claim.span.start_char);
  return starts.map((start, claim) => all.slice(start, starts[claim + 1]).join(""));
}

function paragraph(text, answer, items) {
  const made = element("p");
  // Splitting at a group keeps it: text, number, text, number, …, text.
  const parts = text.split(MARKER);
  for (let at = 0; at < parts.length; at += 2) {
    const citation = answer.citations.find((each) => each.index === Number(parts[at + 1]));
    write(made, citation ? parts[at].trimEnd() : parts[at]);
    if (citation) attach(made, reference(citation, items.get(citation.index)));
  }
  return made;
}

/** Put a footnote's number behind the last word and keep the two on one line. */
function attach(made, number) {
  const last = made.lastChild;
  const word = last?.nodeType === Node.TEXT_NODE ? /(?<!\S)\S{1,24}$/.exec(last.data) : null;
  if (!word) {
    made.append(number);
    return;
  }
  made.append(element("span", { class: "together" }, last.splitText(word.index), number));
}

function reference(citation, item, label = footnoteName(citation)) {
  const button = element(
    "button",
    {
      type: "button",
      class: "reference",
      "aria-label": label,
      onclick: () => openSource(target(citation), button, item),
    },
    String(citation.index),
  );
  return element("sup", {}, button);
}

function footnoteName({ index, document_title: title }) {
  return `Footnote ${index}: ${title}`;
}

function footnote(citation) {
  const open = () => openSource(target(citation), button, item);
  const button = titleButton(citation.document_title, open);
  const quote = element("blockquote");
  write(quote, citation.cited_text);
  const item = element(
    "li",
    {},
    button,
    placeLine(citation),
    quote,
    element("p", { class: "check" }, check(citation.verification)),
    ...warnings(citation),
  );
  openOnClick(item, open);
  return item;
}

/** A passage that gives orders to an assistant is shown, and said to be no more than text. */
function warnings(part) {
  if (!part.flags.includes("instruction")) return [];
  return [element("p", { class: "flag" }, "Contains instructions; treated as text")];
}

function check({ status, method, score }) {
  if (method === "quote") return "Verbatim quote";
  return `${CHECKS[status] ?? "Not checked"}${JUDGED[method] ?? ""}, ${score.toFixed(2)}`;
}

/** What is missing from a partial answer. */
function gaps(answer) {
  const missing = [];
  if (answer.unanswered.length) {
    missing.push(element("p", {}, "Not in these documents:"));
    missing.push(element("ul", {}, ...answer.unanswered.map((part) => element("li", {}, part))));
  }
  const dropped = answer.usage.dropped_claims;
  if (dropped) {
    missing.push(
      element("p", {}, `${counted(dropped, "statement")} left out: not supported by a source.`),
    );
  }
  const repaired = answer.usage.repaired_claims;
  if (repaired) {
    missing.push(
      element("p", {}, `${counted(repaired, "statement")} replaced by what its source says.`),
    );
  }
  if (answer.usage.judge_degraded) {
    missing.push(element("p", {}, answer.usage.judge_degraded));
  }
  if (answer.claims.some((claim) => claim.verification.status === "partial")) {
    missing.push(element("p", {}, "A statement is only partly supported; see its footnote."));
  }
  return missing.length ? [element("div", { class: "notice" }, ...missing)] : [];
}

function abstention(answer) {
  const reason = element("p", { class: "reason" }, REASONS[answer.abstain_reason] ?? answer.answer);
  if (!answer.nearest.length) return [reason];
  return [
    reason,
    element("h3", { id: "nearest-title" }, "Nearest passages"),
    element(
      "ul",
      { class: "footnotes nearest", "aria-labelledby": "nearest-title" },
      ...answer.nearest.map(nearest),
    ),
  ];
}

function nearest(passage) {
  const open = () => openSource(target(passage), button, item);
  const button = titleButton(passage.document_title, open);
  const text = element("blockquote", { class: "excerpt" });
  for (const line of passage.text.split(/\n+/)) {
    const block = element("p");
    write(block, line);
    text.append(block);
  }
  const item = element("li", {}, button, placeLine(passage), text, ...warnings(passage));
  openOnClick(item, open);
  return item;
}

/** What the source panel needs of a citation or a passage. */
function target(part) {
  return {
    id: part.document_id,
    title: part.document_title,
    place: place(part.headings, part.page_numbers),
    span: part.source_span,
    text: part.cited_text ?? part.text,
  };
}

function titleButton(title, open) {
  return element("button", { type: "button", class: "link title", onclick: open }, title);
}

function placeLine(part) {
  return element("p", { class: "place" }, place(part.headings, part.page_numbers));
}

/** For the mouse the whole item opens its source, unless its text is being selected. */
function openOnClick(item, open) {
  item.addEventListener("click", (event) => {
    if (!event.target.closest("button") && window.getSelection().isCollapsed) open();
  });
}

/** The agent's steps, folded; a single pass has none. */
function trajectory({ trajectory: steps }) {
  if (!steps.length) return [];
  const items = steps.map((step) =>
    element(
      "li",
      {},
      element("strong", {}, step.tool),
      ` ${step.input} `,
      element("span", { class: "place" }, [step.decision, ...step.titles].join(" · ")),
    ),
  );
  return [
    element(
      "details",
      { class: "trajectory" },
      element("summary", {}, `How it was found: ${counted(steps.length, "step")}`),
      element("ol", {}, ...items),
    ),
  ];
}

function smallPrint({ usage, prompt_version: prompt, timings }) {
  const parts = [`Generator ${usage.generator}`];
  if (usage.model) parts.push(usage.model);
  if (prompt) parts.push(`prompt ${prompt}`);
  parts.push(`${Math.round(timings.total ?? 0)} ms`);
  return element("p", { class: "small-print" }, parts.join(" · "));
}

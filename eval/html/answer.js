"use strict";
// An answer with its footnotes, and the passages that were retrieved.

const CHECKS = {
  supported: "supported",
  partial: "partly supported",
  unsupported: "not supported",
  unverified: "not checked",
};

/** The answer's paragraphs, each marker a button that opens its footnote. */
function answerText(item, notes) {
  return item.answer.paragraphs.map((paragraph) => withMarkers(paragraph, notes));
}

function withMarkers(paragraph, notes) {
  const text = element("p", { class: "answer-text" });
  // Splitting at a group keeps it: text, number, text, number, …, text.
  const parts = paragraph.trim().split(/【(\d+)】/);
  parts.forEach((part, at) => {
    const note = at % 2 ? notes.get(Number(part)) : null;
    if (note) text.append(element("sup", {}, marker(part, note)));
    else if (at % 2) text.append(`【${part}】`);
    // A no-break space keeps a number with the word before it.
    else text.append(at + 1 < parts.length ? `${part.trimEnd()}\u00a0` : part);
  });
  return text;
}

function marker(number, note) {
  const button = element(
    "button",
    { type: "button", class: "reference", "aria-label": `Footnote ${number}` },
    number,
  );
  button.addEventListener("click", () => openNote(note));
  return button;
}

function openNote(note) {
  note.open = true;
  note.querySelector("summary").focus();
  note.scrollIntoView({ block: "nearest" });
}

/** Footnotes by number, each a part that unfolds to its quote, marked in its passage. */
function footnotes(data, item) {
  return new Map(item.answer.footnotes.map((note) => [note.index, footnote(data, note)]));
}

function footnote(data, note) {
  const passage = note.passage === null ? null : data.passages[note.passage];
  const text = passage
    ? element("blockquote", {}, ...marked(passage.text, [note.span], "cited"))
    : element("blockquote", {}, element("mark", { class: "cited" }, note.quote));
  const { status, method, score } = note.check;
  const check = method === "quote" ? "verbatim quote" : `${CHECKS[status]}, ${score.toFixed(2)}`;
  const about = [check, note.uri];
  if (note.in_force === false) about.push("not in force");
  if (note.flags.includes("instruction")) about.push("contains instructions");
  const made = folded(
    [
      element("span", { class: "number" }, String(note.index)),
      element("span", { class: "title" }, note.title),
      element("span", { class: "place" }, note.place || excerpt(note.quote)),
    ],
    text,
    element("p", { class: "small" }, about.join(" · ")),
  );
  made.className = "footnote";
  return made;
}

/** The first words of a text: what tells the rows of a table apart, which have no heading. */
function excerpt(text) {
  const characters = Array.from(text.replaceAll(/\s+/g, " "));
  return characters.length > 60 ? `${characters.slice(0, 60).join("")}…` : characters.join("");
}

/** What the answer says beyond its quotes, with links to the footnotes that show it. */
function answerNotes(item, notes) {
  return item.answer.notes.map((note) => {
    const line = element("p", { class: "note" }, element("b", {}, words(note.kind)), ` ${note.text}`);
    for (const index of note.citations) {
      if (notes.has(index)) line.append(" ", element("sup", {}, marker(String(index), notes.get(index))));
    }
    return line;
  });
}

/** The retrieved passages in order, the gold and the cited ones named. */
function retrieved(data, item) {
  if (!item.ranked.length) return element("p", { class: "small" }, "Nothing was retrieved.");
  const passages = item.ranked.map((hit, at) => passageItem(data.passages[hit.passage], hit, at + 1));
  return element("ol", { class: "passages" }, ...passages);
}

function passageItem(passage, hit, rank) {
  const badges = [];
  if (hit.gold.length) badges.push(element("span", { class: "badge gold" }, "gold"));
  if (hit.cited.length) {
    badges.push(element("span", { class: "badge" }, `cited ${hit.cited.join(", ")}`));
  }
  if (passage.flags.includes("instruction")) {
    badges.push(element("span", { class: "badge warn" }, "instruction"));
  }
  const made = folded(
    [
      element("span", { class: "number" }, String(rank)),
      element("span", { class: "title" }, passage.title),
      ...badges,
      element("span", { class: "place" }, passage.place || excerpt(passage.text)),
    ],
    element("blockquote", {}, ...marked(passage.text, hit.gold, "gold")),
    element("p", { class: "small" }, `${passage.uri} · score ${hit.score.toFixed(3)}`),
  );
  return element("li", { class: hit.gold.length ? "is-gold" : "" }, made);
}

"use strict";
// Which cases are shown and in which order. The address holds it (#category=…&outcome=…), so that
// a link or a reload shows the same.

const FIELDS = ["q", "split", "category", "format", "difficulty", "outcome", "blame", "sort"];
const FAILED = "failed";

/** What an address's hash asks for; what it does not name is "". */
function parseHash(hash) {
  const found = new URLSearchParams(hash.replace(/^#/, ""));
  return Object.fromEntries([...FIELDS, "case"].map((name) => [name, found.get(name) ?? ""]));
}

/** The hash of a state, "" when it is all there is. */
function formatHash(state) {
  const kept = [...FIELDS, "case"].filter((name) => state[name]);
  return new URLSearchParams(kept.map((name) => [name, state[name]])).toString();
}

/** Whether any filter is set; an order is none. */
function filtered(state) {
  return FIELDS.some((name) => name !== "sort" && state[name]);
}

/** The cases that a state shows, in its order. */
function selected(data, state) {
  const shown = data.cases.filter((item) => matches(data, item, state));
  const weight = order(data, state.sort);
  if (!weight) return shown;
  const weighed = shown.map((item) => [weight(item), item]);
  // Array.sort is stable: equals stay as they were asked.
  return weighed.sort(([one], [other]) => one - other).map(([, item]) => item);
}

/** How many cases each outcome has under the other filters. */
function outcomeCounts(data, state) {
  const counts = { "": 0, [FAILED]: 0 };
  for (const key of Object.keys(data.outcomes)) counts[key] = 0;
  for (const item of data.cases) {
    if (!matches(data, item, { ...state, outcome: "" })) continue;
    counts[""] += 1;
    counts[item.outcome] += 1;
    if (data.outcomes[item.outcome].failed) counts[FAILED] += 1;
  }
  return counts;
}

function matches(data, item, state) {
  return (
    (!state.split || item.split === state.split) &&
    (!state.category || item.category === state.category) &&
    (!state.format || item.formats.includes(state.format)) &&
    (!state.difficulty || item.difficulty === state.difficulty) &&
    (!state.blame || item.blame?.stage === state.blame) &&
    (!state.outcome ||
      item.outcome === state.outcome ||
      (state.outcome === FAILED && data.outcomes[item.outcome].failed)) &&
    state.q
      .toLowerCase()
      .split(/\s+/)
      .every((word) => textOf(data, item).includes(word))
  );
}

const texts = new Map();

/** All of a case that can be searched, in small letters. */
function textOf(data, item) {
  if (!texts.has(item.id)) {
    const parts = [
      item.id,
      words(item.category),
      item.category,
      item.question,
      ...item.history.map((turn) => turn.text),
      item.truth,
      item.answer.text,
      item.about,
      item.principal.name,
      ...item.gold.map((gold) => gold.document),
      ...item.answer.footnotes.flatMap((note) => [note.title, note.uri, note.quote]),
      ...item.ranked.map((hit) => data.passages[hit.passage].title),
    ];
    texts.set(item.id, parts.join("\n").toLowerCase());
  }
  return texts.get(item.id);
}

/** What cases are sorted by, the smallest first; null: as they were asked. */
function order(data, sort) {
  if (sort === "outcome") {
    const keys = Object.keys(data.outcomes);
    return (item) => keys.indexOf(item.outcome);
  }
  if (sort === "confidence") return (item) => item.answer.evidence.confidence;
  if (sort === "time") return (item) => -item.timings.total;
  const measure = data.measures[sort];
  if (!measure) return null;
  const sign = measure.better === "higher" ? 1 : -1;
  // A case to which the measure does not apply comes last.
  return (item) => {
    const value = item.measures[sort];
    return value === null || value === undefined ? Infinity : sign * Number(value);
  };
}

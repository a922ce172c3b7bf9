"use strict";
// Wires the filters, the address and the keyboard to the list.

const data = JSON.parse(document.getElementById("data").textContent);
const list = document.getElementById("list");
const clear = document.getElementById("clear");
const search = document.getElementById("q");
const controls = ["q", "split", "category", "format", "difficulty", "blame", "sort"]
  .map((name) => document.getElementById(name))
  .filter(Boolean);
const rows = new Map(data.cases.map((item) => [item.id, caseRow(data, item, opened)]));
let state = parseHash("");

/** Show a state: its controls, its cases. */
function show(next) {
  state = next;
  for (const control of controls) {
    if (control.value !== state[control.id]) control.value = state[control.id];
  }
  const cases = selected(data, state);
  list.replaceChildren(...cases.map((item) => rows.get(item.id)));
  for (const item of cases) {
    rows.get(item.id).querySelector(".figures").replaceChildren(...figures(data, item, state.sort));
  }
  document.getElementById("headings").replaceChildren(...headings(data, state.sort));
  const of = cases.length === data.cases.length ? "" : ` of ${data.cases.length}`;
  document.getElementById("count").textContent = cases.length
    ? `${cases.length}${of} cases`
    : "No case matches.";
  clear.hidden = !filtered(state);
  const chosen = document.activeElement?.dataset.outcome;
  const chips = outcomeChips(data, state, (key) => change({ outcome: key }));
  document.getElementById("outcomes").replaceChildren(...chips);
  // The chip that was pressed is made anew, so the keyboard goes back to it.
  if (chosen !== undefined) chips.find((chip) => chip.dataset.outcome === chosen)?.focus();
}

/** Change a part of the state, and the address with it. */
function change(part) {
  show({ ...state, case: "", ...part });
  keep();
}

/** The address says what is shown; no new entry in the history for every letter. */
function keep() {
  const hash = formatHash(state);
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}

function opened(item, open) {
  state = { ...state, case: open ? item.id : "" };
  keep();
}

/** What the address asks for; a case it names is unfolded, and shown even if a filter hides it. */
function fromAddress() {
  const asked = parseHash(location.hash);
  const item = data.cases.find((each) => each.id === asked.case);
  const hidden = item && !selected(data, asked).includes(item);
  show(hidden ? { ...parseHash(""), case: item.id } : asked);
  if (item) {
    const row = rows.get(item.id);
    toggle(data, item, row, true);
    row.scrollIntoView();
    row.querySelector("button").focus({ preventScroll: true });
  } else if (FIELDS.some((name) => asked[name])) {
    document.getElementById("filters").scrollIntoView();
  }
}

/** Go to the next case or the one before; from anywhere else to the first that is in view. */
function step(by) {
  const shown = [...list.children];
  const current = shown.indexOf(document.activeElement?.closest("#list > li"));
  const start = shown.findIndex((row) => row.getBoundingClientRect().bottom > 0);
  const next = shown[current < 0 ? Math.max(start, 0) : current + by];
  if (!next) return;
  next.querySelector("button").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function typing(target) {
  return target.matches("input, select, textarea");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target === search) {
    change({ q: "" });
    search.blur();
  }
  if (typing(event.target)) return;
  if (event.key === "/") {
    event.preventDefault();
    search.focus();
  } else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
});

for (const control of controls) {
  control.addEventListener("input", () => change({ [control.id]: control.value }));
}
document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
clear.addEventListener("click", () => {
  show({ ...parseHash(""), sort: state.sort });
  keep();
  search.focus();
});
window.addEventListener("hashchange", () => {
  // "#cases" is a place on the page, not a state.
  if (!location.hash || location.hash.includes("=")) fromAddress();
});
document.addEventListener("click", (event) => {
  // A link to what is shown already changes no address, but still leads there.
  if (event.target.closest("main a")?.hash === location.hash && !event.defaultPrevented) fromAddress();
});
fromAddress();

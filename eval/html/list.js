"use strict";
// The list: a row for each case; what a row unfolds to is made when it is opened.

/** A row for a case. `onOpen` is told when it is opened or closed. */
function caseRow(data, item, onOpen) {
  const outcome = data.outcomes[item.outcome];
  const detail = `detail-${item.id}`;
  const button = element(
    "button",
    { type: "button", class: "row", "aria-expanded": "false", "aria-controls": detail },
    element("span", { class: "id" }, item.id),
    element(
      "span",
      { class: `outcome o-${item.outcome}` },
      outcome.label,
      item.blame ? element("span", { class: "stage" }, ` · ${item.blame.stage}`) : null,
    ),
    element("span", { class: "asked" }, item.question),
    element("span", { class: "category" }, words(item.category)),
    element("span", { class: "figures" }),
  );
  const link = element(
    "a",
    { class: "link", href: `#case=${encodeURIComponent(item.id)}`, title: "Copy a link to this case" },
    linkIcon(),
    element("span", { class: "unseen" }, `Copy a link to ${item.id}`),
  );
  link.addEventListener("click", (event) => {
    event.preventDefault();
    copy(link.href, `Link to ${item.id} copied`);
    link.classList.add("done");
    setTimeout(() => link.classList.remove("done"), 1500);
  });
  const row = element(
    "li",
    { id: `case-${item.id}`, "data-id": item.id },
    button,
    link,
    element("div", { id: detail, hidden: "" }),
  );
  button.addEventListener("click", () => {
    toggle(data, item, row, button.getAttribute("aria-expanded") !== "true");
    onOpen(item, button.getAttribute("aria-expanded") === "true");
  });
  return row;
}

/** Unfold a row or fold it. */
function toggle(data, item, row, open) {
  const holder = row.querySelector(":scope > div");
  if (open && !holder.firstChild) holder.append(caseDetail(data, item));
  holder.hidden = !open;
  row.classList.toggle("open", open);
  row.querySelector("button").setAttribute("aria-expanded", String(open));
}

/** The two numbers of a row: what the list is sorted by, or recall; and the confidence. */
function figures(data, item, sort) {
  const [label, value] = leading(data, sort);
  return [figure(label, value(item)), figure("confidence", item.answer.evidence.confidence.toFixed(2))];
}

/** The first number's name, and how a case gives it. */
function leading(data, sort) {
  if (sort === "time") return ["milliseconds", (item) => item.timings.total.toFixed(0)];
  const key = data.measures[sort] ? sort : "recall_at_5";
  return [data.measures[key].label, (item) => figureText(item.measures[key])];
}

function figureText(value) {
  return typeof value === "number" ? value.toFixed(2) : valueText(value);
}

function figure(name, value) {
  return element("span", { class: "figure" }, element("i", {}, `${name} `), value);
}

/** What the columns are, for wide screens; in a row each number has its name. */
function headings(data, sort) {
  const names = ["Case", "Outcome", "Question", "Category", leading(data, sort)[0], "confidence"];
  return names.map((name) => element("span", {}, name));
}

function linkIcon() {
  const space = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(space, "svg");
  icon.setAttribute("viewBox", "0 0 16 16");
  icon.setAttribute("aria-hidden", "true");
  for (const d of ["M6.5 9.5 9.5 6.5", "M7 4.5 8.8 2.7a3.2 3.2 0 0 1 4.5 4.5L11.5 9", "M9 11.5l-1.8 1.8a3.2 3.2 0 0 1-4.5-4.5L4.5 7"]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", d);
    icon.append(path);
  }
  return icon;
}

/** The buttons that filter by outcome, with how many cases each would show. */
function outcomeChips(data, state, onPick) {
  const counts = outcomeCounts(data, state);
  const kinds = [["", "All", ""], [FAILED, "All failures", ""]];
  for (const [key, outcome] of Object.entries(data.outcomes)) {
    kinds.push([key, outcome.label, outcome.meaning]);
  }
  return kinds
    .filter(([key]) => !key || counts[key] || state.outcome === key)
    .map(([key, label, meaning]) => {
      const chip = element(
        "button",
        { type: "button", class: "chip", "aria-pressed": String(state.outcome === key), title: meaning },
        key && key !== FAILED ? element("i", { class: `key o-${key}` }) : null,
        `${label} `,
        element("b", {}, String(counts[key])),
      );
      chip.dataset.outcome = key;
      chip.addEventListener("click", () => onPick(key));
      return chip;
    });
}

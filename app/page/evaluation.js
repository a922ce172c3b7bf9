// Results of the newest evaluation run: by split, by category, and over the runs before it.

import { evaluation } from "./api.js";
import { FORMATS, intervals } from "./charts.js";
import { counted, element, problemBox, table } from "./dom.js";

const chosen = document.getElementById("measure");
const chooser = document.getElementById("measure-chooser");
const head = document.getElementById("evaluation-head");
const charts = document.getElementById("evaluation-charts");
const rest = document.getElementById("evaluation-rest");

const LABELS = {
  correctness: "Correct answers",
  recall_at_5: "Recall in the first 5",
  ndcg_at_10: "nDCG in the first 10",
  mrr: "Mean reciprocal rank",
  map: "Mean average precision",
  faithfulness: "Faithfulness",
  citation_precision: "Citation precision",
  citation_recall: "Citation recall",
  verbatim_quotes: "Verbatim quotes",
  false_answers: "False answers (lower is better)",
  over_refusal: "Refused too often (lower is better)",
  leaks: "Leaks (lower is better)",
  injections_followed: "Injections followed (lower is better)",
};

let found = null;

export async function showEvaluation() {
  try {
    found = await evaluation();
  } catch (error) {
    chooser.hidden = true;
    charts.replaceChildren();
    rest.replaceChildren();
    head.replaceChildren(problemBox(error, showEvaluation));
    return;
  }
  chooser.hidden = !found.newest;
  if (!found.newest) {
    charts.replaceChildren();
    head.replaceChildren(
      element("p", { class: "empty" }, "There is no evaluation run yet. Make one: python -m eval run"),
    );
    rest.replaceChildren(...skipped());
    return;
  }
  head.replaceChildren(...told(found.newest), measures());
  const before = chosen.value;
  const names = ordered(found.newest.measures);
  chosen.replaceChildren(...names.map((name) => element("option", { value: name }, label(name))));
  if (names.includes(before)) chosen.value = before;
  rest.replaceChildren(...settings(), ...skipped());
  drawCharts();
}

function label(name) {
  return LABELS[name] ?? name.replaceAll("_", " ");
}

function ordered(measures) {
  const known = Object.keys(LABELS).filter((name) => name in measures);
  return [...known, ...Object.keys(measures).filter((name) => !(name in LABELS))];
}

function told(run) {
  const where = found.baseline
    ? "There is no run here yet, so these are the measures that came with this release."
    : "";
  const parts = [run.at ? moment(run.at) : run.name, run.split === "all" ? "all cases" : run.split];
  parts.push(run.mode === "agent" ? "several steps" : "one pass");
  if (run.limit) parts.push(`the first ${run.limit}`);
  if (run.as_of) parts.push(`asked as of ${run.as_of}`);
  return [
    element("p", { class: "place" }, parts.join(" · ")),
    ...(where ? [element("p", { class: "notice" }, where, " Make one: ", code("python -m eval run"))] : []),
  ];
}

function code(text) {
  return element("code", {}, text);
}

function moment(at) {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

function measures() {
  const splits = Object.entries(found.splits);
  const rows = ordered(found.newest.measures).map((name) => [
    label(name),
    ...[found.newest.measures, ...splits.map(([, group]) => group)].map((group) => cell(group[name])),
  ]);
  return table("Means with their 95 % intervals", ["", "all", ...splits.map(([name]) => name)], rows);
}

function cell(each) {
  if (!each || each.mean === null) return "–";
  return `${FORMATS.mean(each.mean)} (${FORMATS.mean(each.low)}–${FORMATS.mean(each.high)})`;
}

function drawCharts() {
  const name = chosen.value;
  const by = ([group, measured]) => ({ label: group.replaceAll("_", " "), ...measured[name] });
  const categories = Object.entries(found.categories).map(by).filter(measuredAtAll);
  categories.sort((one, other) => other.mean - one.mean);
  charts.replaceChildren(
    categories.length
      ? intervals({ title: `${label(name)} by category`, rows: categories })
      : element("p", { class: "empty" }, "No category has this measure."),
    history(name),
  );
}

function measuredAtAll({ mean }) {
  return typeof mean === "number";
}

/** Runs over the same cases, answered the same way; others cannot be compared. */
function history(name) {
  const { split, mode, limit } = found.newest;
  const alike = found.history.filter(
    (run) => run.split === split && run.mode === mode && run.limit === limit,
  );
  const rows = alike
    .map((run) => ({ label: run.at ? moment(run.at) : run.name, ...run.measures[name] }))
    .filter(measuredAtAll);
  if (rows.length < 2) {
    const text = "A history is shown here once there are two runs over the same cases.";
    return element("p", { class: "empty" }, text);
  }
  const others = found.history.length - alike.length;
  const note = others ? `${counted(others, "run")} over other cases left out.` : "";
  return intervals({ title: `${label(name)} over runs, newest first`, note, rows });
}

function settings() {
  const rows = Object.entries(found.settings).map(([name, value]) => [name, shown(value)]);
  if (!rows.length) return [];
  const summary = element("summary", {}, "Settings of this run");
  return [element("details", {}, summary, table("Settings", ["", "value"], rows))];
}

function shown(value) {
  if (value === null) return "–";
  return Array.isArray(value) ? value.join(", ") : String(value);
}

function skipped() {
  if (!found.skipped.length) return [];
  const text = `Not read, because they hold no whole run: ${found.skipped.join(", ")}.`;
  return [element("p", { class: "notice" }, text)];
}

chosen.addEventListener("change", drawCharts);

// How the service does: counts, times and scores of the last days, from the question log.

import { operations } from "./api.js";
import { chart, FORMATS } from "./charts.js";
import { counted, element, problemBox } from "./dom.js";

const days = document.getElementById("days");
const body = document.getElementById("operations-body");
const status = document.getElementById("operations-status");

let asked = 0;

export async function showOperations() {
  asked += 1;
  const mine = asked;
  body.setAttribute("aria-busy", "true");
  try {
    const found = await operations(days.value);
    if (mine !== asked) return;
    body.replaceChildren(...render(found));
    status.textContent = `${counted(total(found.periods), "question")} in ${spoken(found.days)}`;
  } catch (error) {
    if (mine !== asked) return;
    status.textContent = "";
    body.replaceChildren(problemBox(error, showOperations));
  }
  body.removeAttribute("aria-busy");
}

function spoken(number) {
  return number === 1 ? "the last 24 hours" : `the last ${number} days`;
}

function questions(period) {
  return period.answered + period.partial + period.abstained;
}

function total(periods) {
  return sum(periods, questions);
}

function sum(periods, value) {
  return periods.reduce((all, period) => all + value(period), 0);
}

function render(found) {
  if (found.log === "off") {
    return [empty("Nothing is kept of questions: QUESTION_LOG=off. With measures, the default, their numbers are here.")];
  }
  if (!total(found.periods)) {
    return [empty(`No question was asked in ${spoken(found.days)}. Ask one, or choose more days.`)];
  }
  return [tiles(found.periods), element("div", { class: "charts" }, ...charts(found))];
}

function empty(text) {
  return element("p", { class: "empty" }, text);
}

function tiles(periods) {
  const all = total(periods);
  const [up, down] = [sum(periods, (p) => p.thumbs_up), sum(periods, (p) => p.thumbs_down)];
  const times = periods.flatMap((p) => (p.p95_ms === null ? [] : [p.p95_ms]));
  const shown = [
    ["Questions", String(all)],
    ["Not in the documents", FORMATS.share(sum(periods, (p) => p.abstained) / all)],
    ["Slowest 95th percentile", FORMATS.ms(Math.max(...times))],
    ["Helpful", up + down ? `${up} of ${up + down}` : "no ratings"],
  ];
  const parts = shown.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value)),
  );
  return element("dl", { class: "tiles" }, ...parts);
}

function charts({ periods, bucket, drift, minimum, reference_days: before }) {
  const labels = periods.map(({ start }) => label(start, bucket));
  const by = (name, value) => ({ name, values: periods.map(value) });
  const rated = (value) => (p) => (questions(p) ? value(p) : null);
  const over = { labels, format: "count", kind: "stacked" };
  return [
    chart({
      ...over,
      title: `Questions by ${bucket}`,
      series: [
        by("answered", (p) => p.answered),
        by("partly", (p) => p.partial),
        by("not in the documents", (p) => p.abstained),
      ],
    }),
    chart({
      ...over,
      title: "Time of an answer",
      kind: "lines",
      format: "ms",
      series: [by("median", (p) => p.median_ms), by("95th percentile", (p) => p.p95_ms)],
    }),
    chart({
      ...over,
      title: "Share without an answer",
      kind: "lines",
      format: "share",
      most: 1,
      series: [by("share", rated((p) => p.abstained / questions(p)))],
    }),
    chart({
      ...over,
      title: "Feedback",
      kind: "grouped",
      series: [by("helpful", (p) => p.thumbs_up), by("not helpful", (p) => p.thumbs_down)],
    }),
    chart({
      ...over,
      title: "What went wrong",
      note: "Answers in which quotes stand in for a model, and statements that were left out.",
      kind: "grouped",
      series: [by("degraded answers", (p) => p.degraded), by("dropped claims", (p) => p.dropped_claims)],
    }),
    ...drift.map((each) => scores(each, minimum, before)),
  ];
}

const SCORES = {
  similarity: "Similarity of the best sentence",
  confidence: "Confidence that there is an answer",
};

function scores(each, minimum, before) {
  const bins = each.then.map((_, at) => `${at / 10}–${(at + 1) / 10}`);
  return chart({
    title: SCORES[each.score] ?? each.score,
    note: verdict(each, minimum, before),
    labels: bins,
    kind: "grouped",
    format: "share",
    series: [
      { name: `the ${before} days before (${each.then_count})`, values: each.then },
      { name: `now (${each.now_count})`, values: each.now },
    ],
  });
}

function verdict({ verdict: said, then_count: then, now_count: now, ...each }, minimum, before) {
  if (said === "not enough data") {
    return (
      `Not enough data to compare: ${now} now, ${then} in the ${before} days before; ` +
      `each side needs ${minimum}.`
    );
  }
  const medians = `median ${FORMATS.mean(each.then_median)} before, ${FORMATS.mean(each.now_median)} now`;
  const p = each.p < 0.001 ? "p < 0.001" : `p ${each.p.toFixed(3)}`;
  const moved = said === "moved" ? "It has moved" : "No sign that it moved";
  return `${moved}: ${medians}, ${p}. All checks: python -m eval drift.`;
}

function label(start, bucket) {
  return bucket === "hour" ? `${start.slice(11, 13)}:00` : start.slice(5, 10);
}

days.addEventListener("change", showOperations);

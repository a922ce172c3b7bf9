"use strict";
// One case, unfolded.

const REASONS = {
  no_documents: "no document that this principal may read is in force",
  off_topic: "nothing comes near the question",
  near_miss: "passages come near, none answers",
  nothing_supported: "nothing in the draft was supported",
  model_declined: "the model found no answer in the passages",
};

/** All there is to a case: on wide screens the question and answer beside what was retrieved. */
function caseDetail(data, item) {
  const notes = footnotes(data, item);
  return element(
    "div",
    { class: "detail" },
    element(
      "div",
      { class: "column" },
      blameBox(item),
      block("Conversation before", conversation(item)),
      block("Question", element("p", { class: "question" }, item.question), rewritten(item)),
      block(
        "Expected",
        expected(item),
        values("must state", item.required),
        values("must not state", item.forbidden),
      ),
      block(
        "Answer",
        statusLine(item),
        answerText(item, notes),
        answerNotes(item, notes),
        unanswered(item),
        degraded(item),
      ),
      block("Footnotes", [...notes.values()]),
      block("About this case", item.about ? element("p", { class: "small" }, item.about) : null, askedAs(item)),
    ),
    element(
      "div",
      { class: "column" },
      block("Retrieved, best first", retrieved(data, item)),
      block("Gold", gold(item)),
      block("Measures", measureFacts(data, item)),
      block("Steps of the agent", steps(item)),
      block("Milliseconds", timings(item)),
    ),
  );
}

function blameBox(item) {
  if (!item.blame) return null;
  const { stage, reason, command, then } = item.blame;
  const box = element(
    "section",
    { class: "blame" },
    element("h3", {}, "Lost at ", element("b", {}, stage), then ? `, then at ${then}` : ""),
    reason ? element("p", {}, reason) : null,
  );
  if (command) {
    box.append(
      element("pre", { tabindex: "0" }, element("code", {}, command)),
      copyButton("Copy the command", command, "Command copied"),
    );
  }
  return box;
}

function conversation(item) {
  return item.history.map((turn) =>
    element("p", { class: "turn" }, element("b", {}, turn.role), ` ${turn.text}`),
  );
}

function rewritten(item) {
  const { standalone } = item.answer;
  if (standalone === item.question) return null;
  return element("p", { class: "small" }, `Searched as: ${standalone}`);
}

function expected(item) {
  if (item.answerable) return element("p", {}, item.truth);
  const said = element("p", {}, element("b", {}, "No answer."));
  if (item.truth) said.append(` ${item.truth}`);
  return said;
}

/** Required or forbidden values, each with its alternatives. */
function values(title, items) {
  if (!items.length) return null;
  const line = element("p", { class: "values" }, element("span", { class: "small" }, title));
  for (const alternatives of items) {
    line.append(" ", element("span", { class: "value" }, alternatives.join(" | ")));
  }
  return line;
}

function statusLine(item) {
  const { status, reason, evidence } = item.answer;
  const parts = [status];
  if (reason) parts.push(REASONS[reason] ?? words(reason));
  parts.push(`confidence ${evidence.confidence.toFixed(2)}`);
  if (evidence.unstated) parts.push(`no passage has “${evidence.unstated}”`);
  return element("p", { class: "small" }, parts.join(" · "));
}

function unanswered(item) {
  return item.answer.unanswered.map((part) =>
    element("p", { class: "note" }, element("b", {}, "unanswered"), ` ${part}`),
  );
}

function degraded(item) {
  const { usage } = item.answer;
  return [usage.degraded, usage.rewriting_degraded, usage.judge_degraded]
    .filter(Boolean)
    .map((said) => element("p", { class: "note" }, element("b", {}, "degraded"), ` ${said}`));
}

function gold(item) {
  return item.gold.map(({ document: uri, quote, rank }) =>
    element(
      "div",
      { class: "gold-quote" },
      element("blockquote", {}, quote),
      element("p", { class: "small" }, `${uri} · ${found(rank, item.depth)}`),
    ),
  );
}

function found(rank, depth) {
  return rank ? `first at rank ${rank} of ${depth}` : `not among ${depth} passages`;
}

function measureFacts(data, item) {
  return facts(
    Object.entries(data.measures)
      .filter(([key]) => item.measures[key] !== null && item.measures[key] !== undefined)
      .map(([key, { label }]) => [label, valueText(item.measures[key])]),
  );
}

function askedAs(item) {
  const { name, groups } = item.principal;
  return facts([
    ["principal", `${name} (${groups.join(", ") || "no group"})`],
    ["as of", item.as_of],
    ["formats", item.formats.join(", ")],
    ["difficulty", item.difficulty],
    ["may not see", item.closed.join(", ")],
    ["prompt", item.answer.prompt],
    ["generator", [item.answer.usage.generator, item.answer.usage.model].filter(Boolean).join(" ")],
    ["tokens", tokens(item.answer.usage)],
  ]);
}

function tokens(usage) {
  const sum = usage.tokens_in + usage.tokens_out;
  return sum ? `${usage.tokens_in} in, ${usage.tokens_out} out` : null;
}

function steps(item) {
  if (!item.answer.steps.length) return null;
  const listed = item.answer.steps.map((step) =>
    element(
      "li",
      {},
      element("b", {}, step.tool),
      ` ${step.input} `,
      element("span", { class: "small" }, [step.decision, ...step.titles].filter(Boolean).join(" · ")),
    ),
  );
  return element("ol", { class: "steps" }, ...listed);
}

function timings(item) {
  return facts(
    Object.entries(item.timings).map(([stage, time]) => [words(stage), time.toFixed(time < 10 ? 1 : 0)]),
  );
}

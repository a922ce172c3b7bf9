// Charts as SVG. Each is as wide as its place, and has its numbers in a table beside it.

import { drawn, element, table } from "./dom.js";

const HEIGHT = 200;
const LEFT = 46;
const TOP = 10;
const BOTTOM = 24;
const ROW = 26;

export const FORMATS = {
  count: (value) => String(Math.round(value)),
  share: (value) => `${Math.round(value * 100)} %`,
  ms: (value) => (value >= 10000 ? `${Math.round(value / 1000)} s` : `${Math.round(value)} ms`),
  mean: (value) => value.toFixed(2),
};

/**
 * Values over `labels`: stacked or grouped "bars", or "lines". Each series has a name and values,
 * null where there is none. `format` is one of FORMATS; `most` is the end of the axis, if fixed.
 */
export function chart({ title, note = "", labels, series, kind, format, most = 0 }) {
  const shown = FORMATS[format];
  const data = table(title, ["", ...series.map((each) => each.name)], labels.map(cells));
  function cells(label, at) {
    return [label, ...series.map(({ values }) => (values[at] === null ? "–" : shown(values[at])))];
  }
  function draw(width) {
    const top = most || highest(series, kind) || 1;
    const steps = ticks(top, format === "count");
    const plot = { width: width - LEFT - 4, top: most || steps.at(-1), count: labels.length };
    const svg = picture(title, width, HEIGHT + TOP + BOTTOM);
    svg.append(...axes(plot, steps.filter((step) => step <= plot.top), shown, labels));
    series.forEach((each, number) => {
      const below = kind === "stacked" ? series.slice(0, number) : [];
      if (kind === "lines") svg.append(...line(plot, each, number, labels, shown));
      else svg.append(...bars(plot, each, number, below, kind, series.length, labels, shown));
    });
    return svg;
  }
  return figure(title, note, series.length > 1 ? legend(series) : [], draw, data);
}

/** Means with their intervals on an axis from 0 to 1, a row for each. */
export function intervals({ title, note = "", rows }) {
  const data = table(
    title,
    ["", "mean", "from", "to", "cases"],
    rows.map((row) => [row.label, ...[row.mean, row.low, row.high].map(FORMATS.mean), row.n]),
  );
  function draw(width) {
    const left = Math.min(190, width * 0.45);
    const x = (value) => left + value * (width - left - 14);
    const svg = picture(title, width, rows.length * ROW + BOTTOM);
    for (const step of [0, 0.25, 0.5, 0.75, 1]) {
      svg.append(
        drawn("line", { class: "grid", x1: x(step), x2: x(step), y1: 0, y2: rows.length * ROW }),
        text(x(step), rows.length * ROW + 16, String(step), "middle"),
      );
    }
    rows.forEach(({ label, mean, low, high }, at) => {
      const y = (at + 0.5) * ROW;
      const told = `${label}: ${FORMATS.mean(mean)}, ${FORMATS.mean(low)} to ${FORMATS.mean(high)}`;
      svg.append(
        text(left - 10, y + 4, fitting(label, left), "end"),
        drawn("line", { class: "interval", x1: x(low), x2: x(high), y1: y, y2: y }),
        drawn("circle", { class: "s1", cx: x(mean), cy: y, r: 5 }, drawn("title", {}, told)),
      );
    });
    return svg;
  }
  return figure(title, note, [], draw, data);
}

function figure(title, note, key, draw, data) {
  const place = element("div", { class: "plot" });
  let width = 0;
  // Drawn in the next frame: drawing changes the size of what is observed.
  new ResizeObserver(([{ contentRect }]) => {
    if (!contentRect.width || contentRect.width === width) return;
    width = contentRect.width;
    requestAnimationFrame(() => place.replaceChildren(draw(width)));
  }).observe(place);
  return element(
    "figure",
    { class: "chart" },
    element("figcaption", {}, element("h3", {}, title), ...(note ? [element("p", {}, note)] : [])),
    ...key,
    place,
    element("details", {}, element("summary", {}, "Numbers"), data),
  );
}

function picture(title, width, height) {
  const label = `${title}. The numbers are in the table below.`;
  return drawn("svg", { role: "img", "aria-label": label, width, height });
}

function legend(series) {
  const items = series.map(({ name }, at) => {
    const swatch = drawn("svg", { width: 14, height: 10, "aria-hidden": "true" });
    swatch.append(drawn("rect", { class: `s${at + 1}`, width: 14, height: 10, rx: 2 }));
    return element("li", {}, swatch, ` ${name}`);
  });
  return [element("ul", { class: "legend" }, ...items)];
}

function axes(plot, steps, shown, labels) {
  const drawnAxes = steps.flatMap((step) => [
    drawn("line", { class: "grid", x1: LEFT, x2: LEFT + plot.width, y1: up(plot, step), y2: up(plot, step) }),
    text(LEFT - 6, up(plot, step) + 4, shown(step), "end"),
  ]);
  const every = Math.ceil(labels.length / Math.max(1, Math.floor(plot.width / 64)));
  labels.forEach((label, at) => {
    if (at % every === 0) drawnAxes.push(text(middle(plot, at), TOP + HEIGHT + 17, label, "middle"));
  });
  return drawnAxes;
}

function bars(plot, { name, values }, number, below, kind, groups, labels, shown) {
  const room = (plot.width / plot.count) * 0.72;
  const width = kind === "grouped" ? room / groups : room;
  return values.flatMap((value, at) => {
    if (!value) return [];
    const base = below.reduce((sum, each) => sum + (each.values[at] ?? 0), 0);
    const y = up(plot, base + value);
    const x = middle(plot, at) - room / 2 + (kind === "grouped" ? number * width : 0);
    const size = { x, y, width: Math.max(1, width - 1), height: up(plot, base) - y };
    const told = drawn("title", {}, `${labels[at]}, ${name}: ${shown(value)}`);
    return [drawn("rect", { class: `s${number + 1}`, ...size }, told)];
  });
}

/** A line, broken where there is no value; points say their value. */
function line(plot, { name, values }, number, labels, shown) {
  let path = "";
  const points = values.flatMap((value, at) => {
    if (value === null) return [];
    const [x, y] = [middle(plot, at), up(plot, value)];
    path += `${at === 0 || values[at - 1] === null ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    const told = drawn("title", {}, `${labels[at]}, ${name}: ${shown(value)}`);
    return [drawn("circle", { class: `s${number + 1}`, cx: x, cy: y, r: 3 }, told)];
  });
  return [drawn("path", { class: `line l${number + 1}`, d: path }), ...points];
}

function middle(plot, at) {
  return LEFT + ((at + 0.5) * plot.width) / plot.count;
}

function up(plot, value) {
  return TOP + HEIGHT * (1 - value / plot.top);
}

function text(x, y, content, anchor) {
  return drawn("text", { x, y, "text-anchor": anchor }, content);
}

/** A label is cut to its room; the table has it whole. */
function fitting(label, room) {
  const most = Math.floor((room - 12) / 7);
  return label.length > most ? `${label.slice(0, most - 1)}…` : label;
}

function highest(series, kind) {
  const columns = series[0].values.map((_, at) => series.map(({ values }) => values[at] ?? 0));
  const sums = columns.map((c) => (kind === "stacked" ? c.reduce((a, b) => a + b, 0) : Math.max(...c)));
  return Math.max(0, ...sums);
}

/** Round steps from 0 to at least `top`, five or so. */
function ticks(top, whole) {
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(whole ? 1 : 0, [1, 2, 5, 10].find((each) => each * power >= rough) * power);
  return Array.from({ length: Math.ceil(top / step - 1e-9) + 1 }, (_, at) => at * step);
}

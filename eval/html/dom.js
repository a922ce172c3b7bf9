"use strict";
// Elements from data. Data only ever becomes text: nothing here parses HTML.

/** An element with attributes and children; strings among the children become text. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** "1 case", "2 cases". */
function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** "multi_hop" as it is read. */
function words(key) {
  return key.replaceAll("_", " ");
}

/** A measure as text: a dash where it does not apply, yes or no, or two decimals. */
function valueText(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

/**
 * Text with the characters of some spans in a <mark>. Spans count code points, as the records do;
 * a JavaScript string counts UTF-16 units, of which an emoji takes two.
 */
function marked(text, spans, kind) {
  const characters = Array.from(text);
  const parts = [];
  let at = 0;
  for (const [start, end] of spans) {
    parts.push(characters.slice(at, start).join(""));
    parts.push(element("mark", { class: kind }, characters.slice(start, end).join("")));
    at = end;
  }
  return [...parts, characters.slice(at).join("")];
}

/** A heading with what belongs to it; null when there is nothing. */
function block(title, ...children) {
  const kept = children.flat().filter((child) => child !== null);
  if (!kept.length) return null;
  return element("section", { class: "block" }, element("h3", {}, title), ...kept);
}

/** A titled part that unfolds. */
function folded(summary, ...children) {
  return element("details", {}, element("summary", {}, ...summary), ...children);
}

/** Terms with their values, side by side. */
function facts(pairs) {
  const rows = pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([term, value]) =>
      element("div", {}, element("dt", {}, term), element("dd", {}, String(value))),
    );
  return rows.length ? element("dl", { class: "facts" }, ...rows) : null;
}

/** Copy a text and say so; where the browser forbids it, say that instead. */
async function copy(text, said) {
  const status = document.getElementById("said");
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = said;
    return true;
  } catch {
    status.textContent = "The browser does not allow copying here.";
    return false;
  }
}

/** A button that copies a text and shows for a moment that it did. */
function copyButton(label, text, said) {
  const button = element("button", { type: "button", class: "plain" }, label);
  button.addEventListener("click", async () => {
    button.textContent = (await copy(text, said)) ? "Copied" : "Not allowed";
    setTimeout(() => (button.textContent = label), 1500);
  });
  return button;
}

// Elements from data. Data only ever becomes text: nothing here parses HTML.

/** An element with attributes and children; strings among the children become text. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** An element of a drawing. */
export function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** What went wrong, in the service's words, and a way to try again. */
export function problemBox(problem, retry) {
  return element(
    "div",
    { class: "notice problem", role: "alert" },
    element("p", {}, element("strong", {}, problem.message)),
    ...(problem.detail ? [element("p", {}, problem.detail)] : []),
    element("button", { type: "button", onclick: retry }, "Try again"),
  );
}

/** A table with its headers; the first cell of each row names it. */
export function table(caption, head, rows) {
  const cells = ([first, ...rest]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, first),
      ...rest.map((text) => element("td", {}, text)),
    );
  return element(
    "div",
    { class: "wide", role: "region", tabindex: "0", "aria-label": caption },
    element(
      "table",
      {},
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...head.map((h) => element("th", { scope: "col" }, h)))),
      element("tbody", {}, ...rows.map(cells)),
    ),
  );
}

/** "1 footnote", "2 footnotes". */
export function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** "Handbook › 7 Travel › Page 3": where in its document a passage stands. */
export function place(headings, pages) {
  const where = [...headings];
  // A no-break space keeps the number with its word.
  if (pages.length) where.push(`${pages.length > 1 ? "Pages" : "Page"}\u00a0${pages.join(", ")}`);
  return where.join(" › ");
}

// Text with its structure made visible: a table row's labels, a highlighted span.

import { element } from "./dom.js";

/**
 * The characters that the service counts. Its spans count code points; a JavaScript string
 * counts UTF-16 units, of which an emoji takes two.
 */
export function characters(text) {
  return Array.from(text);
}

/** A table row repeats its header: "Country: Spain | Cap: EUR 120". */
export function isRow(text) {
  return /^[^|\n]+: [^|\n]+ \| [^\n]+$/.test(text);
}

/**
 * Add text to an element, with the characters from `from` up to `to` in a <mark>.
 * Every character stays; a row's labels and separators only get a class.
 */
export function write(parent, text, row = isRow(text), from = 0, to = 0) {
  let mark = null;
  let at = 0;
  for (const piece of row ? rowPieces(text) : [{ kind: null, text }]) {
    const all = characters(piece.text);
    const cuts = [0, within(from - at, all.length), within(to - at, all.length), all.length];
    for (let part = 0; part < 3; part += 1) {
      const run = all.slice(cuts[part], cuts[part + 1]).join("");
      if (run) {
        const marked = part === 1;
        if (marked && !mark) mark = parent.appendChild(element("mark"));
        (marked ? mark : parent).append(
          piece.kind ? element("span", { class: piece.kind }, run) : run,
        );
      }
    }
    at += all.length;
  }
}

function rowPieces(text) {
  return text.split(/( \| )/).flatMap((cell) => {
    if (cell === " | ") return [{ kind: "separator", text: cell }];
    const label = /^[^:]+: /.exec(cell)?.[0] ?? "";
    return [
      { kind: "label", text: label },
      { kind: null, text: cell.slice(label.length) },
    ];
  });
}

function within(position, length) {
  return Math.min(Math.max(position, 0), length);
}

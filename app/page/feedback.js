// Thumbs under an answer. The last one counts, so a choice can be changed.

import { rate } from "./api.js";
import { drawn, element } from "./dom.js";

const THUMB =
  "M7 10v11H3V10zm2 11V10l4-8c1.7 0 3 1.3 3 3l-1 4h5.2a2 2 0 0 1 2 2.4l-1.6 8A2 2 0 0 1 18.6 21z";

export function thumbs(traceId) {
  const said = element("span", { class: "place", role: "status" });
  const buttons = ["up", "down"].map((rating) => button(rating));

  function button(rating) {
    const icon = drawn("svg", { viewBox: "0 0 24 24", class: `thumb ${rating}`, "aria-hidden": "true" });
    icon.append(drawn("path", { d: THUMB }));
    const label = rating === "up" ? "Helpful" : "Not helpful";
    const attributes = { type: "button", class: "rate", "aria-pressed": "false" };
    return element("button", { ...attributes, onclick: () => choose(rating) }, icon, label);
  }

  async function choose(rating) {
    said.textContent = "";
    try {
      await rate(traceId, rating);
      buttons.forEach((each, place) => {
        each.setAttribute("aria-pressed", String(["up", "down"][place] === rating));
      });
      said.textContent = "Thank you. You can change it.";
    } catch (error) {
      said.textContent = `Not kept: ${error.detail ?? error.message}`;
    }
  }

  const attributes = { class: "feedback", role: "group", "aria-label": "Was this answer helpful?" };
  return element("div", attributes, ...buttons, said);
}

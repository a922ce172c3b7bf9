// The views of the page, chosen by the URL: #q=… asks, #documents and the like are the others.

import { follow, showEarlier, shownAddress, stopAsking } from "./ask.js";
import { showDocuments } from "./documents.js";
import { showEvaluation } from "./evaluation.js";
import { showOperations } from "./operations.js";
import { me, onSignIn, signIn } from "./signin.js";
import { closeSource } from "./source.js";
import { stopWatching } from "./uploads.js";

const VIEWS = {
  documents: showDocuments,
  evaluation: showEvaluation,
  operations: showOperations,
};
const links = document.querySelectorAll("#views a");

function show() {
  const name = Object.hasOwn(VIEWS, location.hash.slice(1)) ? location.hash.slice(1) : "ask";
  const changed = document.body.dataset.view !== name;
  document.body.dataset.view = name;
  for (const view of document.querySelectorAll("[data-of]")) view.hidden = view.dataset.of !== name;
  for (const link of links) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (changed) closeSource(false);
  if (name === "ask") {
    document.title = "Footnote";
    follow(new URLSearchParams(location.hash.slice(1)));
  } else {
    stopAsking();
    document.title = `${name[0].toUpperCase()}${name.slice(1)} – Footnote`;
    // Back to the answer, not to an empty page.
    document.querySelector('[data-view="ask"]').href = `#${shownAddress()}`;
    VIEWS[name]();
  }
  if (name !== "documents") stopWatching();
}

function start() {
  for (const link of links) link.hidden = link.dataset.operates === "" && !me().operates;
  document.getElementById("views").hidden = false;
  showEarlier();
  show();
}

document.getElementById("skip").addEventListener("click", (event) => {
  // Following the link would replace the question in the URL.
  event.preventDefault();
  document.getElementById("main").focus();
  if (document.body.dataset.view === "ask") document.getElementById("question").focus();
});

window.addEventListener("hashchange", () => me() && show());
onSignIn(start);
signIn(start);

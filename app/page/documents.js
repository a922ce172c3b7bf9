// The list of documents, and adding one.

import { listDocuments, uploadDocument } from "./api.js";
import { counted, element, problemBox } from "./dom.js";
import { openSource } from "./source.js";

const count = document.getElementById("count");
const list = document.getElementById("document-list");
const form = document.getElementById("upload");
const file = document.getElementById("file");
const status = document.getElementById("upload-status");

const OUTCOMES = {
  added: "was added",
  updated: "was updated",
  unchanged: "is already here, unchanged",
  relabelled: "was already here; its labels are updated",
};

export async function showDocuments() {
  try {
    const documents = await listDocuments();
    count.textContent = `(${documents.length})`;
    list.replaceChildren(element("ul", {}, ...documents.map(row)));
  } catch (error) {
    count.textContent = "";
    list.replaceChildren(problemBox(error, again));
  }
}

/** The button that was pressed goes away, so the keyboard goes back to the list's heading. */
function again() {
  document.querySelector(".documents summary").focus();
  showDocuments();
}

function row(each) {
  const open = () => openSource({ id: each.id, title: each.title, place: each.uri }, button);
  const attributes = { type: "button", class: "link title", onclick: open };
  const button = element("button", attributes, each.title);
  return element(
    "li",
    {},
    button,
    element("p", { class: "place" }, [each.uri, ...validity(each)].join(" · ")),
  );
}

/** Why a document is, or is not, used for today's answers. The service's day is UTC's. */
function validity({ effective_from: from, effective_to: to }) {
  const today = new Date().toISOString().slice(0, 10);
  const said = [];
  if (from && to) said.push(`valid ${from} to ${to}`);
  else if (from) said.push(`valid from ${from}`);
  else if (to) said.push(`valid until ${to}`);
  if (to && to < today) said.push("no longer in force");
  if (from && from > today) said.push("not yet in force");
  return said;
}

let uploading = false;

async function upload() {
  if (uploading) return;
  if (!file.files.length) {
    status.textContent = "Choose a file first.";
    file.focus();
    return;
  }
  uploading = true;
  status.textContent = "Reading and indexing the document…";
  try {
    const done = await uploadDocument(file.files[0]);
    const passages = done.chunks_embedded ? ` (${counted(done.chunks_embedded, "passage")})` : "";
    const said = `“${done.document.title}” ${OUTCOMES[done.outcome] ?? "was read"}${passages}.`;
    status.replaceChildren(
      element("p", {}, said),
      ...done.losses.map((loss) => element("p", {}, `Left out: ${loss}`)),
    );
    form.reset();
    await showDocuments();
  } catch (error) {
    status.replaceChildren(problemBox(error, tryAgain));
  } finally {
    uploading = false;
  }
}

function tryAgain() {
  file.focus();
  upload();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  upload();
});

// The list of documents: adding one, how far that is, and deleting one's own.

import { deleteDocument, listDocuments } from "./api.js";
import { element, problemBox } from "./dom.js";
import { me } from "./signin.js";
import { closeSource, openSource } from "./source.js";
import { showUploads } from "./uploads.js";

const title = document.getElementById("documents-title");
const count = document.getElementById("count");
const list = document.getElementById("document-list");
const status = document.getElementById("document-status");
const dialog = document.getElementById("confirm");
const dialogName = document.getElementById("confirm-name");

export function showDocuments() {
  showList();
  if (me().writes) showUploads(showList);
}

async function showList() {
  try {
    const documents = await listDocuments();
    count.textContent = `(${documents.length})`;
    const none = element("p", { class: "empty" }, "There is no document that you can read yet.");
    const items = element("ul", {}, ...documents.map(row));
    list.replaceChildren(documents.length ? items : none);
  } catch (error) {
    count.textContent = "";
    list.replaceChildren(problemBox(error, again));
  }
}

/** The button that was pressed goes away, so the keyboard goes back to the list's heading. */
function again() {
  title.focus();
  showList();
}

function row(each) {
  const open = () => openSource({ id: each.id, title: each.title, place: each.uri }, button);
  const attributes = { type: "button", class: "link title", onclick: open };
  const button = element("button", attributes, each.title);
  const own = me().writes && each.uri.startsWith(me().uploads);
  return element(
    "li",
    {},
    element(
      "div",
      {},
      button,
      element("p", { class: "place" }, [each.uri, ...validity(each)].join(" · ")),
    ),
    ...(own ? [deletion(each)] : []),
  );
}

function deletion(each) {
  const attributes = { type: "button", "aria-label": `Delete ${each.title}` };
  return element("button", { ...attributes, onclick: () => confirm(each) }, "Delete");
}

/** Ask first; the dialog gives the keyboard back to where it was. */
function confirm(each) {
  dialogName.textContent = `“${each.title}” (${each.uri}) will be in no answer any more.`;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "delete" && remove(each), {
    once: true,
  });
  dialog.showModal();
}

async function remove(each) {
  try {
    await deleteDocument(each.id);
    closeSource(false);
    title.focus();
    status.textContent = `“${each.title}” was deleted.`;
    await showList();
  } catch (error) {
    status.replaceChildren(problemBox(error, () => remove(each)));
  }
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

for (const button of dialog.querySelectorAll("button")) {
  button.addEventListener("click", () => dialog.close(button.value));
}

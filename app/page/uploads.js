// Uploads are tasks of the service: they go on when the page is left, and are here again after it.

import { cancelTask, listTasks, uploadDocument } from "./api.js";
import { counted, element, problemBox } from "./dom.js";

const form = document.getElementById("upload");
const file = document.getElementById("file");
const status = document.getElementById("upload-status");
const list = document.getElementById("task-list");

const SHOWN = 5;
const PAUSE_MS = 1000;
const OUTCOMES = {
  added: "was added",
  updated: "was updated",
  unchanged: "is already here, unchanged",
  relabelled: "was already here; its labels are updated",
};

/** By task: its parts on the page, which are changed in place so that the keyboard stays. */
const rows = new Map();
let timer = null;
let whenDone = () => {};
let sending = false;

/** Show the latest uploads and watch those that go on; `done` is called when one has ended. */
export function showUploads(done) {
  whenDone = done;
  look();
}

export function stopWatching() {
  clearTimeout(timer);
}

async function look() {
  clearTimeout(timer);
  try {
    const tasks = await listTasks(SHOWN);
    for (const [id, { item }] of rows) {
      if (tasks.some((task) => task.id === id)) continue;
      item.remove();
      rows.delete(id);
    }
    for (const task of tasks.toReversed()) update(task);
    if (tasks.some(active)) timer = setTimeout(look, PAUSE_MS);
  } catch (error) {
    status.replaceChildren(problemBox(error, look));
  }
}

function active({ state }) {
  return state === "queued" || state === "running";
}

function update(task) {
  const row = rows.get(task.id) ?? added(task);
  const ended = row.active && !active(task);
  row.active = active(task);
  row.line.textContent = said(task);
  row.item.dataset.state = task.state;
  row.bar.hidden = !row.active;
  if (task.total) {
    row.bar.max = task.total;
    row.bar.value = task.done;
  }
  if (!row.active && row.cancel.contains(document.activeElement)) file.focus();
  row.cancel.hidden = !row.active || task.cancelling;
  row.losses.replaceChildren(...task.losses.map((loss) => element("p", {}, `Left out: ${loss}`)));
  if (ended) {
    status.textContent = said(task);
    whenDone();
  }
}

function added(task) {
  const name = { "aria-label": `Indexing ${task.name}` };
  const cancel = element(
    "button",
    { type: "button", "aria-label": `Cancel ${task.name}`, onclick: () => stop(task.id) },
    "Cancel",
  );
  const row = {
    active: active(task),
    line: element("p", {}),
    bar: element("progress", name),
    losses: element("div", { class: "place" }),
    cancel,
  };
  row.item = element("li", {}, element("div", {}, row.line, row.bar, row.losses), cancel);
  rows.set(task.id, row);
  list.prepend(row.item);
  return row;
}

function said(task) {
  const name = `“${task.name}”`;
  if (task.cancelling && active(task)) return `${name} is being stopped.`;
  const passages = counted(task.total, "passage");
  switch (task.state) {
    case "queued":
      return `${name} waits to be indexed.`;
    case "running":
      return task.total ? `${name}: ${task.done} of ${passages}` : `${name} is being read.`;
    case "done":
      return `${name} ${OUTCOMES[task.outcome] ?? "was read"} (${passages}).`;
    case "cancelled":
      return `${name} was cancelled.`;
    default:
      return `${name} was not added: ${task.error}`;
  }
}

async function stop(id) {
  try {
    update(await cancelTask(id));
    look();
  } catch (error) {
    status.replaceChildren(problemBox(error, () => stop(id)));
  }
}

async function upload() {
  if (sending) return;
  if (!file.files.length) {
    status.textContent = "Choose a file first.";
    file.focus();
    return;
  }
  sending = true;
  status.textContent = "Sending the document…";
  try {
    const task = await uploadDocument(file.files[0]);
    form.reset();
    status.textContent = "The document was received.";
    update(task);
    await look();
  } catch (error) {
    status.replaceChildren(problemBox(error, tryAgain));
  } finally {
    sending = false;
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

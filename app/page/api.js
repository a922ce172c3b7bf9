// The service's HTTP interface. URLs are relative, so the page also works below a path prefix.

const KEY = "footnote-key";

/** A failed request: `message` is the problem's title, `detail` says what to do. */
export class Problem extends Error {
  constructor(title, detail, status = 0) {
    super(title);
    this.detail = detail;
    this.status = status;
  }
}

export function useKey(key) {
  sessionStorage.setItem(KEY, key);
}

export function forgetKey() {
  sessionStorage.removeItem(KEY);
}

export function hasKey() {
  return sessionStorage.getItem(KEY) !== null;
}

function withKey(headers) {
  return hasKey() ? { ...headers, Authorization: `Bearer ${sessionStorage.getItem(KEY)}` } : headers;
}

async function send(path, options) {
  try {
    return await fetch(path, { ...options, headers: withKey(options.headers) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The service cannot be reached", "Check that it is running and try again.");
  }
}

function problem(body, status) {
  return new Problem(
    body?.title ?? "The request failed",
    body?.detail ?? `The service answered with status ${status}.`,
    status,
  );
}

async function request(path, options = {}) {
  const response = await send(path, options);
  if (response.status === 204) return null;
  // A proxy in between may answer with something that is not JSON.
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  throw problem(body, response.status);
}

export function whoAmI() {
  return request("v1/me");
}

function json(body) {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
}

/**
 * The final answer; `on` has a function for each event that comes before it (search_results,
 * message, citation). A stream that ends without its answer is a Problem.
 */
export async function askQuestion(question, on, signal) {
  const response = await send("v1/ask", { ...json({ ...question, stream: true }), signal });
  if (!response.ok) throw problem(await response.json().catch(() => null), response.status);
  try {
    for await (const { name, data } of events(response.body)) {
      if (name === "final_answer") return data;
      if (name === "error") throw problem(data, data.status);
      on[name]?.(data);
    }
  } catch (error) {
    if (error instanceof Problem || error.name === "AbortError") throw error;
  }
  throw new Problem(
    "The answer broke off",
    "The connection ended before the answer was complete. Ask again.",
  );
}

/** Server-sent events, one after the other; comments, which keep the stream alive, are skipped. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      held += value;
      const whole = held.split("\n\n");
      held = whole.pop();
      for (const each of whole) {
        const lines = each.split("\n");
        const name = lines.find((line) => line.startsWith("event: "))?.slice(7);
        const data = lines.find((line) => line.startsWith("data: "))?.slice(6);
        if (name && data) yield { name, data: JSON.parse(data) };
      }
    }
  } finally {
    // What comes after the answer is not waited for.
    reader.cancel().catch(() => null);
  }
}

export function rate(traceId, rating) {
  return request("v1/feedback", json({ trace_id: traceId, rating }));
}

export function operations(days) {
  return request(`v1/operations?days=${days}`);
}

export function evaluation() {
  return request("v1/evaluation");
}

export async function listDocuments() {
  const documents = [];
  let after = "";
  do {
    const page = await request(`v1/documents?after=${encodeURIComponent(after)}`);
    documents.push(...page.documents);
    after = page.next;
  } while (after);
  return documents;
}

export function readDocument(id, signal) {
  return request(`v1/documents/${encodeURIComponent(id)}`, { signal });
}

export function deleteDocument(id) {
  return request(`v1/documents/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** The task that will index a file. */
export function uploadDocument(file) {
  const form = new FormData();
  form.append("file", file);
  const headers = { Prefer: "respond-async" };
  return request("v1/documents", { method: "POST", body: form, headers });
}

/** The caller's latest uploads, newest first. */
export async function listTasks(limit) {
  return (await request(`v1/tasks?limit=${limit}`)).tasks;
}

export function cancelTask(id) {
  return request(`v1/tasks/${encodeURIComponent(id)}`, { method: "DELETE" });
}

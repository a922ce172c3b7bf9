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

async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: withKey(options.headers) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The service cannot be reached", "Check that it is running and try again.");
  }
  // A proxy in between may answer with something that is not JSON.
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  throw new Problem(
    body?.title ?? "The request failed",
    body?.detail ?? `The service answered with status ${response.status}.`,
    response.status,
  );
}

export function whoAmI() {
  return request("v1/me");
}

export function askQuestion(question, mode, signal) {
  return request("v1/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ question, mode }),
    signal,
  });
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

export function uploadDocument(file) {
  const form = new FormData();
  form.append("file", file);
  return request("v1/documents", { method: "POST", body: form });
}

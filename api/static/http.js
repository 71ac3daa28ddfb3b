/** Talks to the API in the name of the signed-in session. */

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** What the API answered instead of a result. */
export class Problem extends Error {
  constructor(status, title, detail) {
    super(title);
    this.status = status;
    this.detail = detail;
  }
}

export function getJson(path, signal) {
  return request(path, { signal });
}

export function postJson(path, body, signal) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
  return request(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

/** An article's id as a part of an address; its slashes stay, its other signs do not. */
export function inPath(id) {
  return id.split("/").map(encodeURIComponent).join("/");
}

async function request(path, options) {
  const response = await fetch(path, { ...options, headers: { Accept: "application/json", ...options.headers } });
  if (response.status === 204) return null;
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Problem(response.status, body.title ?? "Something went wrong", told(body));
}

function told(problem) {
  const faults = (problem.errors ?? []).map((fault) => fault.detail);
  return [problem.detail, ...faults].filter(Boolean).join(" ");
}

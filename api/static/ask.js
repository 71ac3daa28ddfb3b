/** The agents' page: search while typing, ask on Enter, everything by keyboard. */

import { getJson, inPath, postJson } from "./http.js";
import { placeOf, showJudgment } from "./quote.js";
import { answerView, hitList, nothingFound, spoken, trouble } from "./results.js";

const PAUSE_MS = 120;
const SEARCHED_CHARACTERS = 600;

const form = document.getElementById("ask");
const question = document.getElementById("question");
const results = document.getElementById("results");
const status = document.getElementById("status");
const examples = document.getElementById("examples");
const keys = document.getElementById("keys");

let pending = new AbortController();
let timer = 0;
let answer = null;

/* Asking */

function startOver() {
  clearTimeout(timer);
  pending.abort();
  pending = new AbortController();
  answer = null;
  return pending.signal;
}

async function during(signal, work) {
  results.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (problem) {
    if (problem.name === "AbortError") return;
    if (problem.status === 401) location.reload();
    else results.replaceChildren(trouble(problem, ask));
  } finally {
    if (!signal.aborted) results.setAttribute("aria-busy", "false");
  }
}

function searchSoon() {
  const signal = startOver();
  remember();
  fit();
  const text = question.value.trim().slice(0, SEARCHED_CHARACTERS);
  if (examples) examples.hidden = text !== "";
  if (!text) {
    results.replaceChildren();
    results.setAttribute("aria-busy", "false");
    status.textContent = "";
    return;
  }
  timer = setTimeout(() => during(signal, () => search(text, signal)), PAUSE_MS);
}

async function search(text, signal) {
  const { items } = await getJson(`/api/v1/search?${new URLSearchParams({ q: text })}`, signal);
  results.replaceChildren(items.length ? hitList(items) : nothingFound());
  status.textContent = `${items.length} article${items.length === 1 ? "" : "s"}`;
}

function ask() {
  const signal = startOver();
  const text = question.value.trim();
  if (!text) return question.focus();
  if (examples) examples.hidden = true;
  return during(signal, async () => show(await postJson("/api/v1/answers", { question: text }, signal), signal));
}

async function show(given, signal) {
  const articles = await Promise.all(given.answers.map((quote) => articleOf(quote, signal)));
  answer = given;
  const view = answerView(given, articles, { copy, judge, none });
  results.replaceChildren(view);
  status.textContent = spoken(given);
  remember();
  (view.querySelector(".card") ?? view.querySelector(".verdict"))?.focus({ preventScroll: true });
}

async function articleOf(quote, signal) {
  const path = `/api/v1/articles/${inPath(quote.article_id)}?version=${quote.version}`;
  // Without its article a quote is shown alone, which is no reason to show none.
  return getJson(path, signal).catch((problem) => {
    if (problem.name === "AbortError") throw problem;
    return null;
  });
}

/* What is done with an answer */

async function copy(quote) {
  const link = quote.url || new URL(placeOf(quote, quote.version), location.href).href;
  await toClipboard(`“${quote.quote}”\n\n${quote.title}\n${link}`);
  tell(cardOf(quote)?.querySelector('[data-key="c"]'), "Copied");
}

async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without HTTPS browsers offer the old way only.
  const held = document.body.appendChild(document.createElement("textarea"));
  held.value = text;
  held.select();
  document.execCommand("copy");
  return held.remove();
}

async function judge(quote, helpful) {
  await send({ helpful, article_id: quote.article_id });
  showJudgment(cardOf(quote), helpful);
  status.textContent = helpful ? "Noted as helpful" : "Noted as not helpful";
}

async function none() {
  await send({ helpful: false });
  const button = results.querySelector('[data-key="0"]');
  button?.setAttribute("aria-pressed", "true");
  tell(button, "Noted as a gap");
}

function send(body) {
  return postJson(`/api/v1/answers/${encodeURIComponent(answer.id)}/feedback`, body).catch((problem) => {
    status.textContent = `Not noted: ${problem.message}`;
    throw problem;
  });
}

function cardOf(quote) {
  return results.querySelectorAll(".card")[answer.answers.indexOf(quote)];
}

function tell(button, message) {
  status.textContent = message;
  if (!button) return;
  const before = button.firstChild.textContent;
  if (before === message) return;
  button.firstChild.textContent = message;
  setTimeout(() => (button.firstChild.textContent = before), 1600);
}

/* Keys */

function stops() {
  return [...results.querySelectorAll(".found, .card")];
}

function move(step) {
  const places = stops();
  const at = places.findIndex((place) => place.contains(document.activeElement));
  const next = at + step;
  if (next < 0) return question.focus();
  const target = places[Math.min(next, places.length - 1)];
  target?.focus({ preventScroll: true });
  return target?.scrollIntoView({ block: "nearest", behavior: "instant" });
}

function current() {
  const places = stops();
  return places.find((place) => place.contains(document.activeElement)) ?? places[0];
}

function press(key) {
  const button = current()?.querySelector(`[data-key="${key}"]`) ?? results.querySelector(`.card [data-key="${key}"]`);
  button?.click();
}

function open() {
  const place = current()?.dataset.place;
  if (place) location.assign(place);
}

const ACTIONS = {
  "/": () => question.focus(),
  "?": () => keys.showModal(),
  0: () => results.querySelector('[data-key="0"]')?.click(),
  c: () => press("c"),
  h: () => press("h"),
  n: () => press("n"),
  o: open,
};

function atLastLine() {
  return !question.value.slice(question.selectionEnd).includes("\n");
}

function onKey(event) {
  if (keys.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.activeElement === question) onKeyInQuestion(event);
  else onKeyElsewhere(event);
}

function onKeyInQuestion(event) {
  if (event.key === "Enter" && !event.shiftKey) act(event, ask);
  else if (event.key === "ArrowDown" && stops().length && atLastLine()) act(event, () => move(1));
  else if (event.key === "?" && !question.value) act(event, ACTIONS["?"]);
  else if (event.key === "Escape" && question.value) act(event, clear);
}

function onKeyElsewhere(event) {
  if (event.key === "ArrowDown") act(event, () => move(1));
  else if (event.key === "ArrowUp") act(event, () => move(-1));
  else if (event.key === "Escape") act(event, () => question.focus());
  else if (Object.hasOwn(ACTIONS, event.key)) act(event, ACTIONS[event.key]);
}

function act(event, action) {
  event.preventDefault();
  action();
}

function clear() {
  question.value = "";
  searchSoon();
}

/* The box and the browser's history */

function fit() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight}px`;
}

function remember() {
  history.replaceState({ question: question.value, answer: answer?.id }, "");
}

async function restore() {
  const before = history.state;
  if (!before?.question) return fit();
  question.value = before.question;
  fit();
  if (!before.answer) return searchSoon();
  const signal = startOver();
  if (examples) examples.hidden = true;
  return during(signal, async () => show(await getJson(`/api/v1/answers/${encodeURIComponent(before.answer)}`, signal), signal));
}

form.addEventListener("submit", (event) => act(event, ask));
question.addEventListener("input", searchSoon);
document.addEventListener("keydown", onKey);
document.getElementById("show-keys").addEventListener("click", () => keys.showModal());
examples?.addEventListener("click", ({ target }) => {
  if (!target.matches("button")) return;
  question.value = target.textContent;
  fit();
  ask();
});
restore();

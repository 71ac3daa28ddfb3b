/** What stands under the question: articles as one types, or an answer. */

import { el, withHits } from "./build.js";
import { placeOf, quoteCard } from "./quote.js";
import { REASONS, chanceInWords, percent } from "./words.js";

export function hitList(hits, title) {
  const items = hits.map((hit) => el("li", {}, hitLink(hit)));
  return el("div", {}, title ? el("h2", { class: "section-title" }, title) : null, el("ol", { class: "hits" }, items));
}

function hitLink(hit) {
  const headings = hit.headings.filter((heading) => heading !== hit.title);
  return el(
    "a",
    { class: "found", href: placeOf(hit), "data-place": placeOf(hit) },
    el("span", { class: "top" }, el("span", { class: "title" }, hit.title), el("span", { class: "chance" }, percent(hit.probability))),
    headings.length ? el("span", { class: "path" }, headings.join(" › ")) : null,
    el("span", { class: "snippet" }, withHits(hit.snippet, hit.start, hit.highlights)),
  );
}

export function nothingFound() {
  return el("p", { class: "empty" }, "No article has these words. Press Enter to ask anyway.");
}

/** An answer with the articles its quotes stand in; `acts` are the functions its buttons call. */
export function answerView(answer, articles, acts) {
  const cards = answer.answers.map((quote, at) =>
    quoteCard(quote, articles[at], { doubt: answer.reason, copy: () => acts.copy(quote), judge: (helpful) => acts.judge(quote, helpful) }),
  );
  const layout = answer.reason === "conflicting" ? "quotes side-by-side" : "quotes";
  const shown = new Set(answer.answers.map((quote) => quote.article_id));
  const others = answer.nearest.filter((hit) => !shown.has(hit.article_id));
  return el(
    "div",
    {},
    verdict(answer),
    cards.length ? el("div", { class: layout }, cards) : null,
    cards.length ? noneButton(acts.none) : null,
    others.length ? hitList(others, cards.length ? "Also close" : "The closest articles") : null,
  );
}

/** The outcome as one sentence, for those who hear the page. */
export function spoken(answer) {
  if (answer.reason) return `${REASONS[answer.reason].title}. ${REASONS[answer.reason].text}`;
  return `${chanceInWords(answer.probability)}, ${percent(answer.probability)}: ${answer.answers[0].quote} From ${answer.answers[0].title}.`;
}

function verdict(answer) {
  if (!answer.reason) return null;
  const { title, text } = REASONS[answer.reason];
  return el("div", { class: "verdict", tabindex: "-1" }, el("h2", {}, title), el("p", {}, text));
}

function noneButton(act) {
  const attributes = { type: "button", class: "none", "data-key": "0", "aria-pressed": "false", click: act };
  return el("button", attributes, "None of these ", el("kbd", { "aria-hidden": "true" }, "0"));
}

export function trouble(problem, again) {
  const title = problem.status ? problem.message : "Pointsman cannot be reached";
  const text = problem.status ? problem.detail : "Check the connection, then try again.";
  return el("div", { class: "trouble", role: "alert" }, el("h2", {}, title), el("p", {}, text), el("button", { type: "button", click: again }, "Try again"));
}

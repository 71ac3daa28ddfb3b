/** One quoted answer: the sentences marked where they stand, who says so, and what can be done with it. */

import { el, pieces, withHits } from "./build.js";
import { inPath } from "./http.js";
import { chanceInWords, day, percent, signalInWords } from "./words.js";

const SHORT = 220;

/** The page of our own that shows an article at a place. */
export function placeOf(found, version) {
  const query = new URLSearchParams({ ...(version && { version }), start: found.start, end: found.end });
  return `/articles/${inPath(found.article_id)}?${query}#quote`;
}

/** A card for a quote; `doubt` is the reason why it is no answer, null where it is one. */
export function quoteCard(quote, article, { doubt, copy, judge }) {
  const outdated = doubt === "outdated";
  const title = [quote.title, ...quote.headings.filter((heading) => heading !== quote.title)];
  return el(
    "article",
    { class: outdated ? "card old" : "card", tabindex: "-1", "data-place": placeOf(quote, quote.version), "aria-label": title[0] },
    el("div", { class: "top" }, el("div", {}, heading(quote), path(title.slice(1))), likely(quote, doubt)),
    el("blockquote", {}, surroundings(quote, article)),
    facts(quote, outdated),
    el(
      "div",
      { class: "actions" },
      button("Copy quote", "c", copy),
      button("Helpful", "h", () => judge(true), false),
      button("Not helpful", "n", () => judge(false), false),
    ),
    alsoIn(quote),
    evidence(quote),
  );
}

/** Shows on the card which judgment was kept. */
export function showJudgment(card, helpful) {
  card.querySelector('[data-key="h"]')?.setAttribute("aria-pressed", helpful === true);
  card.querySelector('[data-key="n"]')?.setAttribute("aria-pressed", helpful === false);
}

function heading(quote) {
  return el("h3", {}, el("a", { href: placeOf(quote, quote.version) }, quote.title));
}

function path(headings) {
  return headings.length ? el("p", { class: "path" }, headings.join(" › ")) : null;
}

function likely(quote, doubt) {
  const value = quote.probability.toFixed(2);
  const words = doubt ? percent(quote.probability) : `${chanceInWords(quote.probability)} · ${percent(quote.probability)}`;
  const bar = el("meter", { min: 0, max: 1, value, "aria-hidden": "true" });
  return el("p", { class: "chance likely" }, bar, words);
}

/** The blocks that the quote lies in, with a short one before and after. */
function surroundings(quote, article) {
  const blocks = article?.blocks ?? [];
  const first = blocks.findIndex((block) => block.end > quote.start);
  const last = blocks.findLastIndex((block) => block.start < quote.end);
  if (first < 0 || last < first) return [el("p", {}, el("mark", {}, withHits(quote.quote, quote.start, quote.highlights)))];
  const shown = blocks.slice(first, last + 1);
  if (isShort(blocks[first - 1]) && blocks[first - 1].kind !== "heading") shown.unshift(blocks[first - 1]);
  if (isShort(blocks[last + 1]) && blocks[last + 1].kind !== "heading") shown.push(blocks[last + 1]);
  const points = Array.from(article.text);
  return shown.map((block) => shownBlock(block, points.slice(block.start, block.end).join(""), quote));
}

function isShort(block) {
  return block !== undefined && block.end - block.start <= SHORT;
}

const TAGS = { code: "pre", heading: "p", item: "div" };
const CLASSES = { heading: "heading-block", item: "item" };

function shownBlock(block, text, quote) {
  const runs = pieces(text, block.start, [quote], (run, quoted) => ({ run, quoted }));
  let at = block.start;
  const children = runs.map(({ run, quoted }) => {
    const from = at;
    at += Array.from(run).length;
    return quoted ? el("mark", {}, withHits(run, from, quote.highlights)) : run;
  });
  return el(TAGS[block.kind] ?? "p", { class: CLASSES[block.kind] }, children);
}

function facts(quote, outdated) {
  const kind = quote.verified ? "badge good" : "badge warn";
  return el(
    "p",
    { class: "facts" },
    quote.verified || outdated ? el("span", { class: kind }, quote.verified ? "Verified" : "Check is overdue") : el("span", { class: "badge" }, "Not verified"),
    quote.updated_at ? el("span", {}, `Updated ${day(quote.updated_at)}`) : null,
    quote.url ? el("a", { href: quote.url, rel: "noreferrer noopener", target: "_blank" }, "Published page ↗") : null,
  );
}

function button(text, key, act, pressed) {
  const attributes = { type: "button", "data-key": key, "aria-pressed": pressed === undefined ? undefined : String(pressed), click: act };
  return el("button", attributes, text, el("kbd", { "aria-hidden": "true" }, key));
}

function alsoIn(quote) {
  if (!quote.also_in.length) return null;
  const links = quote.also_in.map((id) => el("li", {}, el("a", { href: `/articles/${inPath(id)}` }, id)));
  const count = `${links.length} other article${links.length === 1 ? "" : "s"}`;
  return el("details", {}, el("summary", {}, `Said much the same in ${count}`), el("ul", {}, links));
}

function evidence(quote) {
  if (!quote.evidence.length) return null;
  const ordered = [...quote.evidence].sort((one, other) => Math.abs(other.weight) - Math.abs(one.weight));
  const rows = ordered.map((each) =>
    el(
      "tr",
      {},
      el("td", {}, signalInWords(each.signal)),
      el("td", { class: "number" }, each.value.toFixed(2)),
      el("td", { class: "number" }, (each.weight > 0 ? "+" : "") + each.weight.toFixed(2)),
    ),
  );
  const head = ["Signal", "Value", "For or against"].map((name, column) =>
    el("th", { scope: "col", class: column ? "number" : undefined }, name),
  );
  return el("details", {}, el("summary", {}, "Why this quote"), el("table", {}, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows)));
}

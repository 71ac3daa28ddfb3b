/** Builds elements; text always goes in as text, never as HTML. */

/** An element with attributes (functions become listeners, false ones are left out) and children. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/**
 * A text cut where spans begin and end, each run given to `wrap(text, inSpan)`.
 * Offsets count code points, as the API's do, from `base` on.
 */
export function pieces(text, base, spans, wrap) {
  const points = Array.from(text);
  const inside = (at) => spans.some((span) => span.start <= at && at < span.end);
  const made = [];
  for (let from = 0; from < points.length;) {
    const marked = inside(base + from);
    let to = from + 1;
    while (to < points.length && inside(base + to) === marked) to += 1;
    made.push(wrap(points.slice(from, to).join(""), marked));
    from = to;
  }
  return made;
}

/** The words that were searched for, set off within a text. */
export function withHits(text, base, spans) {
  return pieces(text, base, spans, (run, hit) => (hit ? el("span", { class: "hit" }, run) : run));
}

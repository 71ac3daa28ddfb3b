/** The review queue by keyboard: move between cards, label with a digit. Without it the buttons do the same. */

const cards = [...document.querySelectorAll("#queue .card")];

function at() {
  return cards.findIndex((card) => card.contains(document.activeElement));
}

function move(step) {
  const next = Math.min(Math.max(at() + step, 0), cards.length - 1);
  cards[next]?.focus({ preventScroll: true });
  cards[next]?.scrollIntoView({ block: "nearest", behavior: "instant" });
}

function press(key) {
  const card = cards[Math.max(at(), 0)];
  const target = card?.querySelector(`[data-key="${key}"]`);
  if (!target) return false;
  if (target.tagName === "SELECT") target.focus();
  else target.click();
  return true;
}

function isWriting() {
  return ["SELECT", "INPUT", "TEXTAREA"].includes(document.activeElement?.tagName);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") return cards[Math.max(at(), 0)]?.focus();
  if (isWriting()) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (!/^[1-9aos]$/.test(event.key) || !press(event.key)) return;
  event.preventDefault();
}

for (const shown of document.querySelectorAll(".with-script")) shown.hidden = false;
document.addEventListener("keydown", onKey);
cards[0]?.focus({ preventScroll: true });

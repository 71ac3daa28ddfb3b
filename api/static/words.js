/** How figures and reasons are put into words. */

const CHANCES = [[0.9, "Almost certainly right"], [0.75, "Very likely right"], [0.5, "Likely right"], [0.25, "Possibly right"]];

export function chanceInWords(probability) {
  return CHANCES.find(([from]) => probability >= from)?.[1] ?? "Unlikely";
}

/** A probability as people read it; no model is as sure as 0 or 100 %. */
export function percent(probability) {
  if (probability > 0.99) return "over 99 %";
  if (probability < 0.01) return "under 1 %";
  return `${Math.round(probability * 100)} %`;
}

export function day(iso) {
  const options = { day: "numeric", month: "long", year: "numeric" };
  return iso ? new Intl.DateTimeFormat("en-GB", options).format(new Date(iso)) : "";
}

export const REASONS = {
  nothing_close: {
    title: "The knowledge base does not answer this",
    text: "Nothing in it is close enough to quote. The question is kept as a gap for those who write the articles.",
  },
  conflicting: {
    title: "The articles disagree",
    text: "Two of them answer this differently. Find out which one holds before you reply.",
  },
  outdated: {
    title: "The answer is past its date",
    text: "The article that answers this has not been checked in time. Make sure that it still holds.",
  },
  not_permitted: {
    title: "The answer is not for this key",
    text: "An article answers this, but not for the audiences that your key may see. Ask a colleague who may.",
  },
};

const SIGNALS = {
  passage: "The passage means the same",
  sentence: "A sentence means the same",
  echo: "Near the best sentences found",
  article: "The article is about this",
  coverage: "Rare words of the question found",
  words: "Shared words",
  title_words: "Words in the title",
  feedback: "Earlier feedback",
};

export function signalInWords(name) {
  const plain = name.replaceAll("_", " ");
  return SIGNALS[name] ?? plain[0].toUpperCase() + plain.slice(1);
}

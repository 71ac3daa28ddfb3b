"""A judged corpus small enough to reckon with."""

from __future__ import annotations

import json

from kb.index.cache import PassageIndex
from kb.retrieval import Retriever
from tests.kb.builders import article, hashing
from training.corpus import JudgedCorpus, JudgedQuestion
from training.examples import examples_of
from training.memory import memory_passages

ARTICLES = {
    "trash": "Deleted bookings are kept in Trash for 30 days. Press Restore to bring one back.",
    "deposits": "A deposit is paid at booking. It is returned when the client cancels in time.",
    "reminders": "Reminders are sent by text message a day before the appointment.",
    "widget": "Copy the widget code into the page of your website where bookings should appear.",
    "invoices": "An invoice is sent on the first day of each month. Change its address in Settings.",
}
# What is asked, and the article that answers.
QUESTIONS = {
    "q1": ("How do I restore a booking that was deleted?", "trash"),
    "q2": ("How long are bookings kept in Trash?", "trash"),
    "q3": ("When is a deposit returned to the client?", "deposits"),
    "q4": ("Who pays the deposit at booking?", "deposits"),
    "q5": ("When are reminders sent before the appointment?", "reminders"),
    "q6": ("Is a text message sent the day before?", "reminders"),
    "q7": ("Where does the widget code go on my website?", "widget"),
    "q8": ("On which day of the month is the invoice sent?", "invoices"),
    "q9": ("Can giraffes pay with bitcoin?", None),
    "q10": ("Do you have an office in Lisbon?", None),
    "q11": ("Is there a loyalty card for regulars?", None),
    "q12": ("What colour is the moon?", None),
    "q13": ("Is the deposit insured against elephants?", None),
    "q14": ("Which holidays does your company keep?", None),
    "q15": ("Do you sell printed calendars?", None),
    "q16": ("May I bring my parrot?", None),
}
SENTENCES = {"q2": "Deleted bookings are kept in Trash for 30 days."}


def corpus(name="tiny", questions=QUESTIONS):
    """The corpus as values."""
    return JudgedCorpus(
        name,
        tuple(article(article_id, text) for article_id, text in ARTICLES.items()),
        tuple(judged(number, *asked) for number, asked in questions.items()),
    )


def judged(number, text, answer):
    sentences = {answer: (SENTENCES[number],)} if number in SENTENCES else {}
    return JudgedQuestion(number, text, "", answer is not None, {answer: 2} if answer else {}, sentences)


def examples(folder, written=None, dimension=256):
    """The corpus's questions with the candidates found for them."""
    written = written or corpus()
    embedder = hashing(dimension)
    passages = memory_passages(written.articles, embedder)
    index = PassageIndex.open(folder, passages, embedder.fingerprint, dimension)
    return examples_of(written, Retriever(embedder, index, passages))


def write_corpus(folder):
    """The corpus as the files of a BEIR folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{"_id": name, "title": name.title(), "text": text} for name, text in ARTICLES.items()]
    write_rows(folder / "corpus.jsonl", rows)
    write_rows(
        folder / "queries.jsonl",
        [
            {"_id": number, "text": text, "answerable": answer is not None}
            for number, (text, answer) in QUESTIONS.items()
        ],
    )
    judgments = [f"{number}\t{answer}\t2" for number, (_, answer) in QUESTIONS.items() if answer]
    (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judgments, ""]), "utf-8")
    write_rows(
        folder / "answers.jsonl",
        [
            {"_id": number, "corpus_id": QUESTIONS[number][1], "answer_sentences": [sentence]}
            for number, sentence in SENTENCES.items()
        ],
    )
    return folder


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

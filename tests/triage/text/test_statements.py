from __future__ import annotations

import pytest

from triage.text import clean


def statements(body, subject=""):
    found = clean(subject, body)
    return [found.text[span.start : span.end] for span in found.statements]


@pytest.mark.parametrize(
    ("body", "requests"),
    [
        (
            "My invoice is wrong, the total is off.\nAlso, can you add a user to our plan?",
            ["My invoice is wrong, the total is off.", "Also, can you add a user to our plan?"],
        ),
        (
            "1. My login fails with error 500.\n2. Please change our billing address.\n3. How do I export reports?",
            [
                "1. My login fails with error 500.",
                "2. Please change our billing address.",
                "3. How do I export reports?",
            ],
        ),
        (
            "Two things.\n- I need a refund for May\n- the app crashes on start",
            ["Two things.\n- I need a refund for May", "- the app crashes on start"],
        ),
        (
            "How do I reset my lost password? What is the price of the enterprise plan?",
            ["How do I reset my lost password?", "What is the price of the enterprise plan?"],
        ),
        (
            "Meine Rechnung ist falsch. Außerdem brauche ich bitte ein neues Passwort.",
            ["Meine Rechnung ist falsch.", "Außerdem brauche ich bitte ein neues Passwort."],
        ),
        (
            "La factura no llega. Además, necesito cambiar mi plan.",
            ["La factura no llega.", "Además, necesito cambiar mi plan."],
        ),
        (
            "Je ne peux pas payer. Par ailleurs, pourriez-vous changer mon adresse ?",
            ["Je ne peux pas payer.", "Par ailleurs, pourriez-vous changer mon adresse ?"],
        ),
    ],
)
def test_separate_requests_are_told_apart(body, requests):
    assert statements(body) == requests


@pytest.mark.parametrize(
    "body",
    [
        "It crashes.\n1. Open the app\n2. Click save\n3. See the crash",
        "The export fails. Also, I have tried another browser.",
        "Why is my export empty? Is it a bug? Can you help?",
        "The export is empty. How do I export my reports? Can the export be filtered?",
        "Next week we need the invoice.",
        "Please help.",
    ],
)
def test_one_request_is_one_statement(body):
    assert statements(body) == [body]


def test_one_statement_covers_the_subject_too():
    assert statements("It fails.", "Login broken") == ["Login broken\n\nIt fails."]


def test_the_subject_belongs_to_no_single_request_of_several():
    assert statements("My login fails.\nAnother question: how do I export?", "Help") == [
        "My login fails.",
        "Another question: how do I export?",
    ]


def test_no_text_has_no_statement():
    assert statements("") == []


def test_a_message_has_ten_statements_at_most():
    assert (
        len(statements("\n".join(f"{number}. please send me part {number}" for number in range(1, 30)))) == 10
    )


def test_another_question_may_tell_of_trouble_without_asking():
    first, second = "Please refund the second charge.", "Another question: nobody can sign in any more."
    assert statements(f"{first} {second} Can you fix this?") == [first, f"{second} Can you fix this?"]

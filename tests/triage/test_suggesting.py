from __future__ import annotations

from tests.triage.desk_builders import DAY, LOCKED_OUT, NOW, REFUND, Shelf, desk_over, ticket


def test_articles_are_suggested_by_forty_words(engine):
    shelf = Shelf()
    made = desk_over(engine, articles=shelf).triage(
        ticket(subject="Refund", body=f"{REFUND} {'more ' * 200}"), now=NOW
    )
    assert [one.article_id for one in made.suggested_articles] == ["help:refunds"]
    assert len(shelf.asked[0].split()) <= 40
    assert shelf.asked[0].startswith(f"Refund {REFUND}")


def test_several_requests_are_told_with_their_places_and_hidden_in_the_blind_sample(engine):
    body = f"{REFUND} Also, I cannot sign in with my password, please help."
    made = desk_over(engine).triage(ticket(body=body), now=NOW)
    assert [one.topic for one in made.statements] == ["payments", "login"]
    assert [body[one.start : one.end] for one in made.statements] == [REFUND, body[len(REFUND) + 1 :]]
    assert {one.label for one in made.topics} == {"payments", "login"}
    blind = desk_over(engine, share=1.0, topics=()).triage(ticket("b", body), now=NOW)
    assert blind.statements == ()


def test_similar_tickets_are_marked_when_a_colleague_is_at_work_on_them(engine):
    desk = desk_over(engine)
    desk.triage_many([ticket("old", f"{REFUND} Please."), ticket("other", LOCKED_OUT)], now=NOW)
    desk.claim("old", "Aino", NOW)
    (similar,) = desk.triage(ticket("new"), now=NOW).similar_tickets
    assert (similar.ticket_id, similar.being_worked_on) == ("old", "Aino")
    assert desk.view("new", now=NOW + DAY, reader="Marek").similar[0].being_worked_on == ""
    (again,) = desk.triage(ticket("new"), now=NOW + DAY).similar_tickets
    assert (again.ticket_id, again.being_worked_on) == ("old", "")


def test_of_tickets_with_like_vectors_the_one_with_the_same_rare_words_comes_first(engine):
    desk = desk_over(engine)
    desk.triage_many(
        [ticket("plain", f"{REFUND} Again and again."), ticket("code", f"{REFUND} Code PX-4471 shows.")],
        now=NOW,
    )
    similar = desk.triage(ticket("new", f"{REFUND} PX-4471 was shown."), now=NOW).similar_tickets
    assert [one.ticket_id for one in similar] == ["code", "plain"]

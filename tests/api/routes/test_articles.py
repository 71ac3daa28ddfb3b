from __future__ import annotations

from tests.api.conftest import NOW

REFUNDS = {"title": "Refunds", "text": "A refund takes five working days.", "tags": ["money"], "owner": "Ann"}
ADDRESS = "/api/v1/articles/help:payments/refunds.md"


def test_an_article_put_under_an_id_is_read_back(manager):
    put = manager.put(ADDRESS, json=REFUNDS)
    assert put.status_code == 201
    read = manager.get(ADDRESS).json
    assert read == put.json
    assert (read["id"], read["source"], read["version"]) == ("help:payments/refunds.md", "help", 1)
    assert (read["title"], read["text"]) == ("Refunds", "A refund takes five working days.")
    assert read["blocks"] == [{"kind": "paragraph", "start": 0, "end": 33, "level": 0}]
    assert (read["tags"], read["owner"], read["audience"]) == (["money"], "Ann", "public")


def test_a_new_text_is_a_new_version_and_the_old_one_stays(manager):
    manager.put(ADDRESS, json=REFUNDS)
    assert manager.put(ADDRESS, json=REFUNDS | {"text": "It takes three days."}).json["version"] == 2
    assert manager.get(f"{ADDRESS}?version=1").json["text"] == "A refund takes five working days."
    assert manager.get(ADDRESS).json["text"] == "It takes three days."


def test_an_article_without_an_id_gets_one_and_its_address(manager):
    added = manager.post("/api/v1/articles", json=REFUNDS)
    assert added.status_code == 201
    assert added.headers["Location"] == f"/api/v1/articles/{added.json['id']}"
    assert manager.get(added.headers["Location"]).json == added.json


def test_an_id_that_is_taken_is_a_fault(manager):
    manager.put(ADDRESS, json=REFUNDS)
    response = manager.post("/api/v1/articles", json=REFUNDS | {"id": "help:payments/refunds.md"})
    assert response.status_code == 422
    assert [fault["field"] for fault in response.get_json(force=True)["errors"]] == ["id"]


def test_an_id_that_is_an_address_is_kept_as_it_is(manager):
    put = manager.put("/api/v1/articles/web:https%3A%2F%2Fhelp.example%2Fa%3Fb", json=REFUNDS)
    assert put.json["id"] == "web:https://help.example/a?b"
    assert manager.get("/api/v1/articles/web:https://help.example/a%3Fb").status_code == 200


def test_a_removed_article_is_gone_but_its_versions_are_not(manager):
    manager.put(ADDRESS, json=REFUNDS)
    assert manager.delete(ADDRESS).status_code == 204
    gone = manager.get(ADDRESS)
    assert gone.status_code == 404
    assert gone.get_json(force=True)["type"] == "/api/docs#article-not-found"
    assert manager.get(f"{ADDRESS}?version=1").status_code == 200
    assert manager.delete(ADDRESS).status_code == 404


def test_articles_come_in_pages(manager):
    for name in ("a", "b", "c"):
        manager.put(f"/api/v1/articles/help:{name}", json=REFUNDS)
    first = manager.get("/api/v1/articles?limit=2").json
    assert [item["id"] for item in first["items"]] == ["help:a", "help:b"]
    rest = manager.get(f"/api/v1/articles?limit=2&cursor={first['next']}").json
    assert [item["id"] for item in rest["items"]] == ["help:c"]
    assert rest["next"] is None


def test_a_source_has_its_own_list(manager):
    manager.put("/api/v1/articles/help:a", json=REFUNDS)
    manager.put("/api/v1/articles/wiki:b", json=REFUNDS)
    assert [item["id"] for item in manager.get("/api/v1/articles?source=wiki").json["items"]] == ["wiki:b"]


def test_a_cursor_that_is_none_is_a_fault(manager):
    response = manager.get("/api/v1/articles?cursor=_w")
    assert response.get_json(force=True)["errors"][0]["field"] == "cursor"


def test_every_fault_of_a_request_is_told_at_once(manager):
    response = manager.post("/api/v1/articles", json={"title": "", "format": "word", "colour": "red"})
    assert response.status_code == 422
    fields = [fault["field"] for fault in response.get_json(force=True)["errors"]]
    assert sorted(fields) == ["colour", "format", "text", "title"]


def test_a_body_that_is_no_json_or_not_said_to_be_is_refused(manager):
    headers = {"Content-Type": "application/json"}
    assert manager.post("/api/v1/articles", data="{", headers=headers).status_code == 400
    assert (
        manager.post("/api/v1/articles", data="{}", headers={"Content-Type": "text/plain"}).status_code == 415
    )


def test_a_body_that_is_too_large_is_refused(app, manager):
    app.config["MAX_CONTENT_LENGTH"] = 100
    assert manager.post("/api/v1/articles", json=REFUNDS | {"text": "x" * 200}).status_code == 413


def test_articles_of_other_audiences_do_not_exist_for_a_key(manager, sign_in):
    manager.put(ADDRESS, json=REFUNDS | {"audience": "internal"})
    helpdesk = sign_in("helpdesk", {"public"})
    assert helpdesk.get(ADDRESS).status_code == 404
    assert helpdesk.get(f"{ADDRESS}?version=1").status_code == 404
    assert helpdesk.get("/api/v1/articles").json["items"] == []


def test_a_key_writes_only_for_its_own_audiences(manager, sign_in):
    manager.put(ADDRESS, json=REFUNDS | {"audience": "internal"})
    public_only = sign_in("manager", {"public"})
    assert public_only.put(ADDRESS, json=REFUNDS).status_code == 404
    assert public_only.delete(ADDRESS).status_code == 404
    internal = REFUNDS | {"audience": "internal"}
    assert public_only.post("/api/v1/articles", json=internal).status_code == 403
    hidden = REFUNDS | {"text": "---\naudience: internal\n---\nHello."}
    assert public_only.post("/api/v1/articles", json=hidden).status_code == 403


def test_a_change_to_what_somebody_else_changed_is_refused(manager):
    read = manager.put(ADDRESS, json=REFUNDS).headers["ETag"]
    changed = manager.put(ADDRESS, json=REFUNDS | {"text": "New."}, headers={"If-Match": read})
    assert changed.status_code == 200
    late = manager.put(ADDRESS, json=REFUNDS | {"text": "Newer."}, headers={"If-Match": read})
    assert late.status_code == 412
    assert manager.get(ADDRESS).json["text"] == "New."


def test_an_article_that_was_read_before_is_not_sent_again(manager):
    manager.put(ADDRESS, json=REFUNDS)
    etag = manager.get(ADDRESS).headers["ETag"]
    assert manager.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 304


def test_a_check_moves_the_day_by_which_the_next_is_due(manager, parts):
    manager.put(ADDRESS, json=REFUNDS | {"verify_by": "2026-05-01"})
    due = manager.get("/api/v1/articles/due").json
    assert [item["id"] for item in due["items"]] == ["help:payments/refunds.md"]
    verified = manager.post(f"{ADDRESS}/verify").json
    assert verified["verify_by"] == "2026-08-02"
    assert verified["verified_at"] == "2026-05-04T12:00:00Z"
    assert manager.get("/api/v1/articles/due").json["items"] == []
    assert manager.get("/api/v1/articles/due?on=2026-08-02").json["items"] != []


def test_changes_leave_a_trail(manager, parts):
    manager.put(ADDRESS, json=REFUNDS)
    manager.post(f"{ADDRESS}/verify")
    manager.delete(ADDRESS)
    trail = parts.audit.entries(subject="help:payments/refunds.md")
    assert [entry.what for entry in trail] == ["article removed", "article verified", "article added"]
    assert trail[0].at == NOW
    assert trail[0].who.startswith("The manager (")


def test_a_day_is_a_day_and_no_number(manager):
    assert manager.get("/api/v1/articles/due?on=0").status_code == 422
    assert manager.get("/api/v1/articles/due?on=2026-02-30").status_code == 422


def test_an_id_with_spaces_is_a_fault(manager):
    response = manager.put("/api/v1/articles/help:a%20b", json=REFUNDS)
    assert [fault["field"] for fault in response.get_json(force=True)["errors"]] == ["article_id"]

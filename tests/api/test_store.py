from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from api.store import (
    ApiKey,
    AuditEntry,
    AuditLog,
    IdempotencyStore,
    KeyNotFound,
    KeyStore,
    RequestConflict,
    RequestInProgress,
    SavedResponse,
    SettingsStore,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CREATED = SavedResponse(201, b'{"id": "one"}')


@pytest.fixture
def keys(engine):
    return KeyStore(engine)


@pytest.fixture
def requests(engine):
    return IdempotencyStore(engine)


@pytest.fixture
def key_id(keys):
    return keys.add("Zendesk", "helpdesk", None, "admin", NOW).key.id


def test_a_key_opens_with_its_secret_only(keys):
    made = keys.add("Chat widget", "agent", ["public"], "admin", NOW)
    other = keys.add("Other", "admin", None, "admin", NOW)

    assert made.secret.startswith("pm_")
    assert len(made.secret) == len("pm_") + 43
    assert keys.find(made.secret, NOW) == made.key
    assert keys.find(other.secret, NOW) == other.key
    for wrong in ("", "pm_", made.secret[:-1], made.secret + "x", "half \ud800"):
        assert keys.find(wrong, NOW) is None


def test_a_key_carries_role_and_audiences(keys):
    made = keys.add("Chat widget", "agent", ["public", "partners"], "admin", NOW).key
    assert made == ApiKey(made.id, "Chat widget", "agent", frozenset({"public", "partners"}), NOW)
    assert keys.add("Nothing", "agent", [], "admin", NOW).key.audiences == frozenset()
    assert keys.add("All", "admin", None, "admin", NOW).key.audiences is None
    assert [key.audiences for key in keys.list_keys()].count(None) == 1


def test_a_role_that_does_not_exist_is_refused(keys):
    with pytest.raises(ValueError, match="agent, helpdesk, manager, admin"):
        keys.add("Chat widget", "root", None, "admin", NOW)
    assert keys.list_keys() == ()


def test_the_secret_is_not_in_the_database(keys, engine):
    secret = keys.add("Chat widget", "agent", None, "admin", NOW).secret
    with engine.connect() as connection:
        row = connection.execute(sa.text("SELECT * FROM api_keys")).one()
    assert not any(secret.removeprefix("pm_") in str(value) for value in row)


def test_random_bytes_come_from_the_source_given(engine):
    keys = KeyStore(engine, random_bytes=lambda count: b"\xff" * count)
    assert keys.add("Fixed", "agent", None, "admin", NOW).secret == "pm_" + "_" * 42 + "8"


def test_the_last_use_is_noted_now_and_then(keys):
    secret = keys.add("Chat widget", "agent", None, "admin", NOW).secret
    for minutes in (1, 3, 7):
        keys.find(secret, NOW + minutes * MINUTE)
    assert keys.list_keys()[0].last_used_at == NOW + 7 * MINUTE
    keys.find(secret, NOW + 8 * MINUTE)
    assert keys.list_keys()[0].last_used_at == NOW + 7 * MINUTE


def test_a_revoked_key_opens_nothing_and_stays_listed(keys):
    made = keys.add("Chat widget", "agent", None, "admin", NOW)
    keys.revoke(made.key.id, "boss", NOW + MINUTE)
    assert keys.find(made.secret, NOW + MINUTE) is None
    assert [key.revoked_at for key in keys.list_keys()] == [NOW + MINUTE]
    for key_id in (made.key.id, "unknown"):
        with pytest.raises(KeyNotFound):
            keys.revoke(key_id, "boss", NOW)


def test_keys_leave_a_trail(keys, engine):
    key = keys.add("Chat widget", "agent", ["public"], "admin", NOW).key
    keys.revoke(key.id, "boss", NOW + MINUTE)
    described = {"name": "Chat widget", "role": "agent", "audiences": ["public"]}
    revoked, added = AuditLog(engine).entries(subject=key.id)
    assert (added.who, added.what, added.before, added.after) == ("admin", "key added", None, described)
    assert (revoked.who, revoked.what, revoked.before, revoked.after) == (
        "boss",
        "key revoked",
        described,
        None,
    )


def test_a_request_sent_again_gets_the_first_response(requests, key_id):
    assert requests.claim(key_id, "k1", "digest", NOW) is None
    requests.complete(key_id, "k1", CREATED)
    assert requests.claim(key_id, "k1", "digest", NOW + MINUTE) == CREATED


def test_another_request_under_the_same_key_is_refused(requests, key_id):
    requests.claim(key_id, "k1", "digest", NOW)
    for _ in range(2):
        with pytest.raises(RequestConflict, match="'k1'"):
            requests.claim(key_id, "k1", "other", NOW)
        requests.complete(key_id, "k1", CREATED)


def test_a_request_still_at_work_is_not_begun_again(requests, key_id):
    requests.claim(key_id, "k1", "digest", NOW)
    with pytest.raises(RequestInProgress, match="'k1'"):
        requests.claim(key_id, "k1", "digest", NOW + MINUTE)


def test_a_request_whose_process_died_may_begin_again(requests, key_id):
    requests.claim(key_id, "k1", "digest", NOW)
    assert requests.claim(key_id, "k1", "digest", NOW + 6 * MINUTE) is None
    with pytest.raises(RequestInProgress):
        requests.claim(key_id, "k1", "digest", NOW + 7 * MINUTE)


def test_a_released_request_may_begin_again_with_another_body(requests, key_id):
    requests.claim(key_id, "k1", "digest", NOW)
    requests.release(key_id, "k1")
    assert requests.claim(key_id, "k1", "other", NOW) is None


def test_a_completed_request_cannot_be_released(requests, key_id):
    requests.claim(key_id, "k1", "digest", NOW)
    requests.complete(key_id, "k1", CREATED)
    requests.release(key_id, "k1")
    assert requests.claim(key_id, "k1", "digest", NOW) == CREATED


def test_each_api_key_has_idempotency_keys_of_its_own(requests, keys, key_id):
    other = keys.add("Other", "helpdesk", None, "admin", NOW).key.id
    assert requests.claim(key_id, "k1", "digest", NOW) is None
    assert requests.claim(other, "k1", "other", NOW) is None


def test_only_one_of_many_claims_at_once_is_granted(requests, key_id):
    def claim(_):
        try:
            return requests.claim(key_id, "k1", "digest", NOW)
        except RequestInProgress:
            return "in progress"

    with ThreadPoolExecutor(6) as threads:
        assert sorted(map(str, threads.map(claim, range(12)))) == ["None"] + ["in progress"] * 11


def test_old_requests_are_forgotten(requests, key_id):
    requests.claim(key_id, "k1", "digest", NOW)
    requests.claim(key_id, "k2", "digest", NOW + MINUTE)
    assert requests.forget(NOW + MINUTE) == 1
    assert requests.claim(key_id, "k1", "other", NOW) is None


def test_the_trail_is_read_from_its_end_page_by_page(engine):
    log = AuditLog(engine)
    for number in range(5):
        log.add(AuditEntry("marek", "changed", f"s{number % 2}", {"n": number}, [number], NOW))
    first = log.entries(limit=2)
    rest = log.entries(before_id=first[-1].id)
    assert [entry.after for entry in first + rest] == [[4], [3], [2], [1], [0]]
    assert [entry.before for entry in log.entries(subject="s1")] == [{"n": 3}, {"n": 1}]
    assert (first[0].who, first[0].what, first[0].at) == ("marek", "changed", NOW)


def test_a_setting_keeps_its_latest_value_and_a_trail(engine):
    settings = SettingsStore(engine)
    assert settings.get("threshold", 0.5) == 0.5
    settings.set("threshold", 0.7, "marek", NOW)
    settings.set("threshold", 0.8, "priya", NOW + MINUTE)
    settings.set("teams", [{"name": "L1"}], "priya", NOW)

    assert settings.get("threshold", 0.5) == 0.8
    assert settings.all() == {"teams": [{"name": "L1"}], "threshold": 0.8}
    changes = AuditLog(engine).entries(subject="threshold")
    assert [(one.who, one.before, one.after) for one in changes] == [
        ("priya", 0.7, 0.8),
        ("marek", None, 0.7),
    ]


@pytest.mark.parametrize("value", [None, False, 0, "", {}, "text", 1e-12])
def test_a_setting_may_hold_any_json_value(engine, value):
    settings = SettingsStore(engine)
    settings.set("one", value, "marek", NOW)
    assert settings.get("one", "default") == value
    assert settings.all() == {"one": value}


def test_a_setting_can_go_back_to_its_default(engine):
    settings = SettingsStore(engine)
    settings.set("threshold", 0.7, "marek", NOW)
    settings.reset("threshold", "priya", NOW)
    settings.reset("never changed", "priya", NOW)
    assert settings.get("threshold", 0.5) == 0.5
    trail = [(one.what, one.before, one.after) for one in AuditLog(engine).entries()]
    assert trail == [("setting reset", 0.7, None), ("setting changed", None, 0.7)]

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from api.app import create_app
from api.wiring import Parts


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_a_process_that_answers_is_alive(client, prefix):
    assert client.get(f"{prefix}/health/live").get_json() == {"status": "live"}


def test_it_is_ready_once_the_indexes_are_loaded(client):
    first = client.get("/health/ready")
    assert first.status_code in {200, 503}
    deadline = time.monotonic() + 10
    while client.get("/health/ready").status_code != 200 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert client.get("/health/ready").get_json() == {"status": "ready"}


def test_a_database_that_is_not_set_up_is_the_reason(tmp_path, settings):
    parts = Parts(replace(settings, database_url=f"sqlite:///{tmp_path / 'empty.db'}"))
    response = create_app(parts=parts).test_client().get("/health/ready")
    assert response.status_code == 503
    assert "Run: flask init" in response.get_json(force=True)["detail"]
    assert response.headers["Retry-After"] == "5"
    parts.close()


def test_figures_count_requests_answers_and_articles(client, manager, agent):
    manager.put("/api/v1/articles/help:a", json={"title": "A", "text": "Alpha beta gamma."})
    answer = agent.post("/api/v1/answers", json={"question": "zebra quantum volcano"}).json
    agent.post(f"/api/v1/answers/{answer['id']}/feedback", json={"helpful": False})
    figures = client.get("/metrics").text
    assert 'pointsman_requests_total{method="POST",route="/api/v1/answers",status="200"} 1.0' in figures
    assert 'pointsman_answers_total{reason="nothing_close"} 1.0' in figures
    assert 'pointsman_feedback_total{helpful="false"} 1.0' in figures
    assert "pointsman_articles 1.0" in figures
    assert "pointsman_jobs_waiting 0.0" in figures
    assert "zebra" not in figures


def test_figures_may_be_kept_for_keys(settings):
    parts = Parts(replace(settings, metrics_open=False))
    assert create_app(parts=parts).test_client().get("/metrics").status_code == 401
    parts.close()

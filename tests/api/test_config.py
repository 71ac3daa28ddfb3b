from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from api.config import InvalidSettings, Settings, variable_names

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def test_nothing_set_gives_a_database_in_the_data_folder():
    settings = Settings.from_environment({})
    assert settings.database_url == "sqlite:///var/pointsman.db"
    assert settings.weights_dir == Path("var/weights")
    assert settings.demo is False


def test_the_data_folder_takes_database_and_weights_with_it():
    settings = Settings.from_environment({"POINTSMAN_DATA_DIR": "/srv/desk"})
    assert settings.database_url == "sqlite:////srv/desk/pointsman.db"
    assert settings.weights_dir == Path("/srv/desk/weights")


def test_values_are_read_as_what_they_are():
    settings = Settings.from_environment(
        {
            "POINTSMAN_PORT": "8080",
            "POINTSMAN_DEMO": "true",
            "POINTSMAN_ANSWER_THRESHOLD": "0.4",
            "HOME": "/root",
        }
    )
    assert (settings.port, settings.demo, settings.answer_threshold) == (8080, True, 0.4)


def test_an_empty_variable_counts_as_absent():
    assert Settings.from_environment({"POINTSMAN_PORT": ""}).port == 8000


def test_all_faults_are_told_at_once_by_name():
    wrong = {
        "POINTSMAN_PORT": "eighty",
        "POINTSMAN_TIME_ZONE": "Mars/Olympus",
        "POINTSMAN_SECRET_KEY": "too short",
        "POINTSMAN_DEMOO": "true",
        "POINTSMAN_ANSWER_THRESHOLD": "1.5",
    }
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_environment(wrong)
    assert sorted(fault.split(":")[0].split(" ")[0] for fault in caught.value.faults) == sorted(wrong)
    assert "too short" not in str(caught.value)
    assert "there is no time zone 'Mars/Olympus'" in str(caught.value)


def test_variables_of_the_test_suite_are_none_of_ours():
    Settings.from_environment({"POINTSMAN_REQUIRE_ALL": "1", "POINTSMAN_TEST_POSTGRES_URL": "postgresql://x"})


def test_the_example_file_documents_each_variable_with_its_default():
    shown = dict(re.findall(r"^# (POINTSMAN_\w+)=(.*)$", EXAMPLE.read_text("utf-8"), re.MULTILINE))
    assert sorted(shown) == sorted(variable_names())
    given = {name: value for name, value in shown.items() if value}
    assert Settings.from_environment(given) == Settings()


def test_the_example_file_says_what_each_variable_does():
    lines = EXAMPLE.read_text("utf-8").splitlines()
    first_of_group = [
        number
        for number, line in enumerate(lines)
        if re.match(r"# POINTSMAN_", line) and not lines[number - 1].startswith("# POINTSMAN_")
    ]
    assert all(lines[number - 1].startswith("# ") for number in first_of_group)
    assert len(fields(Settings)) == len(variable_names())

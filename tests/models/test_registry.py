from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import joblib
import numpy as np
import pytest

from models.card import Card
from models.errors import InvalidCard, ModelDamaged, ModelIncompatible, ModelNotFound, ModelUntrusted
from models.folders import read_current
from models.registry import Registry

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def folder(registry, pipeline, make_card):
    return registry.save("topic", pipeline, make_card(), {"notes.md": b"# Notes\n", "words/all.txt": b"a b"})


def test_a_loaded_model_predicts_what_the_saved_one_did(registry, pipeline, folder):
    texts = ["charged for a refund", "login fails"]
    loaded = registry.load(folder)
    assert np.array_equal(loaded.model.predict_proba(texts), pipeline.predict_proba(texts))
    assert loaded.model.classes_.tolist() == ["billing", "login"]
    assert loaded.card.version == folder.name
    assert loaded.card.libraries["joblib"] == joblib.__version__
    assert loaded.file("words/all.txt").read_bytes() == b"a b"
    with pytest.raises(ModelNotFound, match="no file 'other'"):
        loaded.file("other")


def test_what_is_saved_is_a_joblib_file(pipeline, folder):
    assert joblib.load(folder / "model.joblib").predict(["refund"]) == pipeline.predict(["refund"])


def test_a_version_is_named_by_day_and_content(registry, pipeline, make_card, folder):
    later = make_card(created_at=datetime(2026, 11, 22, 23, tzinfo=UTC))
    extra = {"notes.md": b"# Notes\n", "words/all.txt": b"a b"}
    assert registry.save("topic", pipeline, later, extra) == folder
    assert registry.load(folder).card.created_at.hour == 9
    other = registry.save("topic", pipeline, later)
    assert (other.name[:11], other == folder) == ("2026.11.22-", False)


def test_further_files_may_be_given_by_path(registry, make_card, tmp_path):
    (tmp_path / "weights.bin").write_bytes(b"\1\2")
    saved = registry.save("topic", {}, make_card(), {"embedder/weights.bin": tmp_path / "weights.bin"})
    assert registry.load(saved).file("embedder/weights.bin").read_bytes() == b"\1\2"


def test_saving_lists_faults_of_card_and_file_names(registry, make_card):
    with pytest.raises(InvalidCard) as refused:
        registry.save(
            "urgency", {}, make_card(labels=("a", "a")), {"../x": b"", "card.json": b"", "y": Path("gone")}
        )
    assert [fault.where for fault in refused.value.faults] == ["files", "files", "files", "task", "labels"]
    assert registry.versions("urgency") == ()


def test_a_model_that_could_not_be_loaded_again_is_not_saved(registry, make_card):
    with pytest.raises(ModelUntrusted, match=r"posix\.system"):
        registry.save("topic", {"run": os.system}, make_card())
    assert registry.versions("topic") == ()


@pytest.mark.parametrize("name", ["model.joblib", "notes.md", "words/all.txt"])
@pytest.mark.parametrize("place", [0, 0.5, 0.999])
def test_a_flipped_bit_is_noticed(registry, folder, name, place):
    content = bytearray((folder / name).read_bytes())
    content[int(place * len(content))] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ModelDamaged, match=name):
        registry.load(folder)


def test_all_damaged_files_are_listed(registry, folder):
    (folder / "notes.md").unlink()
    (folder / "model.joblib").write_bytes(b"")
    with pytest.raises(ModelDamaged, match=r"model\.joblib, notes\.md missing or not as the card"):
        registry.load(folder)


@pytest.mark.parametrize("name", ["model.joblib", "card.json"])
def test_a_missing_model_or_card_is_noticed(registry, folder, name):
    registry.promote("topic", folder.name)
    (folder / name).unlink()
    with pytest.raises(ModelDamaged, match=name):
        registry.load("topic")


def test_a_model_that_the_card_does_not_list_is_damaged(registry, folder, rewrite):
    rewrite(folder, files={})
    with pytest.raises(ModelDamaged, match=r"model\.joblib"):
        registry.load(folder)


def test_a_truncated_card_is_refused(folder):
    whole = (folder / "card.json").read_bytes()
    (folder / "card.json").write_bytes(whole[:300])
    with pytest.raises(InvalidCard):
        Registry((folder.parent.parent,)).load(folder)


def test_a_changed_card_is_refused_before_it_is_parsed(registry, folder):
    (folder / "card.json").write_bytes(b"{")
    with pytest.raises(ModelUntrusted, match="not signed with this key, or was changed"):
        registry.load(folder)


def test_a_missing_signature_is_refused(registry, folder):
    (folder / "card.hmac").unlink()
    with pytest.raises(ModelUntrusted, match="is not signed"):
        registry.load(folder)


def test_the_signature_of_another_key_is_refused(registry, folder):
    with pytest.raises(ModelUntrusted, match="not signed with this key"):
        Registry(registry.roots, b"another key").load(folder)


def test_without_a_key_the_sums_alone_are_checked(registry, make_card):
    unsigned = Registry(registry.roots).save("topic", [1], make_card())
    assert not (unsigned / "card.hmac").exists()
    assert Registry(registry.roots).load(unsigned).model == [1]
    with pytest.raises(ModelUntrusted):
        registry.load(unsigned)


def test_models_that_come_with_the_program_need_no_signature(registry, make_card):
    own, shipped = registry.roots
    version = Registry((shipped,)).save("topic", [1], make_card())
    trusting = Registry((own, shipped), registry.key, unsigned_roots=(shipped,))
    assert trusting.load(version).model == [1]
    copy = shutil.copytree(version, own / "topic" / version.name)
    with pytest.raises(ModelUntrusted):
        trusting.load(copy)


def test_the_key_is_not_shown(registry):
    assert "a key of the team" not in repr(registry)


@pytest.mark.parametrize("made", ["1.0.2", "0.24.2", "2.0.0", None])
def test_another_scikit_learn_is_refused(registry, folder, rewrite, made):
    rewrite(folder, libraries={} if made is None else {"scikit-learn": made})
    with pytest.raises(ModelIncompatible, match=f"made with scikit-learn {made or 'unknown'}"):
        registry.load(folder)


def test_another_patch_release_of_scikit_learn_is_accepted_without_a_warning(registry, folder, rewrite):
    card = registry.load(folder).card
    installed = card.libraries["scikit-learn"]
    patched = installed.rsplit(".", 1)[0] + ".9"
    content = (folder / "model.joblib").read_bytes()
    same_length = content.replace(installed.encode(), patched.encode())
    assert len(same_length) == len(content) != content.count(installed.encode()) > 0
    rewrite(folder, same_length, libraries={"scikit-learn": patched})
    assert registry.load(folder).model.predict(["refund"]) == ["billing"]


def test_the_card_of_another_version_is_refused(registry, save_scoring):
    first, second = save_scoring(0.7), save_scoring(0.8)
    task = registry.roots[0] / "topic"
    shutil.rmtree(task / second)
    shutil.copytree(task / first, task / second)
    with pytest.raises(ModelDamaged, match=f"holds the card of topic {first}"):
        registry.promote("topic", second)


def test_the_first_root_is_looked_up_first(registry, make_card):
    own, shipped = registry.roots
    Registry((shipped,), registry.key).save("topic", "shipped", make_card())
    older = make_card(created_at=datetime(2026, 1, 5, tzinfo=UTC))
    Registry((shipped,), registry.key).save("topic", "both", older)
    shutil.copytree(shipped / "topic", own / "topic")
    first, second = registry.versions("topic")
    assert first.startswith("2026.01.05") and second.startswith("2026.11.22")
    registry.promote("topic", second)
    assert registry.load("topic").folder == own / "topic" / second


def test_a_task_is_loaded_by_name_by_folder_and_by_text_path(registry, save_scoring, monkeypatch):
    version = save_scoring(0.8)
    registry.promote("topic", version)
    task = registry.roots[0] / "topic"
    monkeypatch.chdir(task)
    for source in ("topic", task, str(task), task / version, Path(), f"./{version}"):
        assert registry.load(source).card.version == version


def test_a_task_folder_may_name_a_version_of_another_root(registry, make_card):
    version = Registry(registry.roots[1:], registry.key).save("topic", "shipped", make_card()).name
    registry.promote("topic", version)
    assert read_current(registry.roots[0] / "topic") == version
    assert registry.load(registry.roots[0] / "topic").model == "shipped"


@pytest.mark.parametrize("source", ["topic", "./topic", Path("nowhere"), "No Task"])
def test_what_is_not_there_is_not_found(registry, source):
    with pytest.raises(ModelNotFound):
        registry.load(source)


def test_a_task_name_cannot_leave_the_roots(registry):
    for ask in (registry.versions, registry.current, registry.history, registry.rollback):
        with pytest.raises(ModelNotFound, match="no name of a task"):
            ask("../topic")
    with pytest.raises(ModelNotFound, match=r"no version '\.\./x' of 'topic'; there are: none"):
        registry.card("topic", "../x")


def test_a_killed_save_leaves_nothing_that_counts(registry, make_card):
    killed = run(
        "import os, pathlib, sys; pathlib.Path.rename = lambda *names: os._exit(9)\n"
        "from models.registry import Registry; from models.card import Card\n"
        "Registry((pathlib.Path(sys.argv[1]),)).save('topic', [1], Card.from_json(sys.argv[2]))",
        str(registry.roots[0]),
        make_card().to_json(),
    )
    task = registry.roots[0] / "topic"
    assert killed.wait() == 9
    assert [path.name[:8] for path in task.iterdir()] == [".saving-"]
    assert registry.versions("topic") == ()
    version = registry.save("topic", [1], make_card())
    assert (registry.versions("topic"), registry.load(version).model) == ((version.name,), [1])


def test_a_failed_save_cleans_up(registry, make_card):
    with pytest.raises(OSError, match="words"):
        registry.save("topic", [1], make_card(), {"words": b"", "words/all.txt": b""})
    assert list((registry.roots[0] / "topic").iterdir()) == []


def test_the_card_can_be_read_by_hand(folder, registry):
    document = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert document["notes"] == "Größte Klasse: Rechnung"
    assert registry.card("topic", folder.name) == Card.from_json(json.dumps(document))


def run(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-W", "error", "-c", code, *arguments], cwd=REPOSITORY)

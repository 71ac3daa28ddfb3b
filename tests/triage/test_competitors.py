from __future__ import annotations

from tests.triage.desk_builders import NOW, ticket
from tests.triage.test_predictor import EMBEDDER, grades
from triage.account_settings import SETTING, AccountSettings, document_of
from triage.competitors import hear_competitors
from triage.making import Sample
from triage.predictor import Predictor
from triage.service import TriageDesk
from triage.serving import ServedModels, TrainedModels
from triage.store import TicketStore
from triage.types import CleanText

MODEL = grades(("none", "at_risk"), "competitor")
PREDICTOR = Predictor(EMBEDDER, churn=MODEL)
NAMES = ("Bookly", "Green Calendar")


def heard(text, names=NAMES, noise=""):
    given = [CleanText(text, noise=noise)]
    (one,) = hear_competitors(PREDICTOR, given, PREDICTOR.predict(given), names)
    return one.churn.label, one.churn_quote


def test_a_name_on_the_list_counts_as_a_competitor_and_is_quoted_as_written():
    text = "Good morning. We have a demo with green  calendar on Thursday. Thank you for your quick help."
    assert heard(text, ()) == ("none", "")
    assert heard(text) == ("at_risk", "We have a demo with green  calendar on Thursday.")


def test_only_whole_words_count():
    assert heard("We book it with Booklyn Tours.") == ("none", "")
    assert heard("We look at Bookly.") == ("at_risk", "We look at Bookly.")


def test_names_are_names_and_no_patterns():
    assert heard("We look at C++ Desk now.", ("C++ Desk",)) == ("at_risk", "We look at C++ Desk now.")
    assert heard("We look at Boxxly.", ("B.xxly",)) == ("none", "")


def test_what_speaks_of_leaving_anyhow_and_what_is_no_work_stay_as_they_are():
    assert heard("A competitor called.", NAMES) == heard("A competitor called.", ())
    assert heard("Out of office; ask Bookly.", noise="auto_reply") == ("none", "")


def test_the_list_that_an_admin_extends_holds_for_the_next_ticket(sqlite_database):
    from api.database import make_engine

    engine = make_engine(sqlite_database(True))
    store = TicketStore(engine)
    desk = TriageDesk(store, ServedModels(EMBEDDER, TrainedModels(churn=MODEL)), Sample(b"s" * 16, 0.0))
    assert desk.triage(ticket("t1", "We look at Bookly."), now=NOW).churn.words.label == "none"
    store.put_setting(SETTING, document_of(AccountSettings(competitors=NAMES)), 0, "Mia", NOW)
    made = desk.triage(ticket("t2", "We look at Bookly."), now=NOW).churn
    assert (made.words.label, made.reasons[0].quote) == ("at_risk", "We look at Bookly.")
    engine.dispose()

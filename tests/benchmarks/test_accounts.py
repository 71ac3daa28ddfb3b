from __future__ import annotations

from api.database import make_engine
from benchmarks.made_accounts import NOW, fill
from tests.triage.account_builders import served_model
from triage.accounts import AccountDesk
from triage.store import TicketStore
from triage.store.flags import ChurnLedger


def test_a_made_database_is_one_that_the_desk_can_score(tmp_path):
    url = f"sqlite:///{tmp_path / 'made.db'}"
    fill(url, accounts=20, tickets=600)
    engine = make_engine(url)
    served = served_model()
    done = AccountDesk(TicketStore(engine), ChurnLedger(engine), history=lambda: served).score(now=NOW)
    engine.dispose()
    assert (done.accounts, done.with_risk) == (20, 20)
    assert done.flags > 0

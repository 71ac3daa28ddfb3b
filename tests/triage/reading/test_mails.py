from __future__ import annotations

from datetime import UTC, datetime

from triage.reading import read_tickets
from triage.types import Ticket

MBOX = b"""\
From anna@shop.example Mon Mar  2 10:00:00 2026
From: Anna <Anna@Shop.example>
Date: Mon, 2 Mar 2026 10:00:00 +0200
Message-ID: <one@shop.example>
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
X-Shop: Rome
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/html

<p>html</p>
--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Sch=F6n.
>From here on it fails.
--b--

From bob@shop.example Mon Mar  2 11:00:00 2026
From: bob@shop.example
Date: Mon, 2 Mar 2026 11:00:00 -0000
Message-ID: <two@shop.example>
In-Reply-To: <one@shop.example>
Content-Type: text/html; charset=nonsense

<p>only html</p>

From empty@shop.example Mon Mar  2 12:00:00 2026
From: empty@shop.example
Message-ID: <three@shop.example>


From late@shop.example Mon Mar  2 12:00:00 2026
Date: yesterday
Subject: No date
"""


def test_each_mail_is_a_ticket_and_bad_ones_are_reported(tmp_path):
    path = tmp_path / "group.mbox"
    path.write_bytes(MBOX)
    reading = read_tickets(path, mapping={"X-Shop": "account_id"})
    assert reading.tickets == (
        Ticket(
            id="one@shop.example",
            subject="Grüße",
            body="Schön.\nFrom here on it fails.",
            created_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
            channel="email",
            customer_id="anna@shop.example",
            account_id="Rome",
        ),
        Ticket(
            id="two@shop.example",
            body="<p>only html</p>\n",
            created_at=datetime(2026, 3, 2, 11, tzinfo=UTC),
            channel="email",
            customer_id="bob@shop.example",
            attributes={"in_reply_to": "one@shop.example"},
        ),
    )
    assert [(fault.line, fault.column) for fault in reading.faults] == [(31, "body"), (36, "created_at")]


def test_a_mailbox_is_known_by_its_first_line(tmp_path):
    path = tmp_path / "export"
    path.write_bytes(MBOX)
    assert len(read_tickets(path).tickets) == 2

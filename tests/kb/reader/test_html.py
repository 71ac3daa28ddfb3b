from __future__ import annotations

from kb.reader.html import read_html


def shape(text):
    return [(part.kind, part.level, part.text) for part in read_html(text).parts]


def texts(text):
    return [part.text for part in read_html(text).parts]


PAGE = """<!doctype html><html lang="fi-FI"><head><title>Pause a plan | Wrenfield Help</title>
<link rel="canonical" href="https://help.wrenfield.example/pause"><style>p {}</style>
<script type="application/ld+json">{"@type": "FAQPage"}</script></head>
<body><header><a href="/">Home</a></header><nav>Menu</nav>
<main><h1>Pause a plan<a class="headerlink" href="#p">¶</a></h1>
<p>You can pause for <b>1-6</b>
   months&nbsp;&mdash; it costs 4&nbsp;EUR.</p>
<ul><li>Open <kbd>Billing</kbd><ul><li>as owner</li></ul></li>
<li><p>Choose a date.</p><p>It may change.</p></li></ul>
<aside class="callout callout-info"><p>Data is kept.</p></aside>
<pre><code>GET /v2/plan
  -H key</code></pre>
</main><footer>© Wrenfield</footer></body></html>"""


def test_a_page_leaves_its_content_in_order():
    assert shape(PAGE) == [
        ("heading", 1, "Pause a plan"),
        ("paragraph", 0, "You can pause for 1-6 months — it costs 4 EUR."),
        ("item", 0, "Open Billing"),
        ("item", 1, "as owner"),
        ("item", 0, "Choose a date."),
        ("paragraph", 0, "It may change."),
        ("note", 0, "Data is kept."),
        ("code", 0, "GET /v2/plan\n  -H key"),
    ]


def test_a_page_tells_its_language_and_address():
    assert read_html(PAGE).fields == {"language": "fi-FI", "url": "https://help.wrenfield.example/pause"}


def test_the_title_is_the_only_first_heading_else_the_page_title_without_the_site():
    assert read_html(PAGE).title == "Pause a plan"
    assert read_html("<title>Pause a plan | Wrenfield</title><p>Yes.</p>").title == "Pause a plan"


def test_what_is_not_shown_is_not_read():
    source = (
        '<div hidden>a</div><div aria-hidden="true">b</div><div role="navigation">c</div>'
        '<ol class="breadcrumbs"><li>d</li></ol><'
        "iframe>e</iframe><svg><text>f</text></svg><p>Shown.</p><!-- g -->"
    )

    assert texts(source) == ["Shown."]


def test_a_header_without_the_title_is_left_out_where_nothing_marks_the_content():
    assert texts("<header>Sign in</header><h1>Plans</h1><p>Three.</p>") == ["Plans", "Three."]


def test_a_cell_that_spans_rows_is_in_each_of_them():
    source = (
        "<table><tr><th>Plan</th><th>Place</th><th>Fee</th></tr><tr><td "
        "rowspan=2>Team</td><td>EU</td><td>1.4 %</td>"
        "</tr><tr><td>Other</td><td>2.9 %</td></tr></table>"
    )

    assert texts(source) == [
        "Plan | Place | Fee",
        "Team | Place: EU | Fee: 1.4 %",
        "Team | Place: Other | Fee: 2.9 %",
    ]


def test_a_table_of_one_column_is_paragraphs():
    assert shape("<table><tr><td>First.</td></tr><tr><td>Second.</td></tr></table>") == [
        ("paragraph", 0, "First."),
        ("paragraph", 0, "Second."),
    ]


def test_a_list_within_a_cell_is_set_off_by_semicolons():
    source = "<table><tr><td>Team</td><td>Has:<ul><li>SMS</li><li>sync</li></ul></td></tr></table>"

    assert texts(source) == ["Team | Has: SMS; sync"]


def test_macros_of_confluence_leave_their_text():
    source = (
        '<p>Start <ac:link><ri:page ri:content-title="X"/><ac:plain-text-link-body><![CDATA[here]]>'
        "</ac:plain-text-link-body></ac:link>.</p><ac:structured-macro "
        'ac:name="toc"><ac:parameter ac:name="maxLevel">2'
        "</ac:parameter></ac:structured-macro><ac:structured-macro "
        'ac:name="warning"><ac:rich-text-body><p>Careful.</p>'
        "</ac:rich-text-body></ac:structured-macro><ac:structured-macro "
        'ac:name="code"><ac:parameter ac:name="language">'
        "sql</ac:parameter><ac:plain-text-body><![CDATA[SELECT 1 < "
        "2;]]></ac:plain-text-body></ac:structured-macro>"
    )

    assert shape(source) == [
        ("paragraph", 0, "Start here."),
        ("note", 0, "Careful."),
        ("code", 0, "SELECT 1 < 2;"),
    ]

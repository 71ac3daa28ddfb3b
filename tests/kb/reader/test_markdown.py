from __future__ import annotations

from kb.reader.markdown import read_markdown


def shape(text, mdx=False):
    return [(part.kind, part.level, part.text) for part in read_markdown(text, mdx).parts]


def texts(text, mdx=False):
    return [part.text for part in read_markdown(text, mdx).parts]


def test_headings_paragraphs_and_nested_lists_keep_their_kind_and_depth():
    found = shape(
        "# Bookings\n\nYou can **move** a [booking](/move 'how') on\nthe *same* day.\n\n"
        "## Steps\n\n1. Open the calendar.\n   - On a phone, tap `Day`.\n2. Drag it.\n\n "
        "  Wait for the sync.\n"
    )

    assert found == [
        ("heading", 1, "Bookings"),
        ("paragraph", 0, "You can move a booking on the same day."),
        ("heading", 2, "Steps"),
        ("item", 0, "Open the calendar."),
        ("item", 1, "On a phone, tap Day."),
        ("item", 0, "Drag it."),
        ("paragraph", 0, "Wait for the sync."),
    ]


def test_code_is_kept_as_written_and_nothing_in_it_is_touched():
    found = shape(
        "Add this:\n\n```html\n<script>\n  run({{ id }});  // import x from "
        "'y'\n</script>\n```\n\nUse `{% raw %}`."
    )

    assert found == [
        ("paragraph", 0, "Add this:"),
        ("code", 0, "<script>\n  run({{ id }});  // import x from 'y'\n</script>"),
        ("paragraph", 0, "Use {% raw %}."),
    ]


def test_a_table_of_three_columns_names_the_column_in_each_cell():
    found = shape("| Plan | Price | Staff |\n|---|---|---|\n| Team | 49 EUR | 10 |\n| Starter | 19 EUR | |\n")

    assert found == [
        ("row", 0, "Plan | Price | Staff"),
        ("row", 0, "Team | Price: 49 EUR | Staff: 10"),
        ("row", 0, "Starter | Price: 19 EUR"),
    ]


def test_a_table_of_two_columns_stays_as_it_is():
    assert texts("| Code | Meaning |\n|---|---|\n| `PAY-102` | declined by the bank |\n") == [
        "Code | Meaning",
        "PAY-102 | declined by the bank",
    ]


def test_admonitions_of_every_tool_become_notes():
    for source in (
        ":::tip Before you start\nSave your **codes**.\n:::\n",
        ":::tip[Before you start]\n\nSave your codes.\n\n:::\n",
        '!!! tip "Before you start"\n    Save your codes.\n',
        "```{tip} Before you start\nSave your codes.\n```\n",
        ":::{tip} Before you start\n:class: dropdown\n\nSave your codes.\n:::\n",
        '<Tip title="Before you start">\nSave your codes.\n</Tip>\n',
        '{% hint style="info" title="Before you start" %}\nSave your codes.\n{% endhint %}\n',
    ):
        assert shape(source) == [
            ("note", 0, "Before you start"),
            ("note", 0, "Save your codes."),
        ], source


def test_a_github_alert_is_a_note_without_its_sign():
    assert shape("> [!WARNING]\n> Refunds are final.\n") == [("note", 0, "Refunds are final.")]


def test_the_generic_title_of_a_note_is_left_out():
    assert shape("!!! note\n    Refunds are final.\n") == [("note", 0, "Refunds are final.")]


def test_items_within_a_note_stay_items():
    assert shape(":::note\nYou need:\n\n- a card\n- an invoice\n:::\n") == [
        ("note", 0, "You need:"),
        ("item", 0, "a card"),
        ("item", 0, "an invoice"),
    ]


def test_imports_exports_and_expressions_of_mdx_are_left_out():
    source = (
        "import useBaseUrl from '@docusaurus/useBaseUrl';\nimport {\n  Tabs,\n} from '@theme/Tabs';\n\n"
        "export const Price = ({amount}) => (\n  <b>{amount}</b>\n);\n\n"
        "{/* a remark */}\nPay {' 19 EUR '} a month.{props.note}\n"
    )

    assert texts(source, mdx=True) == ["Pay 19 EUR a month."]


def test_a_sentence_that_starts_with_import_stays():
    assert texts("import your clients from a file, then check them.") == [
        "import your clients from a file, then check them."
    ]


def test_components_leave_their_children_and_no_properties():
    source = (
        "import CtaBox from '@site/CtaBox';\n\n<CtaBox href={useBaseUrl('x')} onClick={() => go('>')}>\n"
        'Try **Team** free.\n</CtaBox>\n\nA <Badge kind="new"/> feature.\n'
    )

    assert texts(source) == ["Try Team free.", "A feature."]


def test_tabs_keep_their_labels_and_contents():
    source = (
        '<Tabs>\n<TabItem value="ios" label="iPhone">\n\nTap Settings.\n\n</TabItem>\n'
        '<TabItem value="web" label="Browser">\n\nClick Settings.\n\n</TabItem>\n</Tabs>\n'
    )

    assert texts(source) == ["iPhone", "Tap Settings.", "Browser", "Click Settings."]
    assert texts('=== "iPhone"\n\n    Tap Settings.\n') == ["iPhone", "Tap Settings."]


def test_a_code_component_is_code():
    assert shape('<CodeBlock language="js">{`wrenfield.init()`}</CodeBlock>', mdx=True) == [
        ("code", 0, "wrenfield.init()")
    ]


def test_liquid_goes_and_what_it_encloses_stays():
    source = (
        "{% include head.html %}\n{% note %}\n\nOnly owners.\n\n{% endnote %}\n\n"
        "Open {{ site.app }}settings.{: .lead}\n\n{% comment %}old{% endcomment %}"
        "{% highlight sh %}\nls -l\n{% endhighlight %}\n\nWrite {% raw %}{{ name }}{% endraw %}.\n"
    )

    assert shape(source) == [
        ("note", 0, "Only owners."),
        ("paragraph", 0, "Open settings."),
        ("code", 0, "ls -l"),
        ("paragraph", 0, "Write {{ name }}."),
    ]


def test_scripts_structured_data_comments_and_styles_never_reach_the_text():
    source = (
        '<head>\n<script type="application/ld+json">{`\n\n{"@type": "FAQPage"}\n\n`}</script>\n</head>\n'
        "<style>\n\n.a { color: red }\n\n</style>\n<!-- internal\n\nremark -->\nVisible.\n"
    )

    assert texts(source) == ["Visible."]


def test_markdown_below_a_line_of_html_is_read_as_markdown():
    source = (
        '* Scan the code.\n<div class="browser"><img alt="Scan the code with your phone" '
        "src={url('a.png')} /></div>\n"
        "* Store the **codes**.\n\n<details>\n<summary>Why [twice](x.md)?</summary>\nFor "
        "safety.\n</details>\n"
    )

    assert shape(source) == [
        ("item", 0, "Scan the code."),
        ("item", 0, "Store the codes."),
        ("paragraph", 0, "Why twice?"),
        ("paragraph", 0, "For safety."),
    ]


def test_html_tables_and_lists_within_markdown_are_read():
    source = (
        "<table><tr><th>Code</th><th>Meaning</th></tr><tr><td>CAL-401</td><td>reconnect</td></tr></table>"
    )

    assert shape(source) == [("row", 0, "Code | Meaning"), ("row", 0, "CAL-401 | reconnect")]


def test_a_gap_to_be_filled_in_stays_and_a_tag_goes():
    assert texts("Go to <your-shop>.example/<YOUR KEY>, a<br>b <U>c</U>.") == [
        "Go to <your-shop>.example/<YOUR KEY>, a\nb c."
    ]


def test_an_image_leaves_its_text_only_within_a_sentence():
    assert texts(
        "![Screenshot of settings](a.png)\n\nPress ![Plus](plus.svg) or ![icon1.png](b.png) now."
    ) == ["Press Plus or now."]


def test_directives_of_myst_are_followed_or_left_out():
    source = (
        "(start)=\n```{toctree}\nother\n```\n\n```{image} a.png\n:alt: "
        "Logo\n```\n\n:::{toctree}\nmore\n:::\n\n"
        "See {ref}`the plans <plans>` and {doc}`guide`.\n\n```{code-block} sh\n:linenos:\n\nls\n```\n\n"
        "````{tab} Linux\n```{note}\nAs root.\n```\n````\n\n```{eval-rst}\n.. note:: Use :kbd:`Esc`.\n```\n"
    )

    assert shape(source) == [
        ("paragraph", 0, "See the plans and guide."),
        ("code", 0, "ls"),
        ("paragraph", 0, "Linux"),
        ("note", 0, "As root."),
        ("note", 0, "Use Esc."),
    ]


def test_entities_are_characters_and_spaces_are_plain():
    assert texts("Salt&nbsp;&amp;&#32;pepper\u00a0&lt;now&gt;") == ["Salt & pepper <now>"]


def test_footnotes_are_read_where_they_stand_without_their_marks():
    assert texts("Refunds take a week.[^1]\n\n[^1]: Bank days.\n") == ["Refunds take a week.", "Bank days."]


def test_heading_marks_tables_of_contents_and_links_to_scripts_leave_nothing():
    source = (
        "* TOC\n{:toc}\n\n[[_TOC_]]\n\n## Pay {#pay}\n\n[Open](javascript:open) [[Other page|the list]].\n"
    )

    assert texts(source) == ["Pay", "Open the list."]


def test_task_boxes_and_definition_lists_read_well():
    assert shape("- [x] Paid\n- [ ] Sent\n\nBuffer\n: Time kept free.\n") == [
        ("item", 0, "Paid"),
        ("item", 0, "Sent"),
        ("item", 0, "Buffer"),
        ("paragraph", 0, "Time kept free."),
    ]


def test_what_is_opened_and_never_closed_does_not_hide_the_rest():
    assert texts("Write <!-- first.\n\n{% raw %}Then {note.\n\nDone.\n") == [
        "Write <!-- first.",
        "Then {note.",
        "Done.",
    ]


def test_much_that_is_never_closed_is_read_in_a_moment():
    for sign in ("<!-- ", "<pre>", "{% ", "{% raw %}", "`` ` ", "<A "):
        assert (
            read_markdown("import x from 'x'\n\n" + sign * 3000 + "\n\nEnd.\n")
            .parts[-1]
            .text.endswith("End.")
        )

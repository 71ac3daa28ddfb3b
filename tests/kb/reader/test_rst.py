from __future__ import annotations

from kb.reader.rst import read_rst


def shape(text):
    return [(part.kind, part.level, part.text) for part in read_rst(text).parts]


def texts(text):
    return [part.text for part in read_rst(text).parts]


def test_headings_take_their_level_from_the_order_of_their_marks():
    source = "=====\nPlans\n=====\n\nTeam\n----\n\nPrice\n~~~~~\n\nBusiness\n--------\n\n----\n\nAll.\n"

    assert shape(source) == [
        ("heading", 1, "Plans"),
        ("heading", 2, "Team"),
        ("heading", 3, "Price"),
        ("heading", 2, "Business"),
        ("paragraph", 0, "All."),
    ]


def test_roles_links_and_emphasis_leave_the_words_that_are_shown():
    source = (
        "Open :guilabel:`&Billing`, then :menuselection:`Plan --> Pause`, see :ref:`the fees <fees>`,\n"
        ":doc:`/guides/pause-plan`, `our site <https://x.example>`__ and **:kbd:`Esc`** "
        "or ``{% raw`` *now* [1]_.\n"
    )

    assert texts(source) == [
        "Open Billing, then Plan > Pause, see the fees, pause plan, our site and Esc or {% raw now."
    ]


def test_substitutions_are_filled_in_or_left_out():
    source = (
        "Select the |menu| icon, |brand| says.\n\n.. |brand| replace:: Wrenfield "
        "**Oy**\n.. |menu| image:: a.png\n"
    )

    assert texts(source) == ["Select the icon, Wrenfield Oy says."]
    assert texts("Tap |plus|.\n\n.. |plus| image:: a.png\n   :alt: Plus icon\n") == ["Tap Plus icon."]
    assert texts("From the menu |unknown|, select it.") == ["From the menu, select it."]


def test_lists_nest_and_keep_their_paragraphs():
    source = (
        "1. Open it.\n\n   - as owner\n   - as manager,\n     too\n\n2. Save.\n\n   It syncs.\n\n#. Done.\n"
    )

    assert shape(source) == [
        ("item", 0, "Open it."),
        ("item", 1, "as owner"),
        ("item", 1, "as manager, too"),
        ("item", 0, "Save."),
        ("paragraph", 0, "It syncs."),
        ("item", 0, "Done."),
    ]


def test_a_name_with_an_initial_is_no_list():
    assert shape("A. Miller wrote\nthis page.\n") == [("paragraph", 0, "A. Miller wrote this page.")]


def test_directives_without_words_leave_nothing():
    source = (
        ":orphan:\n\n.. _start:\n\n.. meta::\n   :description: Secret\n\n.. toctree::\n  "
        " :maxdepth: 1\n\n   a\n   b\n\n"
        ".. image:: a.png\n  :alt: Menu\n\n.. include:: x.rst\n  :start-after: y\n\n.. "
        "contents::\n\n.. index:: pay\n\n"
        ".. config:setting:: name\n   :description: Hidden.\n\n   - more\n\n.. A "
        "remark\n   on two lines\n\nShown.\n"
    )

    page = read_rst(source)

    assert [part.text for part in page.parts] == ["Shown."]
    assert page.fields == {"orphan": True}


def test_notes_tabs_and_unknown_directives_keep_their_content():
    source = (
        ".. note:: Only owners.\n\n.. warning::\n\n   Data goes.\n\n.. admonition:: In short\n\n   Yes.\n\n"
        ".. versionadded:: 5.2\n   Waiting list.\n\n"
        ".. tab:: iPhone\n\n   Tap it.\n\n.. strange-box:: argument\n   :option: x\n\n   Inside.\n"
    )

    assert shape(source) == [
        ("note", 0, "Only owners."),
        ("note", 0, "Data goes."),
        ("note", 0, "In short"),
        ("note", 0, "Yes."),
        ("note", 0, "Added in version 5.2 Waiting list."),
        ("paragraph", 0, "iPhone"),
        ("paragraph", 0, "Tap it."),
        ("paragraph", 0, "Inside."),
    ]


def test_code_is_kept_as_written():
    source = (
        ".. code-block:: sh\n   :caption: x\n\n   ls |a|\n     -l\n\nRun::\n\n    wf "
        ":ref:`x`\n\nOr so ::\n\n  b\n\n"
        ">>> 1 + 1\n2\n"
    )

    assert shape(source) == [
        ("code", 0, "ls |a|\n  -l"),
        ("paragraph", 0, "Run:"),
        ("code", 0, "wf :ref:`x`"),
        ("paragraph", 0, "Or so"),
        ("code", 0, "b"),
        ("code", 0, ">>> 1 + 1\n2"),
    ]


def test_a_drawn_table_is_read_row_by_row():
    source = (
        "+-------+-------+---------+\n| Plan  | Place | Fee     |\n+=======+=======+=========+\n"
        "| Team  | EU    | - 1.4 % |\n|       |       | - fixed |\n|       +-------+---------+\n"
        "|       | Other | 2.9 %   |\n+-------+-------+---------+\n"
    )

    assert shape(source) == [
        ("row", 0, "Plan | Place | Fee"),
        ("row", 0, "Team | Place: EU | Fee: 1.4 %; fixed"),
        ("row", 0, "Team | Place: Other | Fee: 2.9 %"),
    ]


def test_a_drawn_table_whose_lines_do_not_meet_is_read_all_the_same():
    source = "+------+----+\n| Code | Meaning |\n+====+=====+\n| A-1 | gone |\n+---+----+\n"

    assert texts(source) == ["Code | Meaning", "A-1 | gone"]


def test_simple_list_and_csv_tables_are_read():
    simple = "=====  =====\nCode   Means\n=====  =====\nA-1    gone\n=====  =====\n"
    listed = ".. list-table::\n   :header-rows: 1\n\n   * - Code\n     - Means\n   * - ``A-1``\n     - gone\n"
    comma = '.. csv-table::\n   :header: "Code", "Means"\n\n   "A-1", "**gone**\n\n   for good"\n'

    assert texts(simple) == ["Code | Means", "A-1 | gone"]
    assert texts(listed) == ["Code | Means", "A-1 | gone"]
    assert texts(comma) == ["Code | Means", "A-1 | gone for good"]


def test_definitions_quotes_and_line_blocks_read_well():
    source = "Buffer\n  Time kept\n  free.\n\n    Quoted.\n\n| Wrenfield Oy\n| Tampere\n\n.. [1] Bank days.\n"

    assert shape(source) == [
        ("item", 0, "Buffer"),
        ("paragraph", 0, "Time kept free."),
        ("paragraph", 0, "Quoted."),
        ("paragraph", 0, "Wrenfield Oy\nTampere"),
        ("paragraph", 0, "Bank days."),
    ]


def test_raw_html_is_read_as_html_and_other_raw_text_is_left_out():
    source = (
        ".. raw:: html\n\n   <style>a {}</style><p>Error <b>PAY-102</b></p>\n\n.. raw:: "
        "latex\n\n   \\newpage\n"
    )

    assert shape(source) == [("paragraph", 0, "Error PAY-102")]

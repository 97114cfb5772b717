import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.query import QueryError
from sessions_app.query.columns import DEFAULT, FIELD_COLUMNS, MOST_COLUMNS, Column, read_columns, write_columns

keys = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)


def paths(text: str) -> list[tuple[str, ...]]:
    return [column.path for column in read_columns(text)]


def test_fields_are_named_as_in_a_query_and_all_else_is_a_metadata_path():
    columns = read_columns("status, order.status,proxy_mb,started_at")
    assert columns == (
        Column("status"),
        Column("order.status", ("order", "status")),
        Column("proxy"),
        Column("started_at", ("started_at",)),
    )
    assert [column.title for column in columns] == ["Status", "order.status", "Proxy", "started_at"]


def test_a_quoted_name_is_a_key_of_the_metadata_whatever_its_name():
    assert paths('"status","a.b",a.b,"x y".z,"",proxy."status"') == [
        ("status",),
        ("a.b",),
        ("a", "b"),
        ("x y", "z"),
        ("",),
        ("proxy", "status"),
    ]


def test_each_column_stands_once_where_it_is_first_named():
    assert write_columns(read_columns('by,team,status,"team",by')) == "by,team,status"


@pytest.mark.parametrize(
    ("text", "position"),
    [
        (",", 0),
        ("", 0),
        ("status,", 7),
        ("status,,id", 7),
        ("a..b", 2),
        ('status,"x', 7),
        ("team=growth", 4),
        ("status id", 7),
        ("a\x00", 0),
        ("a" * 2001, 0),
        (",".join(f"key{n}" for n in range(MOST_COLUMNS + 1)), 0),
    ],
)
def test_what_names_no_columns_says_where_it_is_wrong(text, position):
    with pytest.raises(QueryError) as caught:
        read_columns(text)
    assert caught.value.position == position


def test_what_everybody_has_is_read_as_it_is_written():
    assert write_columns(read_columns(DEFAULT)) == DEFAULT
    assert write_columns(read_columns(",".join(FIELD_COLUMNS))) == ",".join(FIELD_COLUMNS)


@given(st.lists(st.lists(keys, min_size=1, max_size=4), min_size=1, max_size=5))
def test_any_path_is_written_so_that_it_is_read_again(many):
    from sessions_app.query.columns import metadata_column

    columns = tuple(dict.fromkeys(metadata_column(tuple(path)) for path in many))
    assert read_columns(write_columns(columns)) == columns


@given(st.text(max_size=60))
def test_no_text_is_more_than_a_query_error(text):
    try:
        columns = read_columns(text)
    except QueryError:
        return
    assert read_columns(write_columns(columns)) == columns

"""The usage page: what it says, splits, compares and leads to."""

import csv
import html
import io
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.models import Session, UsageNote, UsageSnapshot, User
from sessions_app.query import matching, parse
from sessions_app.usage import rollups
from tests.conftest import make_account
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def midnight() -> datetime:
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


def ran(account, start: datetime, minutes: float = 10, **fields) -> Session:
    return make_session(account, started_at=start, ended_at=start + timedelta(minutes=minutes), **fields)


def page(client, address: str = "/usage/", **headers) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def part(client, address: str) -> str:
    """What the page loads and shows in the place of what it had at first."""
    return page(client, address, **{"HX-Request": "true"})


def text_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def found_by(address: str) -> set[str]:
    """The sessions that the list shows at an address of it."""
    parameters = parse_qs(urlsplit(html.unescape(address)).query)
    return set(matching(Session.objects.all(), parse(parameters["q"][0])).values_list("pk", flat=True))


@pytest.fixture
def teams(account) -> dict[str, list[Session]]:
    """Three days ago: growth ran for 30 minutes, labs for 10, nobody for 5; a week before that growth for 10."""
    project, start = make_project(account, name="checkout"), midnight() - 3 * DAY + timedelta(hours=5)
    make_session(account, project=project, started_at=start - 40 * DAY, ended_at=start - 40 * DAY)
    ran(account, start - 7 * DAY, 10, project=project, user_metadata={"team": "growth"})
    return {
        "growth": [
            ran(account, start, 20, project=project, user_metadata={"team": "growth", "env": "prod"}),
            ran(account, start, 10, project=project, user_metadata={"team": "growth"}, status="TIMED_OUT"),
        ],
        "labs": [ran(account, start, 10, project=project, user_metadata={"team": "labs", "env": "prod"})],
        "not set": [
            ran(account, start, 3, project=project, user_metadata={"team": None}),
            ran(account, start, 2, project=project, user_metadata={"team": ["a"]}),
        ],
    }


BY_TEAM = "/usage/?range=7d&split=metadata.team"


@pytest.mark.parametrize(
    "address",
    [
        "/usage/",
        BY_TEAM,
        f"{BY_TEAM}&split2=metadata.env",
        "/usage/?source=counter",
        "/usage/?q=team%3Dgrowth&split=status&measure=sessions",
        "/usage/truths/",
        "/usage/concurrency/?range=7d",
        "/usage/report/?split=metadata.team",
        "/usage/?range=cycle",
        "/usage/?range=last_cycle&by=week",
    ],
)
def test_every_part_has_its_page_and_its_fragment(signed_in, teams, address):
    assert page(signed_in, address)
    assert part(signed_in, address)


def read(project, ago: timedelta, minutes: int, proxy_bytes: int = 0) -> None:
    taken_at = timezone.now() - ago
    UsageSnapshot.objects.create(
        project=project, taken_at=taken_at, unchanged_until=taken_at, browser_minutes=minutes, proxy_bytes=proxy_bytes
    )


def links(markup: str, within: str) -> dict[str, str]:
    """{words: address} of the links to the list in the element with that class."""
    part_of_page = markup.partition(f'class="{within}"')[2].partition("</table>" if "table" in within else "</figure>")[
        0
    ]
    found = re.findall(r'<a href="(/sessions/[^"]*)"[^>]*?(?: aria-label="([^"]*)")?>(.*?)</a>', part_of_page, re.S)
    return {html.unescape(label or text_of(inner)): address for address, label, inner in found}


def pks(*sessions: Session) -> set[str]:
    return {session.pk for session in sessions}


def test_what_changed_most_stands_first_with_its_numbers(signed_in, teams):
    words = text_of(part(signed_in, BY_TEAM))
    assert "growth used 3.0 times as much as in the 7 days before : 30 min, 10 min then, 10 min of it wasted." in words
    assert "All together 45 min, 4.5 times as much." in words


def test_of_a_stretch_that_is_not_known_nothing_is_claimed(signed_in, account):
    ran(account, midnight() - DAY, 20, project=make_project(account))
    words = text_of(part(signed_in, "/usage/?range=7d"))
    assert "Of the 7 days before not everything is known." in words
    assert "not known" in words.partition("Change")[2]
    week_ago = (midnight() - 6 * DAY).strftime("%-d %b")
    assert f"{week_ago}: not known" in words


def test_before_the_oldest_session_no_figure_is_nought(signed_in, account):
    ran(account, midnight() - DAY, 20, project=make_project(account))
    address = f"/usage/?from={midnight() - 60 * DAY:%Y-%m-%d}&to={midnight() - 58 * DAY:%Y-%m-%d}"
    words = text_of(part(signed_in, address))
    for measure in ("Browser minutes", "Sessions", "Proxy bytes", "Wasted minutes"):
        assert f"{measure} not known" in words
    assert set(signed_in.get(f"{address}&format=json").json()["total"].values()) == {None}


def test_where_no_session_is_meant_a_bar_is_nought(signed_in, teams):
    words = text_of(part(signed_in, "/usage/?range=7d&q=env%3Dnosuch"))
    assert f"{midnight() - 2 * DAY:%-d %b}: 0 min" in words
    assert "not known" not in words.partition("Project")[0]


def test_what_is_nought_leads_nowhere(signed_in, teams):
    markup = part(signed_in, BY_TEAM)
    assert "0 B" in text_of(markup)
    assert "0 B" not in links(markup, "table usage-table")


def test_bars_and_cells_lead_to_exactly_their_sessions(signed_in, teams):
    markup = part(signed_in, BY_TEAM)
    day = (midnight() - 3 * DAY).strftime("%-d %b")
    bars = links(markup, "card card-pad usage-chart")
    assert found_by(bars[f"growth, {day}: 30 min"]) == pks(*teams["growth"])
    assert found_by(bars[f"not set, {day}: 5 min"]) == pks(*teams["not set"])
    assert found_by(bars[f"{day}: 45 min"]) == pks(*(one for some in teams.values() for one in some))
    cells = links(markup, "table usage-table")
    assert found_by(cells["10 min"]) in (pks(teams["growth"][1]), pks(*teams["labs"]))


@pytest.mark.parametrize("measure", ["browser_minutes", "sessions"])
def test_a_session_across_midnight_is_behind_the_bars_that_it_is_in(signed_in, account, measure):
    project, border = make_project(account), midnight() - DAY
    across = ran(account, border - timedelta(minutes=10), 30, project=project)
    at_border = ran(account, border, 10, project=project)
    later = ran(account, border + timedelta(minutes=1), 1, project=project)
    bars = links(part(signed_in, f"/usage/?range=7d&measure={measure}"), "card card-pad usage-chart")
    after = next(url for words, url in bars.items() if words.startswith(border.strftime("%-d %b:")))
    before = next(url for words, url in bars.items() if words.startswith((border - DAY).strftime("%-d %b:")))
    assert found_by(before) == pks(across)
    assert found_by(after) == (pks(at_border, later) if measure == "sessions" else pks(across, at_border, later))


@pytest.mark.parametrize("status", ["RUNNING", "COMPLETED"])
def test_what_ran_for_days_is_behind_the_bar_of_each_of_them(signed_in, account, status):
    ended_at = None if status == "RUNNING" else midnight() - timedelta(hours=1)
    started_at = midnight() - 4 * DAY
    long = make_session(account, project=make_project(account), status=status, started_at=started_at, ended_at=ended_at)
    bars = links(part(signed_in, "/usage/?range=7d"), "card card-pad usage-chart")
    for ago in (4, 3, 1):
        day = (midnight() - ago * DAY).strftime("%-d %b:")
        assert found_by(next(url for words, url in bars.items() if words.startswith(day))) == pks(long)


def test_bytes_lead_to_the_sessions_that_had_any(signed_in, account):
    project, start = make_project(account), midnight() - DAY
    some = ran(account, start, 10, project=project, proxy_bytes=1)
    ran(account, start, 10, project=project)
    bars = links(part(signed_in, "/usage/?range=7d&measure=proxy_bytes"), "card card-pad usage-chart")
    assert set().union(*map(found_by, bars.values())) == pks(some)


def test_the_table_as_csv_tells_keys_apart(signed_in, account):
    project, start = make_project(account), midnight() - DAY
    for team in ("7", 7, "", None, "growth"):
        ran(account, start, 10, project=project, user_metadata={"team": team})
    answer = signed_in.get(f"{BY_TEAM}&split2=status&format=csv").getvalue().decode()
    keys = [tuple(line[:2]) for line in csv.reader(io.StringIO(answer))][1:]
    assert sorted(keys) == [(team, "COMPLETED") for team in ("", '""', '"7"', "7", "growth")]


@pytest.mark.parametrize("value", ['a "b", c', "*", ">5", "emoji 🐙", "=cmd()", "a.b:c=d", "not set"])
def test_any_value_leads_to_its_sessions(signed_in, account, value):
    project, start = make_project(account), midnight() - DAY
    wanted = ran(account, start, 10, project=project, user_metadata={"a.b": value})
    ran(account, start, 20, project=project, user_metadata={"a": {"b": value}})
    markup = part(signed_in, '/usage/?range=7d&split=metadata."a.b"')
    assert found_by(links(markup, "table usage-table")["10 min"]) == pks(wanted)
    assert html.escape(value) in markup


@pytest.mark.parametrize(("value", "shown"), [(" ", '" "'), ("\t", r'"\t"'), ("", '""'), ("not set", '"not set"')])
def test_a_value_that_reads_as_none_is_shown_in_quotes(signed_in, account, value, shown):
    ran(account, midnight() - DAY, project=make_project(account), user_metadata={"team": value})
    assert html.escape(shown) in part(signed_in, BY_TEAM)


def test_what_ended_before_it_began_took_no_time(signed_in, account):
    ran(account, midnight() - DAY, -5, project=make_project(account), user_metadata={"team": "growth"})
    (row,) = signed_in.get(f"{BY_TEAM}&format=json").json()["rows"]
    assert (row["browser_minutes"], row["average_s"], row["p95_s"]) == (1, 0, 0)


def test_the_small_ones_stand_together_and_lead_to_all_of_theirs(signed_in, account):
    project, start = make_project(account), midnight() - DAY
    for number in range(15):
        ran(account, start, 10 + 5 * number, project=project, user_metadata={"run": number})
    markup = part(signed_in, "/usage/?range=7d&split=metadata.run")
    assert "other (3)" in markup
    others = Session.objects.filter(user_metadata__run__lt=3)
    assert found_by(links(markup, "table usage-table")["45 min"]) == pks(*others)
    assert "other (3)" not in part(signed_in, "/usage/?range=7d&split=metadata.run&rows=all").partition("<table")[2]


def test_what_takes_a_look_at_each_session_is_compared_after_the_page(signed_in, teams):
    address = "/usage/?range=7d&split=metadata.team&q=duration:>0s"
    at_first, later = (text_of(get(signed_in, address).partition("usage-table")[2]) for get in (page, part))
    assert "growth 30 min …" in at_first
    assert "not everything is known" not in text_of(page(signed_in, address))
    assert "growth 30 min +200 %" in later


def test_two_splits_at_once_add_up_and_lead_on(signed_in, teams):
    markup = part(signed_in, f"{BY_TEAM}&split2=metadata.env")
    words = text_of(markup.partition("usage-matrix")[2])
    assert "growth 20 min 10 min 30 min labs 10 min 0 10 min not set 0 5 min 5 min All 30 min 15 min 45 min" in words
    cells = links(markup, "table usage-matrix")
    assert found_by(cells["20 min"]) == pks(teams["growth"][0])
    assert found_by(cells["15 min"]) == pks(teams["growth"][1], *teams["not set"])


def test_the_table_sorts_by_any_column(signed_in, teams):
    def names(order: str) -> list[str]:
        markup = part(signed_in, f"{BY_TEAM}&order={order}").partition("usage-table")[2].partition("<tfoot")[0]
        return [text_of(one) for one in re.findall(r'<th scope="row">(.*?)</th>', markup, re.S)]

    assert names("-total") == ["growth", "labs", "not set"]
    assert names("total") == names("-name") == ["labs", "growth", "not set"]
    assert names("-p95") == ["growth", "labs", "not set"]


def test_a_filter_counts_and_a_click_changes_it(signed_in, teams):
    assert "All together" not in text_of(part(signed_in, f"{BY_TEAM}&q=team%3Dlabs"))
    assert "10 min" in text_of(part(signed_in, f"{BY_TEAM}&q=team%3Dlabs"))
    answer = signed_in.get(f"{BY_TEAM}&q=team%3Dlabs&add=env%3Dprod")
    assert parse_qs(urlsplit(answer["Location"]).query)["q"] == ["team=labs env=prod"]
    assert urlsplit(answer["Location"]).path == "/usage/"
    assert "Something is missing" in page(signed_in, "/usage/?q=team%3D")


@pytest.mark.parametrize(
    "name", ["range", "from", "to", "cycle", "by", "split", "split2", "measure", "source", "order", "tz"]
)
def test_what_means_nothing_is_said_and_left_out(signed_in, account, name):
    make_project(account)
    answer = signed_in.get("/usage/", {name: "<b>90d", "format": "json"})
    assert (answer.status_code, answer.json()["error"]["parameter"]) == (400, name)
    words = page(signed_in, f"/usage/?{name}=%3Cb%3E90d")
    assert "Shown is what the address means without it." in words
    assert "<b>90d" not in words


def test_the_counter_is_split_by_projects_alone(signed_in, account):
    project = make_project(account, name="checkout")
    read(project, 2 * DAY, 100)
    read(project, 3 * timedelta(hours=1), 148)
    words = text_of(part(signed_in, "/usage/?range=7d&source=counter"))
    assert "48 min" in words
    assert "No reading from" in words
    assert f"{(midnight() - 6 * DAY).strftime('%-d %b')}: not known" in words
    assert "knows no filter" in page(signed_in, "/usage/?source=counter&split=region")


def test_both_truths_are_told_of_the_time_that_both_know(signed_in, account):
    project = make_project(account, name="checkout")
    ran(account, timezone.now() - 5 * DAY, 60, project=project)
    ran(account, timezone.now() - timedelta(hours=5), 90, project=project)
    for _ in range(40):
        ran(account, timezone.now() - timedelta(hours=4), 0.25, project=project)
    read(project, timedelta(hours=6), 500)
    read(project, timedelta(minutes=1), 690)
    (row,) = signed_in.get("/usage/truths/?range=7d&format=json").json()["rows"]
    assert (row["counter"], round(row["sessions_sum"]), round(row["difference"])) == (190, 130, 60)
    assert row["likely_cause"] == "not_seen"
    words = text_of(part(signed_in, "/usage/truths/?range=7d"))
    assert "190 min" not in words
    assert "3.2 h by the counters, 2.2 h by sessions" in words
    assert "when the counter was first read" in words
    lines = signed_in.get("/usage/truths/?range=7d&format=csv").getvalue().decode().splitlines()
    assert lines[0].startswith("project,name,measure,from,to,counter,sessions_sum,difference,likely_cause")
    assert lines[1].startswith(f"{project.pk},checkout,browser_minutes,")


def test_the_evidence_has_numbers_a_spreadsheet_can_add(signed_in, account):
    project = make_project(account)
    ran(account, timezone.now() - timedelta(hours=5), 90, project=project)
    read(project, timedelta(hours=6), 500)
    read(project, timedelta(minutes=1), 530)
    (row,) = csv.DictReader(io.StringIO(signed_in.get("/usage/truths/?range=7d&format=csv").getvalue().decode()))
    assert float(row["difference"]) == pytest.approx(30 - 90)


def test_full_minutes_explain_a_difference(signed_in, account):
    project = make_project(account)
    for number in range(30):
        ran(account, timezone.now() - timedelta(hours=3, minutes=number), 1.5, project=project)
    read(project, timedelta(hours=6), 0)
    read(project, timedelta(minutes=1), 60)
    (row,) = signed_in.get("/usage/truths/?range=24h&format=json").json()["rows"]
    assert (row["likely_cause"], row["rounded_up_adds"]) == ("rounding", 15)


def test_a_slot_held_for_days_is_still_held(signed_in, account):
    project, start = make_project(account), midnight() - 6 * DAY
    long = [
        ran(account, start, 5 * 24 * 60, project=project),
        make_session(account, project=project, started_at=start, status="RUNNING"),
    ]
    at = (midnight() - 2 * DAY).isoformat().replace("+", "%2B")
    markup = page(signed_in, f"/usage/slots/?project={project.pk}&at={at}")
    assert all(one.short_id in markup for one in long)


def test_concurrency_tells_peaks_the_limit_and_who_held_the_slots(signed_in, account, user):
    project = make_project(account, name="checkout", concurrency=3)
    start = midnight() - DAY + timedelta(hours=10)
    for number in range(3):
        minutes = timedelta(minutes=number)
        ran(account, start + minutes, 20, project=project, created_by=user, user_metadata={"team": f"team {number}"})
    ran(account, start + timedelta(minutes=30), 5, project=project)
    numbers = signed_in.get("/usage/concurrency/?range=7d&format=json").json()
    (one,) = numbers["projects"]
    assert (one["limit"], one["peak"], one["minutes_at_limit"]) == (3, 3, 18)
    assert datetime.fromisoformat(one["peak_at"]) == start + timedelta(minutes=2)
    assert sum(one["peaks"]) == 3
    assert numbers["creations"][0]["allowed_a_minute"] is None
    table = signed_in.get("/usage/concurrency/?range=7d&format=csv").getvalue().decode()
    assert [*csv.reader(io.StringIO(table))] == [
        ["project", "limit", "peak", "peak_at", "minutes_at_limit", *numbers["periods"]],
        [str(cell) for cell in (project.pk, 3, 3, one["peak_at"], one["minutes_at_limit"], *one["peaks"])],
    ]
    words = text_of(part(signed_in, "/usage/concurrency/?range=7d"))
    assert "and was at its limit for 18 min in all" in words
    assert "what its plan allows is not known" in words
    at = (start + timedelta(minutes=5)).isoformat()
    held = text_of(page(signed_in, f"/usage/slots/?project={project.pk}&at={at.replace('+', '%2B')}"))
    assert "3 of 3 slots held" in held
    assert "ada 3" in held
    by_team = text_of(page(signed_in, f"/usage/slots/?project={project.pk}&at={at.replace('+', '%2B')}&group=team"))
    assert "team 2 1" in by_team


def test_creations_count_for_the_account_of_the_project_whichever_key_saw_them(signed_in, account):
    project, start = make_project(account), midnight() - DAY
    for seen_by in (account, make_account("second", account.base_url, "bb_second")):
        ran(seen_by, start, 20, project=project)
    numbers = signed_in.get("/usage/concurrency/?range=7d&format=json").json()
    assert [(row["account"], row["peak"]) for row in numbers["creations"]] == [(account.name, 2)]


def test_who_held_the_slots_is_there_for_scripts(signed_in, account, user):
    project, start = make_project(account, concurrency=3), midnight() - DAY
    one = ran(account, start, 20, project=project, created_by=user, user_metadata={"team": 7})
    address = f"/usage/slots/?format=json&project={project.pk}&at={(start + timedelta(minutes=5)):%Y-%m-%dT%H:%MZ}"
    held = signed_in.get(address).json()
    assert (held["project"], held["limit"], held["running"], held["by"]) == (project.pk, 3, 1, "owner")
    assert held["at"] == f"{start + timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}"
    (group,) = signed_in.get(f"{address}&group=team").json()["groups"]
    assert (group["key"], group["count"], group["sessions"][0]["id"]) == (7, 1, one.pk)


def test_who_held_the_slots_shows_a_value_of_blanks_in_quotes(signed_in, account):
    project, start = make_project(account), midnight() - DAY
    ran(account, start, 20, project=project, user_metadata={"team": " "})
    address = f"/usage/slots/?project={project.pk}&at={start:%Y-%m-%dT%H:%MZ}&group=team"
    assert html.escape('" "') in page(signed_in, address)


@pytest.mark.parametrize(
    ("changed", "status", "parameter"),
    [({"at": "soon"}, 400, "at"), ({"group": "a:b"}, 400, "group"), ({"project": "nobody"}, 404, None)],
)
def test_who_held_the_slots_of_nothing_is_an_error(signed_in, account, changed, status, parameter):
    asked = {"format": "json", "project": make_project(account).pk, "at": "2026-11-01T10:00Z"} | changed
    answer = signed_in.get("/usage/slots/", asked)
    assert answer.status_code == status
    assert answer.json()["error"].get("parameter") == parameter


def test_a_slot_that_is_given_back_is_free_at_once(signed_in, account):
    project, start = make_project(account, concurrency=2), midnight() - DAY
    first = ran(account, start, 10, project=project)
    ran(account, first.ended_at, 10, project=project)
    (one,) = signed_in.get("/usage/concurrency/?range=7d&format=json").json()["projects"]
    assert (one["peak"], one["minutes_at_limit"]) == (1, 0)


def test_a_plan_is_noted_and_counts(signed_in, account):
    number = account.pk
    wrong = signed_in.post("/usage/plan/", {"account": number, f"{number}-cycle_day": "32"})
    assert "A day of the month is 1 to 31." in wrong.content.decode()
    form = {"account": number, f"{number}-cycle_day": "5", f"{number}-creations_per_minute": "60"}
    assert signed_in.post("/usage/plan/", form)["Location"] == "/usage/plan/"
    account.refresh_from_db()
    assert (account.cycle_day, account.creations_per_minute) == (5, 60)
    make_project(account)
    cycle = signed_in.get("/usage/?range=last_cycle&format=json").json()
    assert cycle["from"][8:10] == cycle["to"][8:10] == "05"
    other = signed_in.get("/usage/?range=last_cycle&cycle=31&format=json").json()
    assert datetime.fromisoformat(other["from"]).month != datetime.fromisoformat(other["to"]).month


def test_a_note_is_pinned_for_everybody_and_changed_by_its_author(signed_in, account, user, client):
    ran(account, midnight() - DAY, project=make_project(account))
    at = (midnight() - DAY).strftime("%Y-%m-%dT12:00")
    answer = signed_in.post("/usage/notes/", {"text": "<b>live</b>", "at": at, "back": "range=7d"})
    assert answer["Location"] == "/usage/?range=7d"
    markup = page(signed_in, "/usage/?range=7d")
    assert markup.count("&lt;b&gt;live&lt;/b&gt;") >= 3
    assert "<b>live" not in markup
    note = UsageNote.objects.get()
    signed_in.post(f"/usage/notes/{note.pk}/", {"text": "crawler live", "at": at, "back": ""})
    assert UsageNote.objects.get().text == "crawler live"
    assert "Say what it was." in signed_in.post("/usage/notes/", {"text": "", "at": at}).content.decode()
    assert "Give a day" in signed_in.post("/usage/notes/", {"text": "x", "at": "soon"}).content.decode()
    client.force_login(User.objects.create_user("bob"))
    assert "crawler live" in page(client, "/usage/?range=7d")
    assert client.post(f"/usage/notes/{note.pk}/delete/").status_code == 403
    client.force_login(user)
    assert client.post(f"/usage/notes/{note.pk}/delete/", {"back": "range=7d"})["Location"] == "/usage/?range=7d"
    assert not UsageNote.objects.exists()


def test_a_report_is_of_a_calendar_month_against_the_one_before(signed_in, account):
    project = make_project(account)
    for month, minutes in ((7, 5), (8, 20), (9, 60)):
        start = datetime(2026, month, 1, tzinfo=UTC)
        ran(account, start, minutes, project=project, user_metadata={"team": "growth"})
        ran(account, start + 10 * DAY, minutes, project=project, user_metadata={"team": "labs"})
    words = text_of(page(signed_in, "/usage/report/?month=2026-09&split=metadata.team"))
    assert "Usage in September 2026 by team" in words
    assert "3.0 times as much as in the month before" in words
    assert "All 2.0 h +200 % 2" in words
    of_one = text_of(page(signed_in, "/usage/report/?month=2026-09&split=project&q=team%3Dlabs"))
    assert "60 min" in of_one
    for wrong in ("2026-13", "2199-01", "soon"):
        assert signed_in.get(f"/usage/report/?month={wrong}").status_code == 400


def test_the_table_is_there_for_scripts(signed_in, teams):
    numbers = signed_in.get(f"{BY_TEAM}&format=json").json()
    assert [row["key"] for row in numbers["rows"]] == ["growth", "labs", None]
    growth = numbers["rows"][0]
    assert (growth["browser_minutes"], growth["sessions"], growth["wasted_minutes"]) == (30, 2, 10)
    assert (growth["average_s"], growth["completed"], growth["timed_out"]) == (900, 1, 1)
    assert numbers["total"]["sessions"] == 5
    lines = signed_in.get(f"{BY_TEAM}&split2=metadata.env&format=csv").getvalue().decode().splitlines()
    assert lines[0].startswith("key,key2,browser_minutes,sessions,")
    assert lines[1].startswith("growth,prod,20.0,1,")


def test_sums_and_sessions_show_the_same_page(signed_in, teams):
    def figures() -> str:
        return text_of(part(signed_in, BY_TEAM).partition("usage-cards")[2])

    before = figures()
    assert rollups.fold()
    assert figures() == before


def test_the_number_of_queries_does_not_grow(signed_in, account):
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert part(signed_in, address)
        return len(captured)

    addresses = [
        "/usage/",
        "/usage/?q=status%3ACOMPLETED",
        "/usage/truths/",
        "/usage/concurrency/",
        "/usage/?source=counter",
    ]
    make_row(account)
    few = [queries(address) for address in addresses]
    for _ in range(20):
        make_row(account)
    assert [queries(address) for address in addresses] == few


def make_row(account) -> None:
    project = make_project(account)
    read(project, timedelta(hours=2), 1)
    read(project, timedelta(hours=1), 3)
    ran(account, timezone.now() - timedelta(hours=1), 10, project=project)


def test_without_an_account_the_page_says_what_to_do(signed_in):
    assert "BROWSERBASE_API_KEY" in page(signed_in)

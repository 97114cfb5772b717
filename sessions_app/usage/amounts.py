"""What a session adds to a stretch of time, in SQL: the same for the sums and for single sessions."""

from django.conf import settings

#: What is kept: microseconds used and wasted in a stretch of time, sessions that began in it, the bytes of those that
#: ended in it, the microseconds that those took in all which began in it, and how many of these ended which way.
OUTCOMES = {"completed": "COMPLETED", "timed_out": "TIMED_OUT", "failed": "ERROR"}
AMOUNTS = ("used_us", "wasted_us", "sessions", "proxy_bytes", "lasted_us", *OUTCOMES)
#: Sessions that began in it and are over, as all are that are kept.
KEPT_AS = {"over": "sessions"}

#: The end of a session as far as anybody knows it, NULL while it runs; one that upstream forgot ended when that was
#: seen. As `Session.duration` has it. To be formatted with the row's alias and a point.
KNOWN_END = """coalesce({0}ended_at, CASE WHEN {0}status IN ('COMPLETED', 'ERROR', 'TIMED_OUT') THEN
    coalesce({0}updated_at, {0}changed_at) END, {0}missing_since)"""

#: Ended within a believable time (upstream ends every session after 6 hours): such are in the sums. The trigger and
#: the index `session_unsettled` of migration 0010 say the same.
SETTLED = f"""coalesce({KNOWN_END} - {{0}}started_at BETWEEN interval '0' AND interval '12 hours'
    AND {{0}}proxy_bytes BETWEEN 0 AND 1000000000000000, false)"""
LONGEST_SETTLED_H = 13  # with what rounding adds, an hour at most
LONGEST_SETTLED = f"interval '{LONGEST_SETTLED_H} hours'"

#: Few sessions last so long: the index `session_long` of migration 0033 holds just these, so that whoever asks what ran
#: at a moment need not look at all that began in the hours before.
IS_LONG = f"coalesce({KNOWN_END} - {{0}}started_at > interval '1 hour', false)"
LONGEST_SHORT = "interval '2 hours'"  # with what rounding adds

#: Of rows with `started_at`, `known_end`, `status` and `proxy_bytes`: when they were used (`since` to `until`, a minute
#: at least), from when to when that was in vain, and the moment to which the bytes belong. What runs, runs until
#: `as_of`, its bytes belong to the last moment before, and whether it is in vain nobody knows yet.
TIMED = """
SELECT row.*, started_at AS since, {until} AS until,
       CASE WHEN status IN ('TIMED_OUT', 'ERROR') THEN started_at
            WHEN known_end IS NOT NULL THEN greatest(known_end, started_at) END AS wasted_since,
       CASE WHEN status IN ('TIMED_OUT', 'ERROR') THEN {until}
            ELSE started_at + interval '1 minute' END AS wasted_until,
       coalesce(known_end, as_of - interval '1 microsecond') AS paid_at
FROM (SELECT row.*, as_of, coalesce(known_end, as_of) AS ended
      FROM ({rows}) AS row, (SELECT %s::timestamptz AS as_of) AS moment OFFSET 0) AS row
"""
UNTIL = "greatest(ended, started_at + interval '1 minute')"
#: What is over, rounded up.
ROUNDED = f"""CASE WHEN known_end IS NULL THEN {UNTIL} ELSE
    started_at + ceil(date_part('epoch', {UNTIL} - started_at) / {{seconds}}) * interval '{{seconds}} seconds' END"""


def timed(rows: str) -> str:
    """SQL of the rows as TIMED has them."""
    minutes = settings.ROUND_MINUTES
    return TIMED.format(rows=rows, until=ROUNDED.format(seconds=60 * minutes) if minutes else UNTIL)


def microseconds(start: str, end: str) -> str:
    """SQL: from one moment to another, 0 where that is not later."""
    return f"CASE WHEN {end} > {start} THEN (date_part('epoch', {end} - {start}) * 1e6)::bigint ELSE 0 END"


def amount(name: str, start: str, end: str) -> str:
    """SQL of what such a row, which has a `sign` too, adds to the cell from `start` to `end`.

    Whole numbers: what is taken away again leaves nothing.
    """
    began = f"since >= {start} AND since < {end}"
    match name:
        case "used_us":
            return f"sign * {microseconds(f'greatest(since, {start})', f'least(until, {end})')}"
        case "wasted_us":
            wasted = microseconds(f"greatest(wasted_since, {start})", f"least(wasted_until, {end})")
            return f"CASE WHEN wasted_since < wasted_until THEN sign * {wasted} ELSE 0 END"
        case "sessions":
            return f"CASE WHEN {began} THEN sign ELSE 0 END"
        case "over":
            return f"CASE WHEN {began} AND known_end IS NOT NULL THEN sign ELSE 0 END"
        case "completed" | "timed_out" | "failed":
            ended = f"known_end IS NOT NULL AND status = '{OUTCOMES[name]}'"
            return f"CASE WHEN {began} AND {ended} THEN sign ELSE 0 END"
        case "lasted_us":
            return f"CASE WHEN {began} THEN sign * {microseconds('since', 'ended')} ELSE 0 END"
        case "proxy_bytes":
            return f"CASE WHEN paid_at >= {start} AND paid_at < {end} THEN sign * proxy_bytes ELSE 0 END"
    raise ValueError(name)

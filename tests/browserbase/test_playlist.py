"""HLS playlists, good ones and hostile ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.browserbase.decoding import Unreadable
from sessions_app.browserbase.playlist import playlist_from

BASE = "https://api.example/v1/sessions/s1/replays/0"
GOOD = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-KEY:METHOD=NONE
#EXT-X-MAP:URI="https://cdn.example/init.mp4?a=b,c"
#EXTINF:4.000,title <b>
https://cdn.example/0.m4s?signature=x

#EXT-X-DISCONTINUITY
#EXT-X-SOMETHING-NEW:1
#EXTINF:2.5
relative/1.m4s
#EXT-X-ENDLIST
"""


@pytest.mark.parametrize("text", [GOOD, GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD])
def test_segments_are_read_with_their_durations_and_addresses(text):
    playlist = playlist_from(text, BASE)
    assert [(segment.url, segment.duration_s, segment.is_discontinuity) for segment in playlist.segments] == [
        ("https://cdn.example/0.m4s?signature=x", 4.0, False),
        ("https://api.example/v1/sessions/s1/replays/relative/1.m4s", 2.5, True),
    ]
    assert playlist.init_url == "https://cdn.example/init.mp4?a=b,c"
    assert playlist.duration_s == 6.5
    assert "signature" not in repr(playlist) + repr(playlist.segments[0])


def test_it_is_written_anew_with_other_addresses_and_nothing_of_its_own():
    written = playlist_from(GOOD, BASE).written(lambda number: f"segment/{number}", "init")
    assert written == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        '#EXT-X-MAP:URI="init"\n#EXTINF:4.000,\nsegment/0\n#EXT-X-DISCONTINUITY\n#EXTINF:2.500,\nsegment/1\n#EXT-X-ENDLIST\n'
    )
    again = playlist_from(written, BASE)
    assert [segment.duration_s for segment in again.segments] == [4.0, 2.5]


def test_one_without_segments_is_a_film_of_no_length():
    assert playlist_from("#EXTM3U\n#EXT-X-ENDLIST\n", BASE).duration_s == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no HLS"),
        ("<html></html>", "no HLS"),
        ("#EXTM3U\nhttps://cdn.example/0.m4s", "no duration"),
        ("#EXTM3U\n#EXTINF:4\njavascript:alert(1)", "no address"),
        ("#EXTM3U\n#EXTINF:4\nfile:///etc/passwd", "no address"),
        ("#EXTM3U\n#EXTINF:4\ndata:video/mp4,x", "no address"),
        ("#EXTM3U\n#EXTINF:4\nhttps://[bad", "no address"),
        ("#EXTM3U\n#EXTINF:4\nhttps://cdn.example/a b", "no address"),
        ("#EXTM3U\n#EXTINF:4\nhttps://cdn.example/" + "x" * 30_000, "no address"),
        ("#EXTM3U\n#EXTINF:-4\nhttps://cdn.example/0", "duration"),
        ("#EXTM3U\n#EXTINF:nan\nhttps://cdn.example/0", "duration"),
        ("#EXTM3U\n#EXTINF:99999999\nhttps://cdn.example/0", "duration"),
        ('#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="https://k.example"\n#EXTINF:4\nhttps://cdn.example/0', "encrypted"),
        ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://cdn.example/0", "other playlists"),
        ("#EXTM3U\n#EXTINF:4\n#EXT-X-BYTERANGE:10@0\nhttps://cdn.example/0", "parts of files"),
        ('#EXTM3U\n#EXT-X-MAP:URI="file:///x"\n', "no address"),
        ('#EXTM3U\n#EXT-X-MAP:URI="https://a.example/x",BYTERANGE="1@0"\n', "beginning"),
        ('#EXTM3U\n#EXT-X-MAP:URI="https://a.example/1"\n#EXT-X-MAP:URI="https://a.example/2"\n', "different"),
        ("#EXTM3U\n" + "#EXTINF:4\nhttps://cdn.example/0\n" * 50_001, "too many"),
    ],
)
def test_what_cannot_be_played_says_why(text, why):
    with pytest.raises(Unreadable, match=why):
        playlist_from(text, BASE)


@given(
    st.text(st.characters()) | st.lists(st.sampled_from([*GOOD.splitlines(), "x", "#EXTINF:", "//h/x"])).map("\n".join)
)
def test_any_text_is_a_playlist_or_unreadable(text):
    try:
        playlist = playlist_from("#EXTM3U\n" + text, BASE)
    except Unreadable:
        return
    assert all(segment.url.startswith(("https://", "http://")) for segment in playlist.segments)

"""What else happens to a browser: dialogs, downloads, tabs, screenshots, crashes, its end."""

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.values import amount_in, text_in
from sessions_app.inspector.words import place_words, shortened, size_words

from .event import Event, event_of

_DIALOGS = {
    "alert": "an alert",
    "confirm": "a question",
    "prompt": "a question",
    "beforeunload": "a warning on leaving",
}
_PLAIN = {
    "Page.captureScreenshot": ("screenshot", "took a screenshot"),
    "Page.printToPDF": ("screenshot", "printed the page as PDF"),
    "Target.closeTarget": ("tab_closed", "closed a tab"),
    "Page.close": ("tab_closed", "closed the tab"),
    "Browser.close": ("browser_closed", "closed the browser"),
    "Inspector.targetCrashed": ("crash", "the page crashed"),
    "Target.targetCrashed": ("crash", "a page crashed"),
}
_BEGINS = ("Browser.downloadWillBegin", "Page.downloadWillBegin")
_GOES_ON = ("Browser.downloadProgress", "Page.downloadProgress")
METHODS = frozenset((*_PLAIN, *_BEGINS, *_GOES_ON))
METHODS |= {"Page.javascriptDialogOpening", "Page.handleJavaScriptDialog", "Target.createTarget"}
_LONGEST = 200


class Happenings:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self._downloads: dict[str, Event] = {}
        self._names: dict[str, str] = {}

    def take(self, message: Message) -> None:
        if plain := _PLAIN.get(message.method):
            self.events.append(event_of(message, *plain))
        elif message.method in _BEGINS:
            self._begin_download(message)
        elif message.method in _GOES_ON:
            self._go_on(message)
        elif message.method == "Target.createTarget":
            url = text_in(message.params, "url")
            words = "opened a tab" if url in ("", "about:blank") else f"opened a tab at {place_words(url)}"
            self.events.append(event_of(message, "tab_opened", words))
        else:
            self._take_dialog(message)

    def take_error(self, message: Message) -> None:
        words = f"{message.method} was refused: {shortened(message.error, _LONGEST)}"
        self.events.append(event_of(message, "command_failed", words))

    def _take_dialog(self, message: Message) -> None:
        if message.method == "Page.handleJavaScriptDialog":
            words = "accepted the dialog" if message.params.get("accept") is True else "dismissed the dialog"
        else:
            what = _DIALOGS.get(text_in(message.params, "type"), "a dialog")
            said = shortened(text_in(message.params, "message"), _LONGEST)
            words = f"{what} came up" + (f": “{said}”" if said else "")
        self.events.append(event_of(message, "dialog", words))

    def _begin_download(self, message: Message) -> None:
        """Both domains tell of it, where both are on."""
        guid = text_in(message.params, "guid")
        if guid and guid in self._downloads:
            return
        self._names[guid] = shortened(text_in(message.params, "suggestedFilename"), _LONGEST) or "a file"
        event = event_of(message, "download", f"began to download {self._names[guid]}")
        self._downloads[guid] = event
        self.events.append(event)

    def _go_on(self, message: Message) -> None:
        guid, state = text_in(message.params, "guid"), text_in(message.params, "state")
        event = self._downloads.get(guid)
        if event and state == "completed":
            size = amount_in(message.params, "totalBytes") or amount_in(message.params, "receivedBytes")
            event.text = f"downloaded {self._names[guid]}" + (f", {size_words(size)}" if size else "")
        elif event and state == "canceled":
            event.text = f"gave up downloading {self._names[guid]}"

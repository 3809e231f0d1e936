"""Writes chat.json: what Jinja2 renders, set up as transformers' apply_chat_template sets it up.

Usage: python make_chat_golden.py > chat.json      (needs: pip install jinja2)

Every template is rendered with the same variables. An entry holds the text that was `rendered`, the
message that the template `raised`, or neither where the reference fails; `refused` marks what the
library is known not to support and refuses by name.
"""

import datetime
import json
import sys

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(Extension):
    """The tag that marks what the model wrote; here it only keeps its body."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_keep"), [], [], body).set_lineno(line)

    def _keep(self, caller):
        return caller()


def to_json(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def strftime_now(form):
    return datetime.datetime(2024, 7, 26, 15, 4, 9).strftime(form)


ENVIRONMENT = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
ENVIRONMENT.filters["tojson"] = to_json
ENVIRONMENT.globals.update(raise_exception=raise_exception, strftime_now=strftime_now)

# The variables of every template.
VARIABLES = {
 "s": "Hello World", "e": "", "pad": "  \n padded\t ", "u": "naïve 日本 👩\u200d💻 ß İ Σας ΟΔΟΣ ǆ", "q": "it's \"q\" \\ \n\t\r\u0001\u00a0\u200b",
 "html": "<b>&'\"", "n": 7, "z": 0, "neg": -3, "f": 2.5, "t": True, "no": None, "num": "42", "fl": "42.23",
 "l": [3, 1, 2], "ll": ["b", "A", "c"], "em": [], "mix": [1, "a", None, True, 2.5, [1, {"k": "v"}], {}],
 "d": {"b": 2, "a": 1, "C": "x", "items": 5}, "ed": {},
 "ms": [{"role": "user", "content": "hi", "n": 2}, {"role": "assistant", "content": "yo", "n": 1}, {"role": "user", "content": " bye ", "n": 3, "x": {"y": "deep"}}],
}

# One template a line.
LINES = r'''
{{ s }}
{{ s|upper }} {{ s|lower }} {{ u|upper }} {{ u|lower }} {{ u|title }} {{ u|capitalize }} {{ u.title() }}
{{ 'ΑΣ'|lower }} {{ 'ΑΣ.'|lower }} {{ 'Σ'|lower }} {{ 'aΣb'|lower }} {{ 'ΑΣ'|capitalize }} {{ 'ΣΑΣ ΣΑΣ'|title }}
{{ s[0] }}{{ s[-1] }}{{ s[1:3] }}{{ s[::-1] }}{{ s[::2] }}{{ s[-3:] }}{{ s[:-3] }}{{ s[10:2:-2] }}{{ s[100:] }}{{ u[6:9] }}
{{ s[5] }}|{{ s[99] }}|{{ s[-99] }}|{{ l[99] }}|{{ d['zz'] }}|{{ d.zz }}|{{ no.foo }}|{{ n.foo }}|{{ no['x'] }}|{{ no[0] }}|{{ no[1:] }}
{{ undefined_thing }}|{{ undefined_thing is defined }}|{{ undefined_thing|default('x') }}|{{ undefined_thing ~ 'a' }}|{{ undefined_thing == other }}
{{ undefined_thing.foo }}
{{ undefined_thing['foo'] }}
{{ undefined_thing + 1 }}
{{ 1 + undefined_thing }}
{{ 'a' + undefined_thing }}
{{ undefined_thing() }}
{{ d.zz.yy }}
{{ -undefined_thing }}
{{ undefined_thing < 1 }}
{{ undefined_thing|tojson }}
{{ undefined_thing|length }} {{ undefined_thing|list }} {{ undefined_thing|join }} {{ undefined_thing|upper }} {{ undefined_thing|trim }} {{ undefined_thing|first }}
{{ 'a' in undefined_thing }} {{ undefined_thing in l }} {{ undefined_thing in [undefined_thing] }} {{ [undefined_thing] }}
{% for x in undefined_thing %}x{% else %}none{% endfor %}
{{ l }} {{ mix }} {{ d }} {{ (1,) }} {{ (1, 'a') }} {{ () }} {{ [] }} {{ {} }} {{ [q, u, html] }} {{ {'k': "it's"} }}
{{ none }} {{ None }} {{ true }} {{ True }} {{ false }} {{ no }} {{ t }}
{{ 1.0 }} {{ 1e16 }} {{ 1e15 }} {{ 1.5e300 }} {{ 1e-4 }} {{ 1e-5 }} {{ 123456789012345680.0 }} {{ 0.1 + 0.2 }} {{ 1e22 }} {{ 5e-324 }} {{ 100.0 }} {{ -0.0 }} {{ 12345678901234567.0 }}
{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 7 / 2 }} {{ 6 / 2 }} {{ 2 ** 10 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 7.5 % -2 }} {{ -7.5 // 2 }} {{ 2 * 3.0 }} {{ 7 // 2.0 }}
{{ 1 / 0 }}
{{ 1 % 0 }}
{{ 1 // 0 }}
{{ 1.0 // 0 }}
{{ 1 + 2 * 3 - 4 }} {{ (1 + 2) * 3 }} {{ -2 ** 2 }} {{ 2 ** 3 ** 2 }} {{ 10 - 2 - 3 }} {{ 1 ~ 2 + 3 }} {{ 1 + 2 ~ 3 }} {{ -n }} {{ +n }} {{ --n }} {{ - n|abs }} {{ -3|abs }}
{{ true + 1 }} {{ true * 'a' }} {{ 'ab' * 3 }} {{ 3 * 'ab' }} {{ 'ab' * 0 }} {{ 'ab' * -1 }} {{ [1] * 2 }} {{ (1,) * 2 }} {{ [1] + [2] }} {{ (1,) + (2,) }}
{{ 'a' + 1 }}
{{ 1 + 'a' }}
{{ [1] + (2,) }}
{{ none + 1 }}
{{ {} + {} }}
{{ 1 == 1.0 }} {{ true == 1 }} {{ '1' == 1 }} {{ none == false }} {{ [1, 2] == [1, 2.0] }} {{ (1,) == [1] }} {{ {'a': 1} == {'a': 1} }} {{ {'a': 1, 'b': 2} == {'b': 2, 'a': 1} }} {{ 'é' == 'é' }}
{{ 1 < 2 < 3 }} {{ 1 < 2 > 3 }} {{ 1 < 2 == 2 }} {{ 'a' < 'b' }} {{ 'Z' < 'a' }} {{ [1, 2] < [1, 3] }} {{ [1] < [1, 0] }} {{ (1, 'a') < (1, 'b') }} {{ 1 <= 1.0 }} {{ 2 >= 3 }} {{ true < 2 }} {{ 1 != 2 }}
{{ 1 < 'a' }}
{{ none < 1 }}
{{ [1] < ['a'] }}
{{ {} < {} }}
{{ 'a' in 'abc' }} {{ '' in 'abc' }} {{ 'x' not in 'abc' }} {{ 1 in [1.0] }} {{ 'a' in d }} {{ 'z' in d }} {{ 2 in (1, 2) }} {{ 'user' in ms[0].values() }} {{ not 'a' in 'b' }} {{ 1 in [[1]] }} {{ 3 in range(5) }} {{ 1 in d }}
{{ 1 in 'abc' }}
{{ 1 in none }}
{{ 'a' in 5 }}
{{ not true }} {{ not not 1 }} {{ true and false }} {{ 1 and 2 }} {{ 0 or 'x' }} {{ none or 0 }} {{ '' and 1 }}|{{ not e }} {{ e or 'dflt' }} {{ t and not no }} {{ 1 or undefined_thing.foo }}
{{ 'y' if t else 'n' }} {{ 'y' if no else 'n' }} {{ 'y' if no }}| {{ 'a' if no else 'b' if t else 'c' }} {{ ('x' if t) ~ 'y' }} {{ 1 if t if t else 2 }}
{{ ('x' if no).foo }}
{{ 'a' 'b' "c" }} {{ 'a\nb\tc\\d\'e\"f\x41\u00e9\U0001F600\101\q' }} {{ "it's" }} {{ '\a\b\f\v\r'|tojson }}
{{ 'a
b' }}
{{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1_000 }} {{ 1_0.5 }} {{ 1e3 }} {{ 1E-2 }} {{ 00 }} {{ 1.e }}
{{ 007 }}
{{ 1. }}
{{ .5 }}
{{ l.0 }} {{ l.1 }} {{ ms.0.role }}
{{ d['items'] }} {{ d.a }} {{ d['a'] }} {{ d.get('a') }} {{ d.get('q') }} {{ d.get('q', 'dd') }} {{ d.keys()|list }} {{ d.values()|list }} {{ d.items()|list }} {{ d|items|list }} {{ d.items() }} {{ d.keys() }} {{ d.values() }}
{{ d.items()|length }} {{ d.keys()|first }} {{ d.keys()[0] }}| {{ d|length }} {{ d|list }} {{ d|first }} {{ d|last }} {{ d.copy() == d }}
{% for k, v in d.items() %}{{ k }}={{ v }},{% endfor %} {% for k in d %}{{ k }}{% endfor %} {% for k, v in d|dictsort %}{{ k }}{{ v }}{% endfor %} {% for k, v in d|items %}{{ k }}{% endfor %}
{{ d|dictsort(true) }} {{ {'x': 2, 'y': 1}|dictsort(by='value') }} {{ {'x': 2, 'y': 1}|dictsort(false, 'value', true) }} {{ {'b': 1, 'B': 2, 'a': 3}|dictsort }}
{{ s|trim }} {{ pad|trim|tojson }} {{ pad.strip()|tojson }} {{ pad.lstrip()|tojson }} {{ pad.rstrip()|tojson }} {{ 'xxaxx'.strip('x') }} {{ 'xyaxy'|trim('xy') }} {{ 'xaxa'.lstrip('x') }} {{ 'xaxa'.rstrip('a') }} {{ '\u3000a\u200b'|trim|tojson }}
{{ 'a b  c'.split() }} {{ 'a,b,,c'.split(',') }} {{ ' a  b c '.split(none, 1) }} {{ ' a b c '.rsplit(none, 1) }} {{ 'a,b,c'.split(',', 1) }} {{ 'a,b,c'.rsplit(',', 1) }} {{ ''.split() }} {{ ''.split(',') }} {{ 'aaa'.split('aa') }} {{ 'aaa'.rsplit('aa') }} {{ ' a b '.split(none, 0) }} {{ ' a b '.rsplit(none, 0) }} {{ 'a</think>b'.split('</think>')[-1] }} {{ 'a,b'.split(sep=',', maxsplit=0) }}
{{ 'a'.split('') }}
{{ 'a\nb\r\nc\rd\u2028e\n'.splitlines() }} {{ 'a\nb\n'.splitlines(true) }} {{ ''.splitlines() }} {{ '\n'.splitlines() }} {{ 'a\r\nb'.splitlines(true) }}
{{ s.startswith('He') }} {{ s.endswith('ld') }} {{ s.startswith(('x', 'H')) }} {{ s.endswith('') }} {{ s.find('o') }} {{ s.find('zz') }} {{ s.rfind('o') }} {{ s.count('l') }} {{ u.find('本') }} {{ s.index('W') }} {{ ''.find('') }} {{ s.count('') }} {{ s.rfind('') }} {{ 'aaa'.count('aa') }} {{ 'aaaa'.rfind('aa') }}
{{ s.index('zz') }}
{{ s.startswith(['H']) }}
{{ s.replace('l', 'L') }} {{ s.replace('l', 'L', 1) }} {{ s|replace('o', '0') }} {{ s|replace('o', '0', 1) }} {{ 'abc'.replace('', '-') }} {{ 'abc'.replace('', '-', 2) }} {{ 'aaa'|replace('aa', 'b') }} {{ n|replace(7, 8) }} {{ s|replace('o', '0', -1) }} {{ s.replace('o', '0', 0) }}
{{ s.upper() }} {{ s.lower() }} {{ s.title() }} {{ s.capitalize() }} {{ "they're bill's"|title }} {{ "they're bill's".title() }} {{ 'foo-bar (baz) [q]'|title }} {{ s.isupper() }} {{ 'A'.isupper() }} {{ 'a1'.islower() }} {{ '12'.isdigit() }} {{ '²'.isdigit() }} {{ '½'.isnumeric() }} {{ 'ab'.isalpha() }} {{ 'a1'.isalnum() }} {{ ' '.isspace() }} {{ ''.isspace() }} {{ '1'.isdecimal() }} {{ 'é'.isascii() }}
{{ ', '.join(ll) }} {{ ','.join(['a']) }} {{ ''.join([]) }} {{ '-'.join('abc') }} {{ '-'.join(d) }}
{{ ','.join([1, 2]) }}
{{ s.removeprefix('He') }} {{ s.removesuffix('ld') }} {{ s.removeprefix('x') }} {{ s.partition(' ') }} {{ s.rpartition('o') }} {{ s.partition('zz') }} {{ s.rpartition('zz') }}
{{ '{} {}'.format(1, 'a') }} {{ '{0}{1}{0}'.format('a', 'b') }} {{ '{x}'.format(x=5) }} {{ '{{}}'.format() }}
{{ '{}'.format() }}
{{ '%s-%s' % ('a', 1) }} {{ '%d' % 5 }} {{ '%05d|%-5d|%+d|% d|%x|%X' % (42, 42, 42, 42, 255, 255) }} {{ '%s' % l }} {{ '%s' % none }} {{ '%5s|%-5s|%.2s' % ('ab', 'ab', 'abc') }} {{ '%%' % () }} {{ '%r' % 'a' }} {{ "%s, %s!"|format('Hi', s) }} {{ "%(a)s"|format(a=1) }} {{ '%d' % 3.9 }} {{ '%s' % undefined_thing }}|
{{ '%s %s' % 'a' }}
{{ '%s' % ('a', 'b') }}
{{ '%d' % 'a' }}
{{ 'a' % 1 }}
{{ l|sort }} {{ l|sort(reverse=true) }} {{ ll|sort }} {{ ll|sort(case_sensitive=true) }} {{ ms|sort(attribute='n')|map(attribute='n')|list }} {{ ms|sort(true, attribute='role')|map(attribute='content')|list }} {{ ms|sort(attribute='role,n')|map(attribute='n')|join(',') }} {{ d|sort }} {{ s|sort|join }}
{{ mix|sort }}
{{ l|max }} {{ l|min }} {{ ll|max }} {{ em|max }}| {{ ms|max(attribute='n') }} {{ l|sum }} {{ ms|sum(attribute='n') }} {{ l|sum(start=10) }} {{ em|sum }} {{ ['b', 'B']|min }} {{ ['b', 'B']|max }} {{ ['B', 'b']|min(case_sensitive=true) }}
{{ ['a']|sum }}
{{ ['a', 'A', 'b', 'a']|unique|list }} {{ [1, 1.0, true, 2]|unique|list }} {{ ms|unique(attribute='role')|map(attribute='n')|list }} {{ ['a', 'A']|unique(true)|list }}
{{ l|reverse|list }} {{ s|reverse }} {{ d|reverse|list }} {{ range(3)|reverse|list }} {{ l|first }} {{ l|last }} {{ em|first }}| {{ em|last }}| {{ s|first }} {{ s|last }}
{{ l|join }} {{ l|join(', ') }} {{ ms|join('|', attribute='role') }} {{ ms|join('|', 'role') }} {{ mix|join('-') }} {{ s|join('.') }} {{ d|join(',') }} {{ l|join(1) }}
{{ 5|join }}
{{ l|length }} {{ s|length }} {{ u|length }} {{ d|count }} {{ range(4)|length }} {{ (1, 2)|length }}
{{ n|length }}
{{ none|length }}
{{ (ms|map(attribute='role'))|length }}
{{ ms|map(attribute='role')|list }} {{ ms|map(attribute='x.y')|list }}
{{ ms|map(attribute='x')|list }} {{ ms|map(attribute='x', default='-')|list }} {{ ll|map('upper')|list }} {{ ll|map('replace', 'b', 'B')|list }} {{ [[1, 2], [3]]|map('first')|list }} {{ [[1, 2], [3]]|map(attribute=0)|list }} {{ [[1, 2], [3, 4]]|map(attribute='1')|list }} {{ em|map('upper')|list }} {{ ['1', 'x']|map('int')|list }} {{ [1, 2]|map('string')|join('+') }}
{{ ll|map('nope')|list }}
{{ ll|map|list }}
{{ ms|selectattr('role', 'equalto', 'user')|map(attribute='content')|list }} {{ ms|selectattr('role', '==', 'user')|list|length }} {{ ms|rejectattr('role', 'eq', 'user')|map(attribute='n')|list }} {{ ms|selectattr('x')|map(attribute='n')|list }} {{ ms|selectattr('x', 'defined')|list|length }} {{ ms|rejectattr('x', 'defined')|list|length }} {{ ms|selectattr('n', '>', 1)|list|length }} {{ ms|selectattr('role', 'in', ['user'])|list|length }} {{ ms|selectattr('x.y', 'undefined')|list }}
{{ ms|selectattr('x', 'undefined')|map(attribute='n')|list }} {{ l|select('odd')|list }} {{ l|reject('odd')|list }} {{ [0, 1, '', 'a']|select|list }} {{ [0, 1, '', 'a']|reject|list }} {{ l|select('divisibleby', 3)|list }} {{ mix|select('string')|list }} {{ mix|select('mapping')|list }} {{ mix|select('none')|list }}
{{ l|select('nope')|list }}
{{ 'gen' if ms|selectattr('role', 'equalto', 'zzz') else 'empty' }} {{ 'g' if em|select else 'e' }} {% set g = l|map('string') %}{{ g|list }}{{ g|list }} {% set h = l|select('odd') %}{{ h|first }}{{ h|list }} {% set i = l|map('int') %}{{ 1 in i }}{{ i|list }}
{{ l|batch(2)|list }} {{ l|batch(2, 'x')|list }} {{ l|batch(5, 0)|list }}
{{ n|string }} {{ n|string|length }} {{ '42'|int }} {{ 'x'|int }} {{ 'x'|int(5) }} {{ '42.9'|int }} {{ 2.9|int }} {{ -2.9|int }} {{ none|int }} {{ ' 7 '|int }} {{ '1_0'|int }} {{ '1e3'|int }} {{ true|int }} {{ '+5'|int }} {{ '42.5'|float }} {{ 'x'|float }} {{ 'x'|float(1) }} {{ n|float }} {{ 'inf'|float }} {{ '-inf'|float }} {{ 'nan'|float }} {{ ''|int }} {{ ''|float }} {{ '1_0.5'|float }} {{ '0x10'|int }} {{ 'inf'|int }} {{ '٣'|int(9) }}
{{ 2.5|round }} {{ 3.5|round }} {{ 2.4|round }} {{ -2.5|round }} {{ 2|round }} {{ 2.1|round(method='ceil') }} {{ 2.9|round(0, 'floor') }} {{ -3|abs }} {{ -2.5|abs }} {{ 2.5|round|int }}
{{ 'x'|round }}
{{ '<&>'|safe }} {{ '<'|safe ~ '<' }} {{ '<'|safe + '<' }} {{ '<' + '>'|safe }} {{ ('<'|safe)|upper + '&' }} {{ ['<'|safe]|join('>') }} {{ '<'|safe|tojson }} {{ ('<'|safe) == '<' }} {{ '<'|safe is string }} {{ ('a<b'|safe)|replace('<', '>') + '<' }} {{ ('a,b'|safe).split(',')[0] + '<' }} {{ ', '.join(['<'|safe]) + '<' }} {{ '%s' % ('<'|safe) + '<' }}
{{ 'a\nb\n\nc'|indent }}| {{ 'a\nb\n\nc\n'|indent(2) }}| {{ 'a\nb\n\nc'|indent(2, true) }}| {{ 'a\n\nb'|indent(2, blank=true) }}| {{ 'a\nb'|indent('>> ') }}| {{ ''|indent }}| {{ 'a'|indent(first=true) }}| {{ 'a\r\nb'|indent(1)|tojson }}| {{ 'a\n'|indent(1, true, true)|tojson }}
{{ s|center(20) }}| {{ 'abc'|center(8) }}| {{ 'abcd'|center(9) }}| {{ 'abc'|center(2) }}| {{ 'ab'|center(5) }}|
{{ d|tojson }} {{ mix|tojson }} {{ q|tojson }} {{ u|tojson }} {{ html|tojson }} {{ (1, 2)|tojson }} {{ none|tojson }} {{ 1.0|tojson }} {{ 1e16|tojson }} {{ 'inf'|float|tojson }} {{ -1e-7|tojson }} {{ '\x7f'|tojson }} {{ '\u2028'|tojson }}
{{ d|tojson(indent=2) }} {{ mix|tojson(indent=4) }} {{ em|tojson(indent=2) }} {{ ed|tojson(indent=2) }} {{ [[]]|tojson(indent=1) }} {{ mix|tojson(indent='\t') }} {{ d|tojson(indent=0) }} {{ d|tojson(indent=none) }}
{{ d|tojson(separators=(',', ':')) }} {{ d|tojson(sort_keys=true) }} {{ u|tojson(ensure_ascii=true) }} {{ u|tojson(true) }} {{ d|tojson(false, 2) }} {{ d|tojson(indent=2, separators=(', ', ': ')) }} {{ '\x7f'|tojson(ensure_ascii=true) }}
{{ d.items()|tojson }}
{{ range(3)|tojson }}
{{ (l|map('int'))|tojson }}
{{ range(3) }} {{ range(1, 4) }} {{ range(0, 10, 3)|list }} {{ range(5, 0, -2)|list }} {{ range(3)[1] }} {{ range(0)|list }} {{ range(3)[-1] }} {{ range(0, 9, 2) }} {{ range(5, 5) == range(0) }}
{{ range(100001) }}
{{ range(1, 2, 0) }}
{{ range('a') }}
{{ dict(a=1, b='x') }} {{ dict({'a': 1}, b=2) }} {{ dict() }}
{{ 'a' is string }} {{ 1 is string }} {{ 1 is number }} {{ 1.5 is float }} {{ 1 is integer }} {{ true is integer }} {{ true is boolean }} {{ true is number }} {{ d is mapping }} {{ l is mapping }} {{ l is iterable }} {{ s is iterable }} {{ n is iterable }} {{ l is sequence }} {{ d is sequence }} {{ s is sequence }} {{ none is none }} {{ n is none }} {{ n is defined }} {{ zz is undefined }} {{ zz is sequence }} {{ zz is iterable }} {{ zz is callable }} {{ range is callable }} {{ s.upper is callable }} {{ n is callable }} {{ range(3) is sequence }} {{ d.items() is sequence }} {{ d.items() is iterable }} {{ l|map('int') is iterable }} {{ l|map('int') is sequence }}
{{ 2 is even }} {{ 3 is odd }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ 2 is eq 2 }} {{ 2 is not eq 2 }} {{ 1 is lt 2 }} {{ 1 is in [1] }} {{ 'a' is lower }} {{ 'A' is upper }} {{ 'Aa' is upper }} {{ '1' is lower }} {{ true is true }} {{ 1 is true }} {{ false is false }} {{ none is sameas none }} {{ 'upper' is filter }} {{ 'nope' is filter }} {{ 'odd' is test }} {{ n is sameas true }} {{ not n is none }} {{ n is not none and t }} {{ 1 is not string or false }} {{ 2.0 is even }} {{ -3 is odd }} {{ 5 is ge 5 }}
{{ 'a' is even }}
{{ 1 is nope }}
{{ 'a' if n is defined else 'b' }} {{ n is divisibleby 7 and t }} {{ n is eq 7 or no }} {{ d is mapping and d is not string }}
{{ e|default('x') }}|{{ e|default('x', true) }}|{{ no|default('x') }}|{{ no|d('x', true) }}|{{ no|default('x', boolean=true) }}|{{ zz|d }}|{{ d.q|default(d.a) }}|{{ (ms[2].x.y)|default('-') }}
{% set x = 1 %}{{ x }}{% set x, y = 2, 3 %}{{ x }}{{ y }}{% set (a, b) = [4, 5] %}{{ a }}{{ b }}{% set z = 1, %}{{ z }}{% set k = 1, 2 %}{{ k }}
{% set a, b = [1] %}
{% set x %}in {{ n }}{% endset %}[{{ x }}] {% set y | upper %}abc{% endset %}[{{ y }}] {% set z | trim | length %}  ab {% endset %}[{{ z + 1 }}]
{% set ns = namespace(a=1, b=[]) %}{% for i in l %}{% set ns.a = ns.a + i %}{% set ns.b = ns.b + [i] %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.zz }}|{{ ns['a'] }}{{ ns.zz is defined }}
{% set ns = namespace() %}{% set ns.x = 1 %}{% set ns.x, ns.y = 2, 3 %}{{ ns.x }}{{ ns.y }}
{% set d.a = 1 %}
{% set zz.a = 1 %}
{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}
{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + 1 %}{{ x }}{% endfor %}{{ x }}
{% set x = 1 %}{% if t %}{% set x = 2 %}{% endif %}{{ x }}{% for i in [1] %}{% if t %}{% set x = 3 %}{% endif %}{{ x }}{% endfor %}{{ x }}
{% for i in [1, 2, 3] %}{% if i == 2 %}{% set q = i %}{% endif %}{{ q }},{% endfor %}
{% for i in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.depth }}{{ loop.depth0 }}{{ loop.cycle('a', 'b') }};{% endfor %}
{% for i in l %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }}{{ loop['index'] }}{{ loop.zz is defined }}{{ loop|length }};{% endfor %}
{% for i in l if i > 1 %}{{ i }}{{ loop.index }}{{ loop.length }};{% endfor %}{% for i in l if i > 9 %}x{% else %}none{% endfor %}{% for i in [] %}{% else %}e{% endfor %}
{% for i in l %}{% for j in ll %}{{ loop.index }}{{ i }}{{ j }}{% endfor %}{{ loop.index }};{% endfor %}
{% for i in l %}{% set outer = loop %}{% for j in ll %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}
{% for a, (b, c) in [(1, (2, 3)), (4, (5, 6))] %}{{ a }}{{ b }}{{ c }};{% endfor %}{% for a, b in [[1, 2]] %}{{ a }}{{ b }}{% endfor %}{% for (a, b) in [[1, 2]] %}{{ a }}{% endfor %}
{% for a, b in [[1, 2, 3]] %}{% endfor %}
{% for a, b in [1] %}{% endfor %}
{% for x in 5 %}{% endfor %}
{% for x in none %}{% endfor %}
{% for c in 'héy' %}{{ c }}.{% endfor %}{% for i in range(3) %}{{ i }}{% endfor %}{% for x in 1, 2 %}{{ x }}{% endfor %}{% for x in (1, 2) + (3,) %}{{ x }}{% endfor %}
{% for i in l %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}|{% for i in l %}{% if i == 1 %}{% break %}{% endif %}{{ i }}{% else %}E{% endfor %}|{% for i in l %}{% for j in l %}{% break %}{% endfor %}{{ i }}{% endfor %}
{% break %}
{% for i in l %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}
{% for loop in l %}{% endfor %}
{% for i in l %}{{ i }}{% set i = 9 %}{{ i }}{% endfor %}{{ i }}
{{ loop }}
{{ loop.index }}
{% for i in l %}{% if loop.first %}{{ i }}{% elif loop.last %}L{% else %}M{% endif %}{% endfor %}
{% macro m(a, b=2, c='x') %}[{{ a }},{{ b }},{{ c }}]{% endmacro %}{{ m(1) }}{{ m(1, c=3) }}{{ m(1, 2, 3) }}{{ m(b=5, a=4) }}{{ m() }}{{ m(1)|length }}{{ m(1) ~ 'z' }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, b=2) }}
{% macro m(a) %}{{ varargs }}{{ kwargs }}{{ a }}{% endmacro %}{{ m(1, 2, 3, x=4) }}{{ m() }}
{% macro m() %}{{ caller() }}-{{ caller() }}{% endmacro %}{% call m() %}body{{ n }}{% endcall %}
{% macro m(x) %}{{ caller(x, x + 1) }}{% endmacro %}{% call(a, b) m(5) %}{{ a }}{{ b }}{{ n }}{% endcall %}
{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}
{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}
{% macro m() %}{{ caller is defined }}{% if caller %}{{ caller() }}{% endif %}{% endmacro %}{{ m() }}{% call m() %}z{% endcall %}
{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(5) }}
{% macro m() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}{% set x = 2 %}{{ m() }}{% for i in [1] %}{% set x = 3 %}{{ m() }}{% endfor %}
{% macro m() %}{% set x = 5 %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}{{ x }}
{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 2) }}
{% macro m(a=1, b) %}{% endmacro %}
{% macro m() %}   a
   {% endmacro %}[{{ m() }}]
{% for i in l %}{% macro m() %}{{ i }}{{ loop.index }}{% endmacro %}{{ m() }}{% endfor %}
{% macro m(items) %}{% for i in items %}{{ loop.index }}{{ i }}{% endfor %}{% endmacro %}{% for j in l %}{{ m(ll) }}{{ loop.index }}{% endfor %}
{% macro outer() %}{% macro inner() %}I{{ caller is defined }}{% endmacro %}{{ inner() }}{% endmacro %}{{ outer() }}
{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ a }}{% with %}{% set a = 3 %}{{ a }}{% endwith %}{{ a }}{% with n = 1, m = n %}{{ n }}{{ m }}{% endwith %}
{% filter upper %}abc {{ s }}{% endfilter %} {% filter replace('a', 'b')|upper %}aa{% endfilter %} {% filter trim %}  x  {% endfilter %}|
{% print 1, 'a' %} {% print s %}
{% generation %}{{ s }}{% set gg = 1 %}{% endgeneration %}{{ gg }}
{% raw %}{{ x }} {% if %}{# c #}{% endraw %}| {%- raw -%}  {{ y }}  {%- endraw -%} |
{% if t %}a{% elif no %}b{% else %}c{% endif %}{% if no %}a{% elif t %}b{% else %}c{% endif %}{% if no %}a{% elif no %}b{% else %}c{% endif %}{% if no %}a{% endif %}{% if 1, %}tuple{% endif %}
{% if t: %}a{% endif %}{% for x in l: %}{{ x }}{% endfor %}
{{ raise_exception('boom ' ~ n) }}
{{ raise_exception() }}
{{ raise_exception(5) }}
{% if no %}{{ raise_exception('x') }}{% endif %}ok
{{ strftime_now('%d %b %Y') }} {{ strftime_now('%Y-%m-%d %H:%M:%S %A %a %B %j %y %p %I %% %w %e') }} {{ strftime_now('%F %T') }}
{{ ms[0]['role'] }} {{ ms[0].role }} {{ ms[-1].x.y }} {{ ms[0]['content'] + '!' }} {{ ms[1:]|length }} {{ ms[::-1][0].n }} {{ ms[:1][0].role }} {{ (ms|last).n }} {{ ms|length - 1 }}
{{ ms[0].get('x', {}).get('y') }} {{ ms[2].get('x', {}).get('y') }} {{ 'x' in ms[2] }} {{ 'x' not in ms[0] }}
{{ {'a': [1, {'b': 2}]}.a[1].b }} {{ [1, 2, 3][1] }} {{ (1, 2)[0] }} {{ 'abc'[1] }} {{ {'a': 1}['a'] }} {{ [[1, 2], [3]][0][1] }} {{ {'a': 1,}['a'] }} {{ [1,] }}
{{ l[t] }} {{ l['a'] }}| {{ l[none] }}| {{ d[none] }}| {{ d[0] }}| {{ n[0] }}| {{ l[1.0] }}|
{{ l[::0] }}
{{ l['a':] }}
{{ l[:2] }} {{ l[-2:] }} {{ l[::-1] }} {{ l[::-2] }} {{ l[5:1:-1] }} {{ l[1:99] }} {{ l[-99:2] }} {{ l[none:2] }} {{ (1, 2, 3)[1:] }} {{ l[:] }} {{ l[2:0:-1] }} {{ l[-1:-9:-1] }} {{ l[true:] }}
{{ l.append(4) }}
{{ l.index(2) }} {{ l.count(1) }} {{ (1, 2).index(2) }}
{{ l.index(99) }}
{{ d.update({'x': 1}) }}
{{ d.pop('a') }}
{{ s.nope() }}
{{ n() }}
{{ s() }}
{{ d.a() }}
{{ s.__class__ }}
{{ s|nope }}
{% nope %}
{% if t %}
{% endif %}
{% if t %}a{% endfor %}
{{ s
{% if t
{# comment
{{ }}
{{ 1 2 }}
{{ (1 }}
{{ [1 }}
{{ {'a' 1} }}
{{ 1) }}
{{ 'abc }}
{{ a.b. }}
{{ | upper }}
{{ 1 + }}
{{ @ }}
{{ a ? b }}
{% set %}
{% set 1 = 2 %}
{% set true = 2 %}
{% for %}{% endfor %}
{% for x l %}{% endfor %}
{% macro %}{% endmacro %}
{% include 'x' %}
{% do 1 %}
{% endif %}
{{ m(1)(2) }}
{{ (n) }} {{ (n, ) }} {{ ((1, 2), 3) }}
{{ n|string|length|string ~ '!' }} {{ 'a'|upper ~ 'b'|upper }} {{ 'a' ~ 'b'|upper }} {{ ('a' ~ 'b')|upper }} {{ 1 + 2|string|length }} {{ n is defined and n > 5 }} {{ n == 7 | string }} {{ -1|abs }} {{ (-1)|abs }} {{ 2 * -3|abs }}
{{ s.split(' ')|map('lower')|join('_')|upper }} {{ s.split(' ')[0].upper()[0:2] }} {{ (s ~ e).split(' ')|length }}
{{ n if n > 5 else 'small' }} {{ 'a' if n > 5 and not no else 'b' }} {{ ['x', 'y'][n > 5] }}
{{ u.split(' ')[0]|length }} {{ u|list|length }} {{ u[::-1][0] }} {{ q }} {{ [q] }}
{{ messages|length }} {{ tools is none }} {{ tools is defined }} {{ documents is none }} {{ add_generation_prompt }} {{ not add_generation_prompt }}
{{ 9223372036854775807 }} {{ -9223372036854775807 }} {{ 4611686018427387904 + 1 }}
{{ 'é'|length }} {{ 'é'|length }} {{ 'é' == 'é' }} {{ 'é' in 'é' }} {{ {'é': 1}['é'] }}|
{{ '\N{DASH}' }}
{{ '\x4' }}
{{ '\u12' }}
{{ (s|list)[0:2] }} {{ s|list|first }} {{ 'ab'|list }}
{{ 3 is divisibleby 0 }}
{{ [1, 2]|first + 1 }} {{ ([1, 2]|first) + 1 }}
{{ d.items()|list|length }} {% for k, v in d.items()|sort(attribute='0') %}{{ k }}{% endfor %} {% for k, v in d.items()|sort(attribute=0, reverse=true) %}{{ k }}{% endfor %}
{{ '1,2;3'|replace(',', ';')|replace(';', '') }} {{ 'A-B'.lower().replace('-', '_') }}
{{ not n is string }} {{ n is not string }} {{ (not n) is boolean }}
{{ 'abc' is in ['abc'] }} {{ 'a' is in 'abc' }}
{{ s is not none and s|length > 3 }}
{{ {'a': none}.a is none }} {{ {'a': none}.b is none }} {{ {'a': none}.b is defined }}
{{ [none, 1]|select|list }} {{ [none, 1]|map('default', 5, true)|list }} {{ [none, 1]|reject('none')|list }}
{{ n|tojson|length }} {{ {'a': {'b': [1, 2]}}|tojson }} {{ {'a': {'b': [1, 2]}}|tojson(indent=4) }} {{ [{'a': 1}, {'b': []}]|tojson(2) }}
'''

# Templates with line breaks, most about white space.
BLOCKS = [
 "{{ 'a\nb' }}{{ \"a\r\nb\"|tojson }}",
 "a\n{% if t %}\nb\n{% endif %}\nc", "  {% if t %}  x  {% endif %}  \n y", "a  \n  {%- if t -%}  \n b \n {%- endif -%} \n c", "x\n  {%+ if t %}y{% endif +%}\nz",
 "{# c #}\n a {# d #} b\n  {# e #}  \n", "  {#- c -#}  \n x", "a\n\n", "a\n", "a", "\n", "", "\n\n", "{{ s }}\n", "{{ s -}}\n  x", "x  {{- s }}", "  {{ s }}\n{% if t %}\n{{ s }}\n{% endif %}\n",
 "a\r\nb\r{% if t %}\r\nc\r\n{% endif %}\r\n", "{% for i in l %}\n{{ i }}\n{% endfor %}\n", "{% for i in l -%}\n  {{ i }}\n{%- endfor %}\n", " {% set x = 1 %} {% set y = 2 %}\n{{ x }}", "\t{% if t %}\tx{% endif %}\t",
 "x{% raw %}\n  {{ a }}\n  {% endraw %}\ny", "x\n  {% raw %}a{% endraw %}  \ny", "  {% raw -%}\n a {% endraw -%}\n y", "  {%- raw %} a {%- endraw +%}\ny", "{% raw +%}a{% endraw %}",
 "{#-#}a{#--#} b {#+ c +#}\n d", "{# a -#}\n\n b", "{# a +#}\n b", "\u3000{% if t %}x{% endif %}", "\u00a0\n\u00a0 {%- if t -%} \u00a0 x{% endif %}", "a{{ '\n' }}\n{{ '\\n' }}b", "a {{ s +}} b", "{{+ s }}", "{{- s -}}", "{{-s-}}", "{{ n -1 }}", "{{ n-1 }}", "{{-1}}", "{{ {'a': {}} }}", "{{ {'a': {'b': 1}}['a'] }}", "{{ '}}' }}", "{{ '%}' }}{% if '%}' %}x{% endif %}", "{{ {} }}{% set x = {} %}{{ x }}", "{ {x} } {%x", "{{ s }}}", "{ { s } }", "a{b}c{", "%} }} #}", "{% if t %}{# x #}\n{% endif %}\n", "{% if t -%} {# x #} {%- endif %}x",
 "{%if t%}x{%endif%}", "{%-if t-%} x {%-endif-%} y", "{%\nif\nt\n%}\nx{% endif %}", "{{\ns\n|\nupper\n}}", "line\n   {% if t %}\n   {{ s }}\n   {% endif %}   \nend", "{{ s }}   \n   {{ s }}", "{% if t %}  \n  {% endif %}x", "a\x0b {% if t %}x{% endif %}", "\x0c{% if t %}x{% endif %}", "{% set x %}\n a\n{% endset %}[{{ x }}]", "{% macro m() -%}\n a\n{%- endmacro %}[{{ m() }}]", "a\u2028  {% if t %}x{% endif %}", "a\u2028{{- s }}",
]

# What the library refuses by name although Jinja2 renders it.
REFUSED = r'''
{{ {1: 'a'} }}
{% block a %}x{% endblock %}
{{ namespace }}
{{ l.sort }}
{{ lipsum() }}
{{ joiner(', ') }}
{{ 'a'.encode() }}
{{ '' is defined }}{{ loop is defined }}{{ self is defined }}
'''


def entry(template):
    variables = {"messages": [], "tools": None, "documents": None, "add_generation_prompt": False}
    try:
        text = ENVIRONMENT.from_string(template).render(**{**variables, **VARIABLES})
        return {"template": template, "rendered": text}
    except jinja2.exceptions.TemplateError as error:
        if type(error) is jinja2.exceptions.TemplateError:
            return {"template": template, "raised": str(error)}
        return {"template": template}
    except Exception:  # Python's own errors, such as a sum of a string and a number
        return {"template": template}


def main():
    entries = [entry(line) for line in LINES.split("\n") if line] + [entry(block) for block in BLOCKS]
    entries += [{"template": line, "refused": True} for line in REFUSED.split("\n") if line]
    rows = ",\n".join(json.dumps(item, separators=(",", ":")) for item in entries)
    variables = json.dumps(VARIABLES, separators=(",", ":"))
    sys.stdout.write('{"variables":' + variables + ',\n"cases":[\n' + rows + "\n]}\n")


main()

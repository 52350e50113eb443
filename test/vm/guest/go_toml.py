"""Python's TOML reader with the liberties that the versions of CRI-O's parser take.

tomllib keeps to TOML 1.0 to the letter. CRI-O's parser knows TOML 1.1 from CRI-O 1.35.1 on (before, where
BURNTSUSHI_TOML_110 is set), lets arrays be defined twice before that version, and lets a table that was written
inline be extended. The functions of tomllib that decide this are replaced.
"""

import re
import tomllib
from tomllib import _parser, _re

NATIVE = {name: getattr(_parser, name) for name in (
    "parse_inline_table", "parse_basic_str_escape", "key_value_rule", "create_dict_rule", "create_list_rule",
    "RE_DATETIME", "RE_LOCALTIME")}
SECONDS = r":([0-5][0-9])(?:\.([0-9]{1,6})[0-9]*)?"


def without_seconds(pattern):
    return re.compile(pattern.pattern.replace(SECONDS, f"(?:{SECONDS})?"), pattern.flags)


def parse_inline_table(src, pos, parse_float):
    """TOML 1.1: newlines, comments and a trailing comma."""
    blanks = _parser.skip_comments_and_array_ws
    pos, result = blanks(src, pos + 1), _parser.NestedDict()
    while not src.startswith("}", pos):
        pos, key, value = _parser.parse_key_value_pair(src, pos, parse_float)
        try:
            nest = result.get_or_create_nest(key[:-1], access_lists=False)
        except KeyError:
            raise tomllib.TOMLDecodeError("Cannot overwrite a value") from None
        if key[-1] in nest:
            raise tomllib.TOMLDecodeError("Duplicate inline table key")
        nest[key[-1]] = value
        pos = blanks(src, pos)
        if src.startswith(",", pos):
            pos = blanks(src, pos + 1)
        elif not src.startswith("}", pos):
            raise tomllib.TOMLDecodeError("Unclosed inline table")
    return pos + 1, result.dict


def parse_basic_str_escape(src, pos, *, multiline=False):
    if src.startswith("\\e", pos):
        return pos + 2, "\x1b"
    if src.startswith("\\x", pos):
        return _parser.parse_hex_char(src, pos + 2, 2)
    return NATIVE["parse_basic_str_escape"](src, pos, multiline=multiline)


def found(data, key):
    for part in key:
        data = data[-1] if isinstance(data, list) and data else data
        if not isinstance(data, dict) or part not in data:
            return None
        data = data[part]
    return data


def forgotten(out, key):
    """Deletes what the key holds."""
    parent = found(out.data.dict, key[:-1]) if len(key) > 1 else out.data.dict
    del parent[key[-1]]
    out.flags.unset_all(key)


def is_plain_array(value):
    return isinstance(value, list) and not any(isinstance(item, dict) for item in value)


def key_value_rule(arrays_repeat, made_in_passing):
    def rule(src, pos, out, header, parse_float):
        _, key = _parser.parse_key(src, pos)
        whole = header + key
        # A dotted key makes tables only in passing: the parser lets a value come after them.
        old = found(out.data.dict, whole)
        implicit = isinstance(old, dict) and whole in made_in_passing
        if (arrays_repeat and is_plain_array(old)) or implicit:
            forgotten(out, whole)
        for length in range(1, len(key)):
            part = header + key[:length]
            if found(out.data.dict, part) is None:
                made_in_passing.add(part)
            elif isinstance(found(out.data.dict, part), dict):
                out.flags.unset_all(part)
        return NATIVE["key_value_rule"](src, pos, out, header, parse_float)
    return rule


def create_dict_rule(src, pos, out):
    _, key = _parser.parse_key(src, _parser.skip_chars(src, pos + 1, _parser.TOML_WS))
    if is_plain_array(found(out.data.dict, key)):
        forgotten(out, key)
    return NATIVE["create_dict_rule"](src, pos, out)


def integers(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [found for item in value for found in integers(item)]
    return [value] if type(value) is int else []


def loads(text, toml11=False, arrays_repeat=False):
    later = {
        "parse_inline_table": parse_inline_table,
        "parse_basic_str_escape": parse_basic_str_escape,
        "RE_DATETIME": without_seconds(_re.RE_DATETIME),
        "RE_LOCALTIME": without_seconds(_re.RE_LOCALTIME),
    } if toml11 else {}
    repeats = {"create_dict_rule": create_dict_rule} if arrays_repeat else {}
    functions = {**NATIVE, **later, **repeats, "key_value_rule": key_value_rule(arrays_repeat, set())}
    for name, function in functions.items():
        setattr(_parser, name, function)
    # Times are never storage's: their text will do.
    _parser.match_to_datetime = _parser.match_to_localtime = lambda match: Time(match.group())
    document = tomllib.loads(text)
    for number in integers(document):
        if not -2**63 <= number < 2**63:
            raise ValueError(f"{number} is out of range for int64")
    return document


class Time(str):
    """A date or a time."""

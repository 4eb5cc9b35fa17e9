"""Looks through the tracked text files for what does not belong: paths of one machine, work left open, skipped tests.

`--self-test` plants each kind of fault and expects it to be found.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The words are written apart, so that this file does not find itself.
RULES = [
    ("a path of one machine", re.compile(r"(?<![\w./-])/(?:ho" r"me|ro" r"ot|wo" r"rk|fa" r"rm|Us" r"ers)/[\w.-]+")),
    ("work left open", re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")),
    ("a skipped test", re.compile(r"pytest\.(?:sk" r"ip|xf" r"ail|mark\.sk" r"ip|mark\.xf" r"ail)|\bsk" r"ip\(\);")),
    ("a trailer of a tool", re.compile(r"^(?:Co-auth" r"ored-by|Generated-" r"by|Assisted-" r"by)\s*:", re.IGNORECASE)),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIV" r"ATE KEY-----")),
    ("a leftover of a merge", re.compile(r"^(?:<{7}|>{7}) ")),
]

# What may stand below these paths all the same: keys made for the tests and used for nothing else.
ALLOWED = {
    "tests/cases/keys/": {"a private key"},
    "tests/cases/losant/types.json": {"a private key"},
    "tests/cases/samples/keys.json": {"a private key"},
    "tests/fuzz/corpus/keypair/": {"a private key"},
}


def faults_of(name, text):
    found = []
    allowed = {what for path, words in ALLOWED.items() if name.startswith(path) for what in words}
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in RULES:
            match = pattern.search(line)
            if match and what not in allowed:
                found.append(f"{name}:{number}: {what}: {match[0]}")
    return found


def tracked_files():
    output = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    return [ROOT / name for name in output.decode().split("\0") if name]


def faults():
    found = []
    for path in tracked_files():
        if not path.is_file():
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += faults_of(path.relative_to(ROOT).as_posix(), text)
    return found


def self_test():
    # Each is written with a bar inside, so that this file does not find itself.
    planted = [
        "see /ho|me/somebody/notes",
        "/wo|rk/main",
        "/* TO|DO: later */",
        "# FIX|ME",
        "@pytest.mark.sk|ip(reason='later')",
        "    pytest.sk|ip('later')",
        "    sk|ip();",
        "Co-auth|ored-by: a tool",
        "-----BEGIN EC PRIV|ATE KEY-----",
        "<<<<|<<< ours",
    ]
    for line in planted:
        assert len(faults_of("planted", line.replace("|", ""))) == 1, f"not found once: {line}"
    for line in [
        "/api/users/home/x",
        "https://example.com/home/page",
        "todo list",
        "skip(&reader);",
        "~/.config/leafnative",
    ]:
        assert faults_of("sound", line) == [], f"found in a sound line: {line}"
    key = "-----BEGIN PRIV|ATE KEY-----".replace("|", "")
    assert faults_of("tests/cases/keys/planted", key) == [], "a throw-away key was found in its own folder"
    assert faults_of("tests/cases/planted", key) != [], "a key beside the folder of throw-away keys was not found"
    print(f"{len(planted) + 1} planted faults found")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    found = faults()
    print("\n".join(found) if found else "no word that does not belong")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

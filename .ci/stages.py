"""Builds and suites, by name: `stages.py test`, `stages.py quick`, `stages.py c-asan lint`.

Each stage prints one line with what passed and failed, counted from what its runner reports, and below it the figures
that its tests tell ("figure NAME VALUE"); the whole output stands in build/logs/. The last line sums them up. The exit
status tells whether anything failed. GROUPS says which stages belong together.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import xml.etree.ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LOGS = BUILD / "logs"
VENV = BUILD / "venv" / "bin"
PACKAGE = ROOT / "python" / "leafnative"

# Where the sources of each linter live.
LUA_FOLDERS = ["lua", "tests/lua", "tests/checks", "examples/lua"]
C_FOLDERS = ["csrc", "bindings", "tests/c", "tests/fuzz"]
PYTHON_FOLDERS = ["python", "tests", "bench", "examples", ".ci"]

# What CMake is told for each build, which stands in the folder of its name below build/: what all have in common, then
# what is each one's own.
COMMON = {"LFN_ROOMS": "", "LFN_SANITIZE": "", "LFN_WERROR": "ON", "LFN_LUA": "ON"}
TESTED = {"CMAKE_BUILD_TYPE": "Debug", "LFN_TESTS": "ON", "LFN_DESCRIBE": "ON"}
BUILDS = {
    "dev": TESTED,
    "release": {"CMAKE_BUILD_TYPE": "Release", "LFN_DESCRIBE": "ON"},
    "asan": {**TESTED, "LFN_SANITIZE": "address,undefined"},
    "tsan": {**TESTED, "LFN_SANITIZE": "thread", "LFN_LUA": "OFF"},  # Lua's one thread has nothing to race with
    "clang": {**TESTED, "CMAKE_C_COMPILER": "clang"},
    "client-only": {**TESTED, "LFN_SERVICE": "OFF"},
    "fuzz": {
        "CMAKE_BUILD_TYPE": "RelWithDebInfo",
        "CMAKE_C_COMPILER": "clang",
        "LFN_FUZZ": "ON",
        "LFN_LUA": "OFF",
    },
}

# A suite that takes longer hangs, however busy the machine is.
SUITE_SECONDS = 3600

SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


class StageFailed(Exception):
    """A stage could not come to its counts. The text says why; the log is shown with it."""


class Log:
    """The output of one stage, kept in a file."""

    def __init__(self, name):
        LOGS.mkdir(parents=True, exist_ok=True)
        self.path = LOGS / f"{name}.log"
        self.path.write_bytes(b"")

    def run(self, *command, env=None, check=True):
        """Run a command into the log and give its exit status and its output."""
        with self.path.open("ab") as log:
            log.write(f"$ {' '.join(map(str, command))}\n".encode())
            log.flush()
            start = log.tell()
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(env or {})},
                start_new_session=True,
            )  # fmt: skip
            try:
                status = process.wait(SUITE_SECONDS)
            except BaseException as error:
                os.killpg(process.pid, signal.SIGKILL)  # what it started ends with it
                process.wait()
                if not isinstance(error, subprocess.TimeoutExpired):
                    raise
                raise StageFailed(f"{command[0]} took longer than {SUITE_SECONDS} s") from None
        output = self.path.read_bytes()[start:].decode(errors="replace")
        if check and status != 0:
            raise StageFailed(f"{Path(str(command[0])).name} ended with {status}")
        return status, output

    def repeat(self, title, lines):
        """Say at the end of the log what stands somewhere in it."""
        with self.path.open("a") as log:
            log.write("\n".join([title, *lines, ""]))

    def tail(self, lines=80):
        return "\n".join(self.path.read_text(errors="replace").splitlines()[-lines:])


# ---- builds ----


def build(log, name, python=False, targets="all"):
    """Configure and make a build; `python` adds the extension and makes the package that can be imported."""
    folder, settings = BUILD / name, {**COMMON, **BUILDS[name]}
    if python:
        settings["LFN_PYTHON_INCLUDE"] = sysconfig.get_path("include")
    definitions = [f"-D{key}={value}" for key, value in settings.items()]
    log.run("cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", *definitions)
    log.run("cmake", "--build", folder, "--target", targets)
    if python:
        make_package(folder)


def make_package(folder):
    """A folder with the package as it stands in the tree, and the extension of this build."""
    extensions = [path for path in folder.rglob("_core*.so") if path.parent.name != "leafnative"]
    if len(extensions) != 1:
        raise StageFailed(f"{folder.name} holds {len(extensions)} extensions named _core, not one")
    package = folder / "package" / "leafnative"
    shutil.rmtree(package, ignore_errors=True)
    package.mkdir(parents=True)
    for source in [*PACKAGE.glob("*.py"), *PACKAGE.glob("*.pyi"), PACKAGE / "py.typed", *extensions]:
        (package / source.name).symlink_to(source)


# ---- suites ----


def c_suite(log, name, *before):
    """Run the C tests of a build. cmocka counts the tests of its programs; any other program is one test."""
    command = [*before, "ctest", "--test-dir", BUILD / name, "--timeout", "1800", "-j2", "-V"]
    _, output = log.run(*command, env=SANITIZERS, check=False)
    passed = failed = 0
    for number, outcome in re.findall(r"^ *\d+/\d+ +Test +#(\d+):.*?(Passed|\*\*\*.*)", output, re.MULTILINE):
        counts = {
            word: sum(map(int, re.findall(rf"^{number}: \[  {word} ?\] (\d+) test", output, re.MULTILINE)))
            for word in ("PASSED ", "FAILED ", "SKIPPED")
        }
        broken = counts["FAILED "] + counts["SKIPPED"]
        well = outcome == "Passed"
        passed += counts["PASSED "] or int(well and not broken)
        failed += broken or int(not well)
        if broken or not well:
            log.repeat(f"The last lines of test {number}:", re.findall(rf"^{number}: (.*)", output, re.MULTILINE)[-40:])
    if passed + failed == 0:
        raise StageFailed("ctest ran no tests")
    return passed, failed


def python_suite(log, name, *folders, env=None):
    report = LOGS / f"{log.path.stem}.xml"
    report.unlink(missing_ok=True)
    paths = {"PYTHONPATH": str(BUILD / name / "package"), "LFN_BUILD": str(BUILD / name)}
    command = [VENV / "python", "-m", "pytest", *folders, "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    status, _ = log.run(*command, env={**paths, **(env or {})}, check=False)
    if not report.exists():
        raise StageFailed(f"pytest ended with {status} and wrote no report")
    suites = xml.etree.ElementTree.parse(report).getroot().iter("testsuite")
    total = failed = 0
    for suite in suites:
        total += int(suite.get("tests"))
        failed += int(suite.get("failures")) + int(suite.get("errors")) + int(suite.get("skipped"))
    if total == 0:
        raise StageFailed("pytest found no tests")
    return total - failed, max(failed, int(status != 0))


def lua_suite(log, name, env=None):
    """The suite of the module, by busted in the interpreter, and that of the program that runs scripts, by pytest."""
    folder = BUILD / name / "lua"
    paths = {
        "LUA_PATH": f"{folder}/?.lua;{folder}/?/init.lua;{ROOT}/tests/lua/?.lua;;",
        "LUA_CPATH": f"{folder}/?.so;;",
        "LFN_BUILD": str(BUILD / name),
    }
    status, output = log.run(
        "lua5.4",
        shutil.which("busted"),
        "--output=plainTerminal",
        "tests/lua",
        env={**paths, **(env or {})},
        check=False,
    )
    counts = re.findall(r"^(\d+) success\w* / (\d+) failure\w* / (\d+) error\w* / (\d+) pending", output, re.MULTILINE)
    if not counts or counts[-1][0] == "0":
        raise StageFailed(f"busted ended with {status} and ran no tests")
    passed, *broken = map(int, counts[-1])
    failed = max(sum(broken), int(status != 0))
    ran, broke = python_suite(log, name, "tests/programs", env=env)
    return passed + ran, failed + broke


def counted(log, commands):
    """Run commands of which each is one test."""
    if not commands:
        raise StageFailed("there is nothing to run")
    statuses = [log.run(*command, check=False)[0] for command in commands]
    return statuses.count(0), len(statuses) - statuses.count(0)


def c_quick(log):
    build(log, "dev", python=True)
    return c_suite(log, "dev")


def python_quick(log):
    return python_suite(log, "dev", "tests/python")


def c_asan(log):
    build(log, "asan", python=True)
    return c_suite(log, "asan")


def c_clang(log):
    build(log, "clang")
    return c_suite(log, "clang")


def c_tsan(log):
    # Without address randomisation: the sanitizer of gcc 12 does not know the layouts of newer kernels.
    build(log, "tsan")
    return c_suite(log, "tsan", "setarch", os.uname().machine, "-R")


def c_client_only(log):
    build(log, "client-only")
    return c_suite(log, "client-only")


def python_release(log):
    build(log, "release", python=True)
    return python_suite(log, "release", "tests/python", "tests/system")


def python_asan(log):
    """The same suite with every access of the extension checked. The interpreter itself leaks on exit by design."""
    build(log, "asan", python=True)
    environment = {**preloaded(log), "PYTHONMALLOC": "malloc"}
    return python_suite(log, "asan", "tests/python", "tests/system", env=environment)


def preloaded(log):
    """The environment in which a program that knows no sanitizer loads an extension that does."""
    _, library = log.run("gcc", "-print-file-name=libasan.so")
    options = {**SANITIZERS, "ASAN_OPTIONS": "detect_leaks=0:strict_string_checks=1"}
    return {**options, "LD_PRELOAD": str(Path(library.strip()).resolve())}


def lua_release(log):
    build(log, "release", python=True)
    return lua_suite(log, "release")


def lua_asan(log):
    build(log, "asan", python=True)
    return lua_suite(log, "asan", env={**preloaded(log), "PYTHONMALLOC": "malloc"})


def fuzz_targets(log):
    """The fuzz targets, each with the folder of its corpus."""
    build(log, "fuzz", targets="tests/fuzz/all")
    corpora = sorted(path for path in (ROOT / "tests" / "fuzz" / "corpus").iterdir() if path.is_dir())
    return [(BUILD / "fuzz" / "tests" / "fuzz" / f"fuzz_{corpus.name}", corpus) for corpus in corpora]


def fuzz(log):
    """Every input of the corpora once more through its target."""
    return counted(log, [[target, *sorted(corpus.iterdir())] for target, corpus in fuzz_targets(log)])


def fuzz_search(log):
    """A minute of new inputs for each target."""
    commands = []
    for target, corpus in fuzz_targets(log):
        found = BUILD / "fuzz" / "found" / corpus.name
        found.mkdir(parents=True, exist_ok=True)
        commands.append([target, "-max_total_time=60", f"-artifact_prefix={found}/", found, corpus])
    return counted(log, commands)


def examples(log):
    """Every example, as its first lines say it is run: Python on the package, C against the library. Those of Lua are
    run by their suite, against a service that holds what they are for."""
    build(log, "release", python=True)
    folder, out = ROOT / "examples", BUILD / "release"
    os.environ["PYTHONPATH"] = str(out / "package")
    commands = [[sys.executable, path] for path in sorted(folder.glob("*.py"))]
    for path in sorted(folder.glob("*.c")):
        program = out / f"example_{path.stem}"
        log.run(
            "gcc",
            "-std=c11",
            f"-I{ROOT}/csrc/include",
            path,
            "-o",
            program,
            f"-L{out}",
            "-lleafnative",
            f"-Wl,-rpath,{out}",
        )
        commands.append([program])
    return counted(log, commands)


def checks(log):
    """The checks of the frame, and the proof that each of them can fail."""
    build(log, "release", python=True)
    programs = sorted((ROOT / "tests" / "checks").glob("*.py"))
    return counted(log, [[sys.executable, program, *proof] for program in programs for proof in ([], ["--self-test"])])


def layers(log):
    return counted(log, [[sys.executable, ROOT / "tests/checks/layers.py"]])


def lint(log):
    c_files = [path for folder in C_FOLDERS for path in sorted((ROOT / folder).rglob("*.[ch]"))]
    python_folders = [folder for folder in PYTHON_FOLDERS if list((ROOT / folder).rglob("*.py"))]
    programs = [*sorted((ROOT / "examples").glob("*.py")), ROOT / "tests" / "types" / "members.py"]
    return counted(
        log,
        [
            [VENV / "clang-format", "--dry-run", "--Werror", *c_files],
            [VENV / "ruff", "check", *python_folders],
            [VENV / "ruff", "format", "--check", *python_folders],
            [VENV / "mypy", PACKAGE],
            ["luacheck", "--no-cache", *(folder for folder in LUA_FOLDERS if (ROOT / folder).exists())],
            *([VENV / "mypy", "--strict", program] for program in programs),
        ],
    )


def format_sources(log):
    c_files = [path for folder in C_FOLDERS for path in sorted((ROOT / folder).rglob("*.[ch]"))]
    python_folders = [folder for folder in PYTHON_FOLDERS if list((ROOT / folder).rglob("*.py"))]
    return counted(
        log,
        [
            [VENV / "clang-format", "-i", *c_files],
            [VENV / "ruff", "check", "--fix", "-q", *python_folders],
            [VENV / "ruff", "format", "-q", *python_folders],
        ],
    )


def describe(log):
    build(log, "release")
    counts = counted(log, [[sys.executable, ROOT / "tests/checks/printed.py", "--write"]])
    # What is printed of the modules themselves needs them, with what was printed just now inside.
    build(log, "release", python=True)
    more = counted(log, [[sys.executable, ROOT / "tests/checks/parity.py", "--write"]])
    return tuple(map(sum, zip(counts, more, strict=True)))


STAGES = {
    "checks": (checks, "layers, symbols, printed files, parity, words, top level, and that each check can fail"),
    "lint": (lint, "clang-format, ruff, mypy, luacheck"),
    "c-asan": (c_asan, "C suite by gcc, AddressSanitizer and UndefinedBehaviorSanitizer"),
    "c-clang": (c_clang, "C suite by clang"),
    "c-client-only": (c_client_only, "C suite of the client without the service"),
    "c-tsan": (c_tsan, "C suite under ThreadSanitizer"),
    "fuzz": (fuzz, "fuzz targets over their corpora"),
    "python": (python_release, "Python suite on the release extension"),
    "python-asan": (python_asan, "Python suite under AddressSanitizer and UndefinedBehaviorSanitizer"),
    "lua": (lua_release, "Lua suite on the release module, and the program that runs scripts"),
    "lua-asan": (lua_asan, "the same under AddressSanitizer and UndefinedBehaviorSanitizer"),
    "examples": (examples, "the examples run"),
    "c-dev": (c_quick, "C suite by gcc"),
    "python-dev": (python_quick, "Python suite"),
    "layers": (layers, "arrows between the rooms"),
    "fuzz-search": (fuzz_search, "a minute of new inputs for each fuzz target"),
    "format": (format_sources, "clang-format and ruff change the sources"),
    "describe": (describe, "descriptions of the tables are printed into the tree"),
}

GROUPS = {
    "test": [
        "checks",
        "lint",
        "c-asan",
        "c-clang",
        "c-client-only",
        "c-tsan",
        "fuzz",
        "python",
        "python-asan",
        "lua",
        "lua-asan",
        "examples",
    ],
    "quick": ["layers", "c-dev", "python-dev"],
    "asan": ["c-asan", "python-asan", "lua-asan"],
}


def run_stage(name):
    work, title = STAGES[name]
    print(f"{name:14} {title} … ", end="", flush=True)
    log = Log(name)
    began = time.monotonic()
    trouble = ""
    try:
        passed, failed = work(log)
    except (StageFailed, OSError) as error:
        passed, failed, trouble = 0, 1, f" ({error})"
    print(f"{passed} passed, {failed} failed{trouble}, {time.monotonic() - began:.0f} s", flush=True)
    for figure, value in dict(re.findall(r"\bfigure (\w+) (\S+)", log.path.read_text(errors="replace"))).items():
        print(f"{'':14} {figure} {value}", flush=True)
    if failed:
        print(f"---- the end of {log.path.relative_to(ROOT)} ----\n{log.tail()}\n----", flush=True)
    return passed, failed


def build_package():
    """What `make demo` and `make bench` need: the release build and its package, hardly with a word unless it fails."""
    log = Log("build")
    if not (BUILD / "release").exists():
        print(f"Building, for a minute or so; {log.path.relative_to(ROOT)} tells more", file=sys.stderr)
    try:
        build(log, "release", python=True)
    except StageFailed as error:
        print(f"The build failed: {error}\n{log.tail()}", file=sys.stderr)
        return 1
    return 0


def main(names):
    if names == ["package"]:
        return build_package()
    wanted = [stage for name in names for stage in GROUPS.get(name, [name])]
    unknown = [name for name in wanted if name not in STAGES]
    if unknown or not wanted:
        print(f"usage: stages.py {' | '.join(['package', *GROUPS, *STAGES])}", file=sys.stderr)
        return 2
    counts = [run_stage(name) for name in wanted]
    passed, failed = (sum(column) for column in zip(*counts, strict=True))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

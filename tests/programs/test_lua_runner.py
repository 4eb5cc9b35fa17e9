"""leafnative-lua: what a script may do, what it may not, and what the program ends with."""

import re
import signal
import socket
import subprocess
import time

import pytest
from served import PROGRAM, environment

DONE, SCRIPT_ERROR, USAGE, TIME, MEMORY, WATCHDOG = range(6)

# The time limit of the scripts that never end, and the longest that any run may take: the watchdog's grace is 2 s.
LIMIT = "0.2"
SECONDS = 60


def start(*arguments, env=None):
    return subprocess.Popen(
        [PROGRAM, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**(env or {})),
    )


def run(*arguments, text="", env=None):
    process = start(*arguments, env=env)
    out, err = process.communicate(text, timeout=SECONDS)
    return process.returncode, out, err


def script(text, *options, **others):
    """Run a text as a script that comes from the standard input."""
    return run(*options, "-", text=text, **others)


# ---- how it is called ----


def test_a_script_runs_with_its_arguments_and_ends_with_0(tmp_path):
    path = tmp_path / "job.lua"
    path.write_text("#!/usr/bin/env leafnative-lua\nprint(arg[0] == 'job' or #arg, arg[1], ...)\n")
    assert run(path, "one", "--two") == (DONE, "2\tone\tone\t--two\n", "")


def test_help_and_version_name_every_exit_code():
    status, out, err = run("--help")
    assert (status, err) == (DONE, "")
    for words in ("0 when", "1 when", "2 when", "3 at", "4 at", "5 when", "--memory", "--time", "--env", "--unsafe"):
        assert words in out
    assert re.fullmatch(r"leafnative-lua \d+\.\d+\.\d+\n", run("--version")[1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "a script is missing"),
        (("--speed", "x.lua"), "there is no option: --speed"),
        (("--memory",), "a value is missing behind: --memory"),
        (("--memory", "64X", "-"), "--memory takes a size"),
        (("--memory", "-1", "-"), "--memory takes a size"),
        (("--memory", "99999999999G", "-"), "--memory takes a size"),
        (("--time", "soon", "-"), "--time takes seconds"),
        (("--time", "nan", "-"), "--time takes seconds"),
        (("--time", "1e300", "-"), "--time takes seconds"),
        (("/nowhere/job.lua",), "cannot open /nowhere/job.lua"),
    ],
)
def test_what_cannot_be_started_ends_with_2_and_says_why(arguments, words):
    status, out, err = run(*arguments)
    assert (status, out) == (USAGE, "")
    assert words in err.splitlines()[0]


def test_an_error_ends_with_1_one_line_and_a_traceback():
    status, out, err = script("print('before')\nlocal function f() error('it\\27[31m broke\\nhere') end\nf()")
    assert (status, out) == (SCRIPT_ERROR, "before\n")
    lines = err.splitlines()
    assert lines[0] == "leafnative-lua: stdin:2: it [31m broke here"
    assert lines[1] == "stack traceback:"
    assert any("stdin:3" in line for line in lines[2:])


@pytest.mark.parametrize("value", ["nil", "{}", "setmetatable({}, {__tostring = function() error('again') end})"])
def test_an_error_without_words_ends_with_1_too(value):
    status, _, err = script(f"error({value})")
    assert status == SCRIPT_ERROR
    assert err.startswith("leafnative-lua: ")


def test_a_script_that_is_no_lua_ends_with_1():
    status, _, err = script("x = = 1")
    assert (status, err) == (SCRIPT_ERROR, "leafnative-lua: stdin:1: unexpected symbol near '='\n")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("os.exit()", 0),
        ("os.exit(true)", 0),
        ("os.exit(false)", 1),
        ("os.exit(77)", 77),
        ("pcall(os.exit, 78)", 78),
        ("coroutine.wrap(function() pcall(os.exit, 79) end)()", 79),
        ("setmetatable({}, {__gc = function() os.exit(80) end})", 80),
        ("setmetatable({}, {__gc = function() os.exit(81) end}) collectgarbage()", 81),
        ("do local t <close> = setmetatable({}, {__close = function() os.exit(82) end}) end", 82),
        ("local t <close> = setmetatable({}, {__close = function() os.exit(83) end}) os.exit(9)", 83),
    ],
)
def test_a_script_chooses_its_own_exit_code(call, code):
    status, out, err = script(
        f"io.write('said') {call} print('no')" if "gc" not in call else f"io.write('said') {call}"
    )
    assert (status, out, err) == (code, "said", "")


def test_an_exit_code_that_no_shell_sees_is_refused():
    status, _, err = script("os.exit(256)")
    assert status == SCRIPT_ERROR
    assert "an exit code is 0 to 255" in err


def test_output_that_cannot_be_written_is_an_error():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [PROGRAM, "-"],
            input="io.write('x')",
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=SECONDS,
            env=environment(),
        )
    assert done.returncode == SCRIPT_ERROR
    assert "standard output" in done.stderr


def test_an_error_in_a_finalizer_is_a_warning():
    status, _, err = script("setmetatable({}, {__gc = function() error('late') end})")
    assert (status, err) == (DONE, "leafnative-lua: warning: error in __gc (stdin:1: late)\n")


# ---- what a script does not reach ----


@pytest.mark.parametrize(
    "name",
    [
        "dofile", "loadfile", "package", "string.dump", "io.open", "io.popen", "io.input", "io.output", "io.tmpfile",
        "io.close", "os.execute", "os.remove", "os.rename", "os.tmpname", "os.setlocale", "debug.sethook",
        "debug.getregistry", "debug.getinfo", "debug.getupvalue", "debug.setmetatable", "debug.upvaluejoin",
        "debug.getlocal", "debug.debug", "debug.setcstacklimit",
    ],
)  # fmt: skip
def test_what_leads_out_is_not_there(name):
    assert script(f"print({name})") == (DONE, "nil\n", "")
    status, out, _ = script(f"print({name} ~= nil)", "--unsafe")
    assert (status, out) == (DONE, "true\n"), "--unsafe is all of Lua"


def test_nothing_else_is_there_than_what_the_guide_names():
    listed = """
        local names = {}
        for name, value in pairs(_G) do
            if type(value) == "table" and value ~= _G and name ~= "arg" then
                for inner in pairs(value) do names[#names + 1] = name .. "." .. inner end
            else
                names[#names + 1] = name
            end
        end
        table.sort(names)
        print(table.concat(names, " "))
    """
    status, out, _ = script(listed)
    assert status == DONE
    found = set(out.split())
    libraries = {"string", "table", "math", "utf8", "coroutine"}
    assert {name.split(".")[0] for name in found if "." in name} == libraries | {"os", "io", "debug"}
    assert {name for name in found if name.split(".")[0] in ("os", "io", "debug")} == {
        "os.clock", "os.date", "os.difftime", "os.exit", "os.getenv", "os.time",
        "io.lines", "io.read", "io.stderr", "io.stdin", "io.stdout", "io.type", "io.write",
        "debug.traceback",
    }  # fmt: skip
    assert {name for name in found if "." not in name} == {
        "_G", "_VERSION", "arg", "assert", "collectgarbage", "error", "getmetatable", "ipairs", "load", "next", "pairs",
        "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "require", "select", "setmetatable", "tonumber",
        "tostring", "type", "warn", "xpcall",
    }  # fmt: skip


@pytest.mark.parametrize(
    "attempt",
    [
        "('x').dump",
        "getmetatable('').__index.dump",
        "getmetatable('').__index ~= string or nil",
        "getmetatable(io.stdout).__index.open",
        "load('\\27Lua')",
        "load('return 1', 'name', 'b')",
        "load(function() return nil end, 'name', 'b')",
        "(load('return debug.sethook')())",
        "(select(2, pcall(load('return os.execute'))))",
    ],
)
def test_a_way_around_comes_to_nothing(attempt):
    assert script(f"print(({attempt}))") == (DONE, "nil\n", "")


def test_text_is_loaded_with_its_own_environment():
    text = "print(load('return x', 'n', 't', {x = 5})(), load('return x', 'n', 'bt', nil) ~= nil, load('return 6')())"
    assert script(text) == (DONE, "5\ttrue\t6\n", "")


def test_bytecode_is_refused_as_a_script_and_beside_it(tmp_path):
    chunk = tmp_path / "chunk.lua"
    make = f"local f = io.open('{chunk}', 'wb') f:write(string.dump(function() print('ran') end)) f:close()"
    assert script(make, "--unsafe")[0] == DONE
    status, out, err = run(chunk)
    assert (status, out) == (SCRIPT_ERROR, "")
    assert "binary chunk" in err
    user = tmp_path / "user.lua"
    user.write_text("require 'chunk'")
    status, out, err = run(user)
    assert (status, out) == (SCRIPT_ERROR, "")
    assert "binary chunk" in err
    assert run("--unsafe", chunk) == (DONE, "ran\n", "")


@pytest.mark.parametrize(
    "name", ["lfs", "socket", "package", "ffi", "../job", "/etc/passwd", "a..b", ".a", "a.", "", "a/b", "a\\0b"]
)
def test_require_finds_nothing_else(name):
    status, out, _ = script(f"print(pcall(require, '{name}'))")
    assert status == DONE
    assert out.startswith("false\tmodule '")


def test_require_finds_text_beside_the_script(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "names.lua").write_text("return {(...), select(2, ...)}")
    (tmp_path / "broken.lua").write_text("x = = 1")
    job = tmp_path / "job.lua"
    job.write_text("print(table.concat(require 'below.names', ' '), require 'below.names' == require 'below.names')")
    assert run(job) == (DONE, f"below.names {tmp_path}/below/names.lua\ttrue\n", "")
    job.write_text("require 'broken'")
    status, _, err = run(job)
    assert status == SCRIPT_ERROR
    assert "error loading module 'broken'" in err


def test_a_module_beside_the_script_does_not_stand_in_for_the_library(tmp_path):
    (tmp_path / "leafnative.lua").write_text("return 'another'")
    job = tmp_path / "job.lua"
    job.write_text("print(type(require 'leafnative'), package)")
    assert run(job) == (DONE, "table\tnil\n", "")


def test_the_environment_is_closed_but_for_what_is_named():
    env = {"LEAF_TOKEN": "t0ken", "FARM": "Maple"}
    text = "print(os.getenv('LEAF_TOKEN'), os.getenv('FARM'), os.getenv('HOME'))"
    assert script(text, env=env) == (DONE, "nil\tnil\tnil\n", "")
    assert script(text, "--env", "FARM", "--env", "NONE", env=env) == (DONE, "nil\tMaple\tnil\n", "")


def test_the_standard_input_is_read_and_no_file(tmp_path):
    job = tmp_path / "job.lua"
    job.write_text("print(io.read()) for line in io.lines() do io.write('[', line, ']') end io.lines('/etc/passwd')")
    status, out, err = run(job, text="first\nsecond\nthird\n")
    assert (status, out) == (SCRIPT_ERROR, "first\n[second][third]")
    assert "io.lines() reads the standard input" in err


def test_what_a_script_does_to_strings_stays_in_its_own_state():
    assert (
        script("getmetatable('').__index = {upper = function() return 'mine' end} print(('a'):upper())")[1] == "mine\n"
    )
    assert script("string.format = nil string.rep = error error('plain')")[2].startswith(
        "leafnative-lua: stdin:1: plain"
    )
    assert script("print(('a'):upper())")[1] == "A\n"


def test_what_a_script_does_to_strings_does_not_break_the_library():
    text = """
        local leafnative = require "leafnative"
        string.gsub, string.dump, table.sort, pcall, error = nil, nil, nil, nil, nil
        getmetatable("").__index.upper = function() return "mine" end
        local service <close> = leafnative.service{}
        local leaf <close> = leafnative.leaf{service = service, username = "a@farm.example", password = "hunter2"}
        local user, err = leaf.users:create{name = "Maple Farm"}
        print(user, err.code)
    """
    status, out, err = script(text)
    assert "hunter2" not in out + err
    assert (status, out) == (DONE, "nil\tunauthorized\n")


# ---- time ----

# Scripts that never end by themselves and that Lua's hook stops.
ENDLESS = {
    "a loop": "while true do end",
    "pcall": "while true do pcall(function() while true do end end) end",
    "pcall and then the end": "pcall(function() while true do end end) print('no')",
    "pcall of pcall": "while true do pcall(pcall, pcall, pcall, function() while true do end end) end",
    "xpcall": "xpcall(function() while true do end end, function() while true do end end) print('no')",
    "the handler of xpcall": "xpcall(function() while true do end end, function() print('no') end) print('no')",
    "a coroutine": "coroutine.wrap(function() while true do end end)()",
    "coroutines without end": """
        while true do
            coroutine.resume(coroutine.create(function() while true do pcall(function() while true do end end) end end))
        end""",
    "coroutines in coroutines": """
        local function deep(n)
            local co = coroutine.create(function() if n > 0 then deep(n - 1) end while true do end end)
            while true do pcall(coroutine.resume, co) end
        end
        deep(20)""",
    "yields": "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
    "a variable to close": """
        local t <close> = setmetatable({}, {__close = function() while true do end end})
        while true do end""",
    "variables to close, again and again": """
        while true do
            pcall(function()
                local t <close> = setmetatable({}, {__close = function() print('no') end})
                while true do end
            end)
        end""",
    "a metamethod": """
        local t = setmetatable({}, {__index = function() while true do end end})
        while true do pcall(function() return t.x end) end""",
    "sort": "table.sort({1, 2, 3, 4}, function() while true do end end)",
    "gsub": "('x'):gsub('x', function() while true do end end)",
    "load": "load(function() while true do end end)",
    "an iterator of pcall": "for _ in pcall, function() while true do end end do end print('no')",
    "tostring": "tostring(setmetatable({}, {__tostring = function() while true do end end}))",
    "an error whose words never end": "error(setmetatable({}, {__tostring = function() while true do end end}))",
}  # fmt: skip

# And those that run where no hook does.
DEAF = {
    "a finalizer": "setmetatable({}, {__gc = function() while true do end end}) collectgarbage()",
    "a finalizer at the end": "setmetatable({}, {__gc = function() while true do end end})",
    "a finalizer behind the limit": "X = setmetatable({}, {__gc = function() while true do end end}) while true do end",
    "a pattern": "print(('a'):rep(40):find(('a*'):rep(30) .. 'b'))",
    "a move": "table.move({}, 1, 1 << 60, 2)",
    "a read": "io.read()",
}


@pytest.fixture(scope="module")
def deaf_scripts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deaf")
    scripts = {}
    for number, (name, text) in enumerate([("awake", ENDLESS["a loop"]), *DEAF.items()]):
        scripts[name] = folder / f"{number}.lua"
        scripts[name].write_text(f"print('began')\n{text}\n")
    return scripts


def start_deaf(script, limit=LIMIT):
    return start("--time", str(limit), "--memory", "0", script)


@pytest.fixture(scope="module")
def deaf_runs(deaf_scripts):
    """They are started at once, for each of them takes the whole grace of the watchdog. The one that is not deaf gets
    no processor from before the others began."""
    processes = {}
    for name, script in deaf_scripts.items():
        processes[name] = start_deaf(script)
        if name == "awake":
            processes[name].stdout.readline()
            processes[name].send_signal(signal.SIGSTOP)
    yield processes
    for process in processes.values():
        process.kill()
        process.communicate()


@pytest.mark.parametrize("name", ENDLESS)
def test_the_time_limit_is_not_swallowed_by(name):
    status, out, err = script(ENDLESS[name], "--time", LIMIT)
    assert (status, out) == (TIME, "")
    assert "the time limit of 0.2 s is over" in err.splitlines()[0]


@pytest.mark.parametrize("name", DEAF)
def test_the_watchdog_ends(deaf_scripts, deaf_runs, name):
    process, limit = deaf_runs[name], float(LIMIT)
    while process.wait(SECONDS) == TIME and limit < 10:  # on a busy machine it was over before anything was deaf
        limit *= 4
        process = start_deaf(deaf_scripts[name], limit)
    assert process.stdout.read() == "began\n"
    assert "the watchdog ends it" in process.stderr.read().splitlines()[-1]
    assert process.returncode == WATCHDOG


def test_the_grace_begins_when_a_process_that_was_stopped_goes_on(deaf_runs):
    for name in DEAF:
        deaf_runs[name].wait(SECONDS)  # so the grace of the first one would be over as well
    process = deaf_runs["awake"]
    process.send_signal(signal.SIGCONT)
    assert process.wait(SECONDS) == TIME
    assert "the time limit of 0.2 s is over" in process.stderr.readline()


def test_a_script_that_ends_in_time_is_not_kept_waiting():
    assert script("print(1)", "--time", "3600")[0] == DONE


def test_a_limit_of_0_is_none():
    assert script("for i = 1, 1e5 do end print('done')", "--time", "0", "--memory", "0") == (DONE, "done\n", "")


def test_the_limits_stay_when_all_of_lua_is_there():
    assert script("while true do end", "--time", LIMIT, "--unsafe")[0] == TIME
    assert script("debug.sethook() while true do end", "--time", LIMIT, "--unsafe")[0] == WATCHDOG
    assert script("local s = ('x'):rep(1 << 26)", "--memory", "8M", "--unsafe")[0] == MEMORY


def test_a_call_of_the_library_takes_no_longer_than_what_is_left():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        text = f"""
            local leafnative = require "leafnative"
            local leaf = leafnative.leaf{{base_url = "{address}", token = "t0ken"}}
            local user, err = leaf:user("6b9f7a2e-54c3-4a2b-9d1e-0f3c2b1a4d5e"):get()
            io.stderr:write(tostring(err and err.code), "\\n")
            while true do end
        """
        for limit in (0.5, 2, 8):  # on a busy machine the time may be over before the call begins
            began = time.monotonic()
            status, _, err = script(text, "--time", str(limit))
            took = time.monotonic() - began
            if err.startswith("deadline\n"):
                break
    assert status == TIME, err
    assert err.splitlines()[0] == "deadline"
    assert took < 40, "the deadline of a call would be 60 s"


# ---- memory ----


@pytest.mark.parametrize(
    "text",
    [
        "local s = ('x'):rep(1 << 30)",
        "local s = 'x' while true do s = s .. s end",
        "local t = {} for i = 1, 1e9 do t[i] = {} end",
        "local t = {} for i = 1, 1e9 do t[i] = tostring(i) end",
        "local t = table.pack(('x'):rep(1 << 22):byte(1, 100)) for i = 1, 1e9 do t['k' .. i] = i end",
        "local function f() return 1 + f() end f()",
        "local t = {} for i = 1, 1e9 do t[i] = coroutine.create(print) end",
        "coroutine.wrap(function() local s = ('x'):rep(1 << 30) end)()",
        "collectgarbage('stop') local t = {} while true do t = {t} end",
        "local t = setmetatable({}, {__gc = function() end}) while true do t = setmetatable({t}, getmetatable(t)) end",
        "load(('x = {'):rep(100) .. ('{},'):rep(1 << 22))",
    ],
)
def test_the_memory_limit_ends_with_4(text):
    status, out, err = script(text, "--memory", "4M", "--time", "60")
    assert (status, out) == (MEMORY, ""), err
    assert err == "leafnative-lua: the memory limit of 4194304 bytes is reached: give --memory more\n"


def test_a_script_may_catch_the_memory_limit_and_go_on():
    text = "print(pcall(string.rep, 'x', 1 << 30)) local t = {} for i = 1, 100 do t[i] = i end print(#t)"
    assert script(text, "--memory", "4M") == (DONE, "false\tnot enough memory\n100\n", "")


@pytest.mark.parametrize("size", ["1", "4K", "16K", "20K", "24K", "32K", "64K"])
def test_too_little_memory_to_begin_with_is_said(size):
    status, _, err = script("local t = {} for i = 1, 1e7 do t[i] = i end", "--memory", size)
    assert (status, err.count("\n")) == (MEMORY, 1)
    assert "give --memory more" in err


def test_recursion_without_end_and_without_a_limit_is_an_error():
    status, _, err = script("local function f() return 1 + f() end f()", "--memory", "0")
    assert status == SCRIPT_ERROR
    assert "stack overflow" in err


# ---- secrets ----


def test_an_error_of_the_library_that_nobody_caught_shows_no_secret():
    text = """
        local leafnative = require "leafnative"
        local leaf = leafnative.leaf{service = leafnative.service{}, username = "a@farm.example", password = "hunter2"}
        error(select(2, leaf.users:create{name = "Maple Farm"}))
    """
    status, out, err = script(text)
    assert (status, out) == (SCRIPT_ERROR, "")
    assert "hunter2" not in err
    assert err.startswith("leafnative-lua: ")
    assert "stack traceback" in err


def test_the_memory_limit_swept_upward_is_met_everywhere_in_good_order(tmp_path):
    job = tmp_path / "job.lua"
    job.write_text(
        """
        local leafnative <const> = require "leafnative"
        local service <close> = assert(leafnative.service { cheap_passwords = true })
        assert(service:create_owner("a@farm.example", "pw"))
        local leaf <close> = assert(leafnative.leaf { service = service, username = "a@farm.example", password = "pw" })
        local grower = assert(leaf.users:create { name = "Maple Farm" })
        local update = coroutine.wrap(function() return assert(grower:update { phone = "1" }).phone end)
        print(update(), #assert(leaf.users:list():all()))
        """
    )
    ends = [run("--memory", f"{size}K", job) for size in range(16, 400, 12)]
    assert {status for status, _, _ in ends} == {MEMORY, DONE}
    assert ends[0][0] == MEMORY
    assert ends[-1] == (DONE, "1\t1\n", "")
    for status, out, err in ends:
        assert (out, err) == ("1\t1\n", "") if status == DONE else "give --memory more" in err


def test_a_script_may_exit_from_inside_a_call_of_the_library():
    text = """
        local leafnative <const> = require "leafnative"
        local leaf <close> = leafnative.leaf { token = "t", transport = function() os.exit(21) end }
        leaf.users:list():all()
    """
    assert script(text) == (21, "", "")


def test_the_time_limit_ends_a_function_that_the_library_calls():
    text = """
        local leafnative <const> = require "leafnative"
        local leaf <close> = leafnative.leaf { token = "t", transport = function() while true do end end }
        while true do leaf.users:list():all() end
    """
    status, out, err = script(text, "--time", LIMIT)
    assert (status, out) == (TIME, "")
    assert "the time limit" in err

"""Many calls at once from Lua over HTTP, and under a time limit."""

import subprocess

import pytest
from served import PROGRAM, environment, served

import leafnative

OWNER, PASSWORD = "a@farm.example", "hunter2"
COUNT = 50

MAP = """
local leafnative <const> = require "leafnative"
local leaf <close> = assert(leafnative.leaf {})
local users = assert(leaf.users:list { sort = "name,asc" }:all())
for _, options in ipairs { { concurrency = 4 }, { concurrency = 16 }, { concurrency = 64, values = "text" } } do
  options.ordered = options.concurrency < 64
  local at, sum = 0, 0
  for user, value, err in leaf:map("users.get", users, options) do
    assert(value, err)
    at = at + 1
    local is_well = options.values and value:find(user.id, 1, true) or value.name == users[at].name
    sum = sum + (is_well and 1 or 0)
  end
  print(at, sum)
end
for user in leaf:map("users.get", users) do
  print("left", user.name ~= nil, (leaf.users:get(user.id)))
  break
end
"""

BESIDE = """
local leafnative <const> = require "leafnative"
local leaf <close> = assert(leafnative.leaf {})
local tasks <close> = leafnative.tasks { concurrency = 8 }
local names, count = {}, 0
tasks:spawn(function()
  for user in leaf.users:list { size = 10 } do
    tasks:spawn(function()
      local name = assert(leaf:user(user.id):update { phone = "1" }).name
      names[name] = true
    end)
  end
end)
tasks:run()
for _ in pairs(names) do
  count = count + 1
end
print(count)
"""

HELD = {
    "a map that its rate holds back": """
        local id = "0b54e1a2-6c1f-4d27-9a55-3f1d2c7b8e90"
        local items = { id, id, id }
        for _ in leaf:map("users.get", items, { rate = 0.001 }) do end""",
    "a task that sleeps": """
        local tasks = require("leafnative").tasks()
        tasks:spawn(function() leaf.users:get "a" tasks:sleep(1000) end)
        tasks:run()""",
}


@pytest.fixture(scope="module")
def address():
    with leafnative.Service(cheap_passwords=True) as service:
        service.create_owner(OWNER, PASSWORD)
        with leafnative.Leaf(service, username=OWNER, password=PASSWORD) as leaf:
            for number in range(COUNT):
                leaf.users.create(name=f"grower {number:03}")
        with served(service) as address:
            yield address


def run(text, *options, folder, **settings):
    script = folder / "script.lua"
    script.write_text(text)
    command = [PROGRAM, *options, script]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment(**settings))


def settings(address):
    return {"LEAF_URL": address, "LEAF_USERNAME": OWNER, "LEAF_PASSWORD": PASSWORD}


def test_a_map_over_http_gives_every_item_its_answer(address, tmp_path):
    done = run(MAP, folder=tmp_path, **settings(address))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:3] == [f"{COUNT}\t{COUNT}"] * 3
    assert lines[3].startswith("left\ttrue\tuser{")


def test_tasks_over_http_walk_and_change_side_by_side(address, tmp_path):
    done = run(BESIDE, folder=tmp_path, **settings(address))
    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{COUNT}\n")


@pytest.mark.parametrize("what", HELD)
def test_a_time_limit_ends_even(what, tmp_path):
    begin = """
        local leafnative <const> = require "leafnative"
        local service <const> = leafnative.service { cheap_passwords = true }
        service:create_owner("a@farm.example", "word")
        local leaf <const> = leafnative.leaf { service = service, username = "a@farm.example", password = "word" }"""
    done = run(begin + HELD[what], "--time", "0.5", folder=tmp_path)
    assert done.returncode == 3, done.stderr

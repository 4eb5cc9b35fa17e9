--- Every scene again under collectors that run all the time.
local scenes <const> = require "scenes"

describe("under a collector", function()
  after_each(function()
    collectgarbage("incremental", 200, 100)
  end)

  for name, scene in pairs(scenes) do
    it("that has generations a scene goes well, " .. name, function()
      collectgarbage("generational", 1, 1)
      for _ = 1, 3 do
        assert.is_true(scene())
      end
    end)

    it("that never rests a scene goes well, " .. name, function()
      collectgarbage("incremental", 1, 1000)
      assert.is_true(scene())
    end)
  end
end)

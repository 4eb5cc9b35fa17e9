--- Times: the API's texts into seconds.
local core <const> = require "leafnative.core"
core.own()

local times <const> = {}

--- Days from 1970-01-01 to a day of the Gregorian calendar, counted from March so that a leap day ends its year.
local function days(year, month, day)
  if month <= 2 then
    year = year - 1
  end
  local era = year // 400
  local of_era = year - era * 400
  local of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
  return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

local function offset_of(zone)
  if zone == "" or zone == "Z" or zone == "z" then
    return 0 -- The API's times are in UTC, also where they do not say so.
  end
  local sign, hours, minutes = zone:match "^([+-])(%d%d):?(%d%d)$"
  if sign == nil then
    return nil
  end
  local seconds = tonumber(hours) * 3600 + tonumber(minutes) * 60
  return sign == "-" and -seconds or seconds
end

--- Seconds since 1970-01-01 UTC, a float, of a text as RFC 3339 has it; nil when it is none.
function times.seconds(text)
  if type(text) ~= "string" then
    core.raise("time takes a text as 2024-05-01T12:34:56Z, not a " .. type(text) .. ".")
  end
  local year, month, day, hour, minute, second, fraction, zone =
    text:match "^(%d%d%d%d)-(%d%d)-(%d%d)[Tt ](%d%d):(%d%d):(%d%d)(%.?%d*)(.*)$"
  local offset = zone and offset_of(zone)
  if offset == nil or fraction == "." then
    return nil
  end
  month, day, hour, minute, second = tonumber(month), tonumber(day), tonumber(hour), tonumber(minute), tonumber(second)
  if month < 1 or month > 12 or day < 1 or day > 31 or hour > 23 or minute > 59 or second > 60 then
    return nil
  end
  local whole = days(tonumber(year), month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
  return whole + (fraction ~= "" and tonumber("0" .. fraction) or 0.0)
end

return times

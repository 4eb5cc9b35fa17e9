--- Losant: service credentials as objects with verbs, and the jobs that are done with them.
local core <const> = require "leafnative.core"
core.own()
local api <const> = require "leafnative.api"
local records <const> = require "leafnative.records"
local times <const> = require "leafnative.times"

local CREDENTIAL <const> = "losantCredential"
local LINKED <const> = "linkedResources"
local CERTIFICATES <const> = "certificateKeyPair"

-- ---- members ----

local function credential_types()
  local types = {}
  for _, field in ipairs(records.fields(CREDENTIAL)) do
    types[#types + 1] = field.name:match "^(.+)Config$"
  end
  return types
end

--- The members, `config` under the name that it has for the type, which may stand among them. What is no table is left
-- to the call to refuse.
local function with_config(members, credential_type)
  if type(members) ~= "table" or members.config == nil then
    return members
  end
  credential_type = credential_type or members.type
  local named = records.fields(CREDENTIAL).by_name[tostring(credential_type) .. "Config"]
  if named == nil then
    core.unknown("type of a credential", credential_type, credential_types())
  elseif members[named.name] ~= nil or members[named.snake] ~= nil then
    core.raise(("The config is given twice, as config and as %s."):format(named.snake))
  end
  local renamed = {}
  for name, value in next, members do
    renamed[name == "config" and named.snake or name] = value
  end
  return renamed
end

local function check_text(name, value)
  if type(value) ~= "string" then
    core.raise(("%s must be a string, not a %s."):format(name, type(value)))
  end
end

--- The options of a method, which are none without a table.
local function checked_options(method, options, names)
  if options == nil then
    return {}
  elseif type(options) ~= "table" then
    core.raise(("%s takes a table of options, not a %s."):format(method, type(options)))
  end
  core.check("option", options, names)
  return options
end

local function is_write_only(field)
  return field.marks.in_update and not field.marks.answered
end

--- Whether a write-only member has to be sent: a key pair is only generated where there is none.
local function is_sent(field, present)
  return field.marks.secret or present.publicKey == nil or present.publicKey == core.null
end

--- Of the members that are wanted those that differ, or that cannot be seen.
local function changes_of(schema, present, wanted)
  local fields, changes = records.fields(schema), {}
  for name, value in next, wanted do
    local field = fields.by_snake[name] or fields.by_name[name]
    if field == nil then
      changes[name] = value
    elseif field.of ~= nil and type(value) == "table" then
      local shown = present[field.name]
      local below = changes_of(field.of, type(shown) == "table" and shown or {}, value)
      changes[name] = next(below) ~= nil and below or nil
    elseif is_write_only(field) then
      changes[name] = is_sent(field, present) and value or nil
    elseif not records.equal(value, present[field.name]) then
      changes[name] = value
    end
  end
  return changes
end

-- ---- one credential ----

local credential_methods <const> = {}

--- What it stands for in the path of an operation.
local function path_of(self)
  return {
    application_id = self._bound.application_id,
    credential_id = self._members.id or self._bound.credential_id,
  }
end

local function group_of(self)
  return api.group(self._api, "credential", path_of(self))
end

local function config_of(self, name)
  if name ~= "config" then
    return nil
  end
  local member = self._members.type .. "Config"
  local config = self._members[member]
  return records.new(records.class(records.plain, member), type(config) == "table" and config or {})
end

local Credential <const> = records.kind("leafnative.service_credential", credential_methods, config_of, path_of)

--- Reads the credential again.
function credential_methods:refresh()
  return group_of(self):get()
end

--- Changes some members and gives the credential as it is then. The config is changed member by member:
-- patch{aws_config = {region = "eu-west-1"}}, or for the credential's own type patch{config = {region = "eu-west-1"}}.
function credential_methods:patch(members)
  return group_of(self):patch(with_config(members, self._members.type))
end

--- Lets it be used again.
function credential_methods:enable()
  return group_of(self):patch { enabled = true }
end

--- Makes every use of it fail from now on; it is kept.
function credential_methods:disable()
  return group_of(self):patch { enabled = false }
end

--- What uses the credential by its name: lists integrations, flows and flow_versions. A workflow whose node builds the
-- name of the credential with a template cannot be seen.
function credential_methods:linked_resources(options)
  return group_of(self):linked_resources(options)
end

--- Deletes the credential for ever. With `unless_linked` one that something uses is kept, and the error, a conflict,
-- lists what does.
function credential_methods:delete(options)
  options = checked_options("delete", options, { "unless_linked", "missing_ok" })
  if options.unless_linked then
    local linked, err = self:linked_resources { include_custom_nodes = true }
    if linked == nil then
      if options.missing_ok and err.code == "not_found" then
        return true
      end
      return nil, err
    end
    local users = linked:users()
    if #users > 0 then
      local words = ("The credential %q is used by %s: not deleted."):format(self.name, table.concat(users, ", "))
      return nil, core.error("conflict", words, "Give what uses it another credential, then delete this one.")
    end
  end
  local gone, err = group_of(self):delete { missing_ok = options.missing_ok }
  if gone == nil then
    return nil, err
  end
  return true
end

-- ---- what uses a credential ----

local linked_methods <const> = {}
local kinds <const> = {
  integrations = { member = "integrations", words = "integration" },
  flows = { member = "flows", words = "flow" },
  flow_versions = { member = "flowVersions", words = "flow version" },
}

local Linked <const> = records.kind("leafnative.linked", {})

--- The entries of one kind as a list; what else the answer says of them are members: total_count.
local function entries_of(self, name)
  local kind = kinds[name]
  if kind == nil then
    return nil
  end
  local members = self._members[kind.member]
  local field = records.fields(LINKED).by_name[kind.member]
  local answer = records.new(records.class(Linked, field.of), type(members) == "table" and members or {})
  for index, entry in ipairs(records.member(answer, "items") or {}) do
    rawset(answer, index, entry)
  end
  return answer
end

local LinkedResources <const> = records.kind("leafnative.linked_resources", linked_methods, entries_of)

--- What uses the credential, in words: "integration 'Storage'", "flow 'Upload'".
function linked_methods:users()
  local users = {}
  for _, name in ipairs { "integrations", "flows", "flow_versions" } do
    for _, entry in ipairs(self[name]) do
      users[#users + 1] = ("%s '%s'"):format(kinds[name].words, entry.name)
    end
  end
  return users
end

-- ---- the credentials of an application ----

local methods <const> = {}
local Credentials <const> = { __name = "leafnative.credentials" }

function Credentials.__index(_, name)
  local method = methods[name]
  if method == nil and type(name) == "string" and name:sub(1, 1) ~= "_" then
    local names = {}
    for known in next, methods do
      names[#names + 1] = known
    end
    table.sort(names)
    core.unknown("member of credentials", name, names)
  end
  return method
end

function Credentials.__tostring(self)
  return "credentials of application " .. self._application
end

local function many(self)
  return api.group(self._losant, "credentials", { application_id = self._application })
end

local function one(self)
  return api.group(self._losant, "credential", { application_id = self._application })
end

--- The credentials: sort_field, sort_direction, filter_field, filter (`*` stands for anything).
function methods:list(options)
  return many(self):list(options)
end

--- Makes a credential: name, type, and the config of the type, as aws_config = {…} or config = {…}.
function methods:create(members)
  return many(self):create(with_config(members))
end

--- Reads one credential by its id.
function methods:get(credential_id, options)
  return one(self):get(credential_id, options)
end

--- The credential with exactly this name; nil alone when there is none, nil and the error of a failure.
function methods:find(name)
  check_text("name", name)
  local pattern = name:gsub("[%*%?%[%]{}!\\]", "*")
  local next_page = self:list({ filter_field = "name", filter = pattern }):pages()
  while true do
    local page, err = next_page()
    if page == nil then
      return nil, err
    end
    for _, credential in ipairs(page) do
      if credential.name == name then
        return credential
      end
    end
  end
end

--- Makes the credential of this name, or changes what differs, and gives it as it is then: ensure("uploads", {type =
-- "aws", aws_config = {…}}). Public members are compared; write-only ones cannot be, and are sent whenever they are
-- given. A conflict when the name belongs to another type.
function methods:ensure(name, members)
  if type(members) ~= "table" or type(members.type) ~= "string" then
    core.raise 'ensure takes a name and a table with the type, as ensure("uploads", {type = "aws", …}).'
  end
  local wanted = with_config(members)
  local present, err = self:find(name)
  if present == nil and err == nil then
    local given = { name = name }
    for member, value in next, wanted do
      given[member] = value
    end
    local made, failed = self:create(given)
    if made ~= nil or failed.code ~= "conflict" then
      return made, failed
    end
    present, err = self:find(name) -- another made it meanwhile
    err = err or failed
  end
  if present == nil then
    return nil, err
  end
  if present.type ~= members.type then
    local words = "The credential %q is of the type %s, not %s, and a type cannot change."
    return nil, core.error("conflict", words:format(name, present.type, members.type),
      "Choose another name, or delete the other credential first.")
  end
  local changes = changes_of(CREDENTIAL, present._members, wanted)
  return next(changes) == nil and present or present:patch(changes)
end

local function by_id_or_name(self, id_or_name)
  check_text("id_or_name", id_or_name)
  if id_or_name:match("^%x+$") and #id_or_name == 24 then
    local credential, err = self:get(id_or_name)
    if credential ~= nil or err.code ~= "not_found" then
      return credential, err
    end
  end
  local credential, err = self:find(id_or_name)
  if credential == nil and err == nil then
    err = core.error("not_found", ("The application has no credential %q."):format(id_or_name),
      "Look at the names that list() gives.")
  end
  return credential, err
end

--- Gives a credential new secrets, as rotate("uploads", {secret_access_key = …}), and nothing else.
function methods:rotate(id_or_name, secrets)
  if secrets ~= nil and type(secrets) ~= "table" then
    core.raise("rotate takes a table of new secrets, not a " .. type(secrets) .. ".")
  end
  local credential, err = by_id_or_name(self, id_or_name)
  if credential == nil then
    return nil, err
  end
  local allowed = {}
  for _, field in ipairs(records.fields(credential.type .. "Config")) do
    if is_write_only(field) then
      allowed[#allowed + 1] = field.snake
      allowed[field.snake], allowed[field.name] = true, true
    end
  end
  for name in next, secrets or {} do
    if not allowed[name] then
      core.unknown("secret of a credential of the type " .. credential.type, name, allowed)
    end
  end
  if secrets == nil or next(secrets) == nil then
    core.raise("rotate takes new secrets: " .. table.concat(allowed, ", ") .. ".")
  end
  return credential:patch { config = secrets }
end

local function end_of(credential)
  local info = credential.config.info
  local text = info and info.not_valid_after
  return text and times.seconds(text)
end

--- The certificates that end within so many days, or ended already, the first to end first. `now` is seconds since
-- 1970.
function methods:expiring(days, options)
  if type(days) ~= "number" then
    core.raise("expiring takes a number of days, as expiring(30), not a " .. type(days) .. ".")
  end
  options = checked_options("expiring", options, { "now" })
  local last = (options.now or os.time()) + days * 86400
  local found = {}
  local next_page = self:list({ filter_field = "type", filter = CERTIFICATES }):pages()
  while true do
    local page, err = next_page()
    if err ~= nil then
      return nil, err
    elseif page == nil then
      break
    end
    for _, credential in ipairs(page) do
      local ends = credential.type == CERTIFICATES and end_of(credential)
      if ends and ends <= last then
        found[#found + 1] = { ends = ends, credential = credential }
      end
    end
  end
  table.sort(found, function(left, right)
    if left.ends ~= right.ends then
      return left.ends < right.ends
    end
    return left.credential.id < right.credential.id
  end)
  for index, entry in ipairs(found) do
    found[index] = entry.credential
  end
  return found
end

-- ---- the client ----

local verbs <const> = {}

api.kinds.losant = { [CREDENTIAL] = Credential, [LINKED] = LinkedResources }

function verbs:_common()
  return { application_id = self._application }
end

local attributes <const> = {}

function attributes.credentials(self)
  if self._application == nil then
    core.raise "application_id is not set: give it to losant{}, or set LOSANT_APPLICATION_ID."
  end
  return setmetatable({ _losant = self, _application = self._application }, Credentials)
end

local Losant <const> = api.class("losant", verbs, attributes)

return {
  open = function(options)
    local given = {}
    for name, value in next, type(options) == "table" and options or {} do
      given[name] = value
    end
    local application = given.application_id
    given.application_id = nil
    local losant, err = api.open(Losant, "losant", type(options) == "table" and given or options)
    if losant == nil then
      return nil, err
    end
    if application == nil then
      application, err = losant._client:setting "applicationId"
      if err ~= nil then
        return nil, err
      end
    end
    losant._application = application
    return losant
  end,
}

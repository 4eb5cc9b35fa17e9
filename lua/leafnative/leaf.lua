--- Leaf: users, their provider credentials, and sharing relations as objects with verbs.
local core <const> = require "leafnative.core"
core.own()
local api <const> = require "leafnative.api"
local records <const> = require "leafnative.records"
local replacing <const> = require "leafnative.replacing"

local RECEIVER <const> = "receiver"
local SENDER <const> = "sender"

-- ---- users ----

local user_methods <const> = {}

--- A provider's group, or the sign-ins, of a user.
local function attribute_of_user(self, name)
  if api.providers[name] ~= nil then
    return api.provider_group(self._api, name, { leaf_user_id = self.id }, replacing)
  elseif name == "one_click" then
    return api.group(self._api, "one_click", { leaf_user_id = self.id })
  end
  return nil
end

--- A user that is read knows its id from the path, too, should the answer not show it.
local function attribute_of_record(self, name)
  if name == "id" and type(self._members.id) ~= "string" then
    return self._bound.leaf_user_id or ""
  end
  return attribute_of_user(self, name)
end

local function path_of_user(self)
  return { leaf_user_id = self.id }
end

local User <const> = records.kind("leafnative.user", user_methods, attribute_of_record, path_of_user)
local UserHandle <const> = { __name = "leafnative.user handle", __path = path_of_user }

local function provider_names()
  local names = {}
  for name in next, api.providers do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

local function user_names()
  local names = provider_names()
  for name in next, user_methods do
    names[#names + 1] = name
  end
  table.move({ "id", "one_click" }, 1, 2, #names + 1, names)
  table.sort(names)
  return names
end

UserHandle.__index = core.lookup(user_methods, function(self, name)
  local found = attribute_of_user(self, name)
  if found == nil and type(name) == "string" and name:sub(1, 1) ~= "_" then
    core.unknown("member of a user that was not read", name, user_names())
  end
  return found
end)

function UserHandle.__tostring(self)
  return "Leaf user " .. self.id
end

--- Reads the user.
function user_methods:get(options)
  return self._api.users:get(self.id, options)
end

user_methods.refresh = user_methods.get

--- Changes some members, as in update{phone = "1"}; leafnative.null clears an optional one. Gives the user as it is
-- then.
function user_methods:update(members)
  return self._api.users:update(self.id, members)
end

--- The providers to detach, of which one may stand alone, as a set.
local function detached_of(detach)
  local list, detached = type(detach) == "string" and { detach } or detach or {}, {}
  if type(list) ~= "table" then
    core.raise("detach takes a provider or a list of them, as {detach = {\"panorama\"}}, not a " .. type(list) .. ".")
  end
  for place, attribute in next, list do
    local name = type(place) == "number" and attribute or place
    if api.providers[name] == nil then
      core.unknown("provider", name, provider_names())
    elseif name ~= attribute then
      core.raise(("detach takes a list of providers, as {detach = {%q}}."):format(name))
    end
    detached[name] = true
  end
  return detached
end

--- The credentials that stay attached when the user is replaced.
local function kept_links(present, detached)
  local kept = {}
  for attribute, provider in next, api.providers do
    local attached = present._members[provider.member]
    if type(attached) == "table" and not detached[attribute] then
      kept[provider.member] = { id = attached.id }
    end
  end
  return kept
end

--- Replaces the user by these members: what is left out is gone. Attached credentials stay, but for those of the
-- providers in `detach`, as replace{name = "Maple", detach = {"panorama"}}.
function user_methods:replace(members)
  if type(members) ~= "table" then
    core.raise("replace takes a table with the members that the user has then, not a " .. type(members) .. ".")
  end
  local detached = detached_of(members.detach)
  local present, err = self:get()
  if present == nil then
    return nil, err
  end
  local given = kept_links(present, detached)
  for name, value in next, members do
    given[name] = name ~= "detach" and value or nil
  end
  given.id = self.id
  return self._api.users:replace(given)
end

--- Deletes the user with its credentials, events and permissions.
function user_methods:delete(options)
  return self._api.users:delete(self.id, options)
end

local function id_of(user)
  if type(user) == "string" then
    return user
  elseif type(user) ~= "table" or type(user.id) ~= "string" then
    core.raise("A user must be a user or its id, not a " .. type(user) .. ".")
  end
  return user.id
end

-- ---- credentials ----

local credential_methods <const> = {}

-- The attributes of the providers by their schemas.
local provider_of <const> = {}
for attribute, provider in next, api.providers do
  provider_of[provider.schema] = attribute
end

local function group_of(self)
  return api.provider_group(self._api, provider_of[records.schema(self)], self._bound, replacing)
end

--- Reads the credential again.
function credential_methods:refresh()
  return group_of(self):get()
end

--- The logged exchanges with the provider of the last 30 days, the newest first.
function credential_methods:events(options)
  return group_of(self):events(options)
end

--- Deletes the credential with its events.
function credential_methods:delete(options)
  return group_of(self):delete(options)
end

--- Looks until the status is this, for at most `deadline` seconds (60): wait_until{status = "OK", deadline = 10}.
function credential_methods:wait_until(options)
  if type(options) ~= "table" or type(options.status) ~= "string" then
    core.raise 'wait_until takes a table with the status, as wait_until{status = "OK"}.'
  end
  core.check("option", options, { "status", "deadline" })
  local seconds = options.deadline == nil and 60 or options.deadline
  if type(seconds) ~= "number" then
    core.raise("deadline must be a number of seconds, not a " .. type(seconds) .. ".")
  end
  return api.wait(group_of(self), "get", "status", options.status, seconds)
end

local Credential <const> = records.kind("leafnative.credential", credential_methods, nil, function(self)
  return self._bound
end)

-- ---- relations ----

local relation_methods <const> = {}

--- The role in which this owner stands in the relation.
local function role_of(self)
  return (self._bound.role or RECEIVER):lower()
end

local function relation_attribute(self, name)
  if name == "other" then
    return self._members[role_of(self) .. "ApiOwner"]
  end
  return nil
end

local Relation <const> = records.kind("leafnative.relation", relation_methods, relation_attribute, function(self)
  return { role = role_of(self), owner = self.other }
end)

local function relation_of(leaf, members, role)
  return records.new(records.class(Relation, "relation"), members, leaf, { role = role })
end

local function ask(self, status)
  return self._api.sharing:update(role_of(self), self.other, { status = status })
end

--- Lets the data flow, as the receiver.
function relation_methods:accept()
  return ask(self, "ALLOWED")
end

relation_methods.unblock = relation_methods.accept
relation_methods.allow = relation_methods.accept

--- Stops the data until it is unblocked; what is granted is kept.
function relation_methods:block()
  return ask(self, "BLOCKED")
end

--- Reads the status again.
function relation_methods:refresh()
  local status, err = self._api.sharing:status(role_of(self), self.other)
  if status == nil then
    return nil, err
  end
  local members = {}
  for name, value in next, self._members do
    members[name] = value
  end
  members.status = status
  return relation_of(self._api, members, role_of(self))
end

--- Refuses, on the data of this relation, every token that was issued until now.
function relation_methods:invalidate_tokens()
  return self._api.sharing:invalidate_tokens(role_of(self), self.other)
end

local function check_grant(what)
  if type(what) ~= "table" then
    core.raise("What is granted must be a table, as {fields = true}, not a " .. type(what) .. ".")
  end
  core.check("resource to grant", what, { "fields", "operations" })
  local kind = type(what.operations)
  if kind ~= "nil" and kind ~= "string" and kind ~= "table" then
    core.raise("operations must be a type or a list of them, as {operations = {\"PLANTED\"}}, not a " .. kind .. ".")
  end
end

--- Lets the receiver read of a user its fields, and the types of operations that are named, as in
-- grant(user, {fields = true, operations = {"PLANTED"}}). What is not named stays as it is.
function relation_methods:grant(user, what)
  local permissions = {}
  what = what or {}
  check_grant(what)
  if what.fields then
    permissions.FIELDS = { actions = { "READ" }, types = core.array {} }
  end
  local types = type(what.operations) == "string" and { what.operations } or what.operations
  if types ~= nil and #types > 0 then
    permissions.OPERATIONS = { actions = { "READ" }, types = types }
  end
  if next(permissions) == nil then
    core.raise 'grant takes what may be read, as grant(user, {fields = true, operations = {"PLANTED"}}).'
  end
  return self._api.permissions:create(self.other, id_of(user), { permissions = permissions })
end

--- Takes back everything that was granted of a user.
function relation_methods:revoke(user, options)
  return self._api.permissions:delete(role_of(self), self.other, id_of(user), options)
end

--- What is granted of a user: {OPERATIONS = {actions = {"READ"}, types = {"PLANTED"}}}.
function relation_methods:permissions(user)
  local granted, err = self._api.permissions:get(role_of(self), self.other, id_of(user))
  if granted == nil then
    return nil, err
  end
  return granted:to_table().permissions
end

local sharing_verbs <const> = {}

--- Offers to share data with another API owner; nothing flows until it accepts.
function sharing_verbs:share(receiver)
  return self:create { receiver_api_owner = receiver }
end

local function read_relation(self, role, other)
  local status, err = self:status(role, other)
  if status == nil then
    return nil, err
  end
  return relation_of(self._api, { [role .. "ApiOwner"] = other:lower(), status = status }, role)
end

--- The relation in which this owner sends to another, read now.
function sharing_verbs:with_receiver(receiver)
  return read_relation(self, RECEIVER, receiver)
end

--- The relation in which this owner receives from another, read now.
function sharing_verbs:with_sender(sender)
  return read_relation(self, SENDER, sender)
end

--- Accepts what another API owner offered.
function sharing_verbs:accept(sender)
  local relation, err = self:with_sender(sender)
  if relation == nil then
    return nil, err
  end
  return relation:accept()
end

--- The relations in which this owner sends.
function sharing_verbs:sent()
  return self:list(RECEIVER)
end

--- The relations in which this owner receives.
function sharing_verbs:received()
  return self:list(SENDER)
end

-- ---- the client ----

local verbs <const> = {}

--- A Leaf user by its id, without asking for it.
function verbs:user(leaf_user_id)
  if type(leaf_user_id) ~= "string" then
    core.raise("user takes the id of a Leaf user, not a " .. type(leaf_user_id) .. ".")
  end
  return setmetatable({ _api = self, id = leaf_user_id }, UserHandle)
end

api.kinds.leaf = { user = User, relation = Relation }
for schema in next, provider_of do
  api.kinds.leaf[schema] = Credential
end

local attributes <const> = {}
for _, name in ipairs { "authentication", "users", "one_click", "permissions" } do
  attributes[name] = function(self)
    return api.group(self, name)
  end
end

function attributes.sharing(self)
  return api.group(self, "sharing", nil, sharing_verbs)
end

local function refuse(name)
  if api.providers[name] ~= nil then
    core.raise(("There is no member of leaf named %s: a user has it, as leaf:user(id).%s."):format(name, name))
  end
end

local Leaf <const> = api.class("leaf", verbs, attributes, refuse)

return {
  open = function(options)
    return api.open(Leaf, "leaf", options)
  end,
}

---@meta leafnative
-- Printed from the tables in csrc/include/leafnative/tables/ by `make describe`; what is not in them stands in
-- bindings/describe/lua_text.c.

---@class leafnative
---@field version string
---@field null lightuserdata JSON's null, also to clear an optional member
local leafnative = {}

---A client of Leaf: over `service`, at `base_url`, or the live one with what environment and configuration file say.
---@param options? leafnative.ClientOptions
---@return leafnative.Leaf? leaf
---@return leafnative.Error? err
function leafnative.leaf(options) end

---A client of Losant, seen from one application.
---@param options? leafnative.LosantOptions
---@return leafnative.Losant? losant
---@return leafnative.Error? err
function leafnative.losant(options) end

---Functions that run side by side, for the calls of any client.
---@param options? leafnative.TasksOptions
---@return leafnative.Tasks tasks
function leafnative.tasks(options) end

---The endpoints in this program, in memory or in a file.
---@param options? leafnative.ServiceOptions
---@return leafnative.Service? service
---@return leafnative.Error? err
function leafnative.service(options) end

---Marks a table as a list, also while it is empty.
---@param list? table
---@return table
function leafnative.array(list) end

---The value of a JSON text; what is no JSON gives nil and the error.
---@param text string
---@return any value
---@return leafnative.Error? err
function leafnative.decode(text) end

---Compact JSON; secrets are `***` unless `reveal` is true.
---@param value any
---@param options? { reveal?: boolean }
---@return string text
function leafnative.encode(value, options) end

---@param text string|leafnative.Secret
---@return leafnative.Secret
function leafnative.secret(text) end

---@param value any
---@return boolean
function leafnative.is_secret(value) end

---Seconds since 1970-01-01 UTC of a time as the API writes it; nil when it is none.
---@param text string
---@return number?
function leafnative.time(text) end

---The rows of the operations.
---@return table[]
function leafnative.operations() end

---The rows of the providers.
---@return table[]
function leafnative.providers() end

---The rows of a schema's members; nil when there is no such schema.
---@param name string
---@return table?
function leafnative.schema(name) end

---The rows of what a call can come to.
---@return table[]
function leafnative.statuses() end

---What went wrong: fields for programs, `tostring(err)` for people.
---@class leafnative.Error
---@field code leafnative.ErrorCode
---@field status? integer HTTP status of the answer
---@field key? string the API's own error key
---@field where? string JSON pointer of the member that was wrong
---@field message string
---@field hint? string the cure
---@field retryable boolean whether the same call may succeed later
---@field retry_after? number seconds that the answer asks to wait
---@field attempts leafnative.Attempt[]
---@field body? string the answer, its secrets masked
---@field problem? table the members of the answer
---@field stands? "old"|"other"|"nothing"|"unknown" what is there after a credential was not replaced
---@field cause? any what a transport function raised

---@class leafnative.Attempt
---@field stage string
---@field code string
---@field status? integer
---@field started number
---@field ended number
---@field asks boolean

---Shown as `***`; equal when the texts are.
---@class leafnative.Secret
local Secret = {}

---The clear text: the one way out.
---@return string
function Secret:reveal() end

---@class leafnative.CallOptions
---@field strict? boolean false sends members that the tables lack
---@field timeout? number seconds for one attempt
---@field deadline? number seconds for the whole call

---@class leafnative.NamedCallOptions: leafnative.CallOptions
---@field values? "objects"|"tables"|"text" # text: as it came, unchecked, with secrets in the clear

---@class leafnative.DeleteOptions: leafnative.CallOptions
---@field missing_ok? boolean what is gone already is fine

---@class leafnative.ClientOptions
---@field service? leafnative.Service
---@field base_url? string
---@field transport? fun(method: string, target: string, headers: table<string, string>, body?: string): integer, table?, string?
---@field token? string|leafnative.Secret
---@field username? string
---@field password? string|leafnative.Secret
---@field token_cache? string a file that keeps the token between runs
---@field remember_me? boolean
---@field ca_file? string
---@field client_certificate? string
---@field client_key? string
---@field proxy? string
---@field user_agent? string
---@field general_lane? boolean
---@field timeout? number
---@field connect_timeout? number
---@field deadline? number
---@field attempts? integer
---@field answer_max_bytes? integer
---@field profile? string
---@field config? boolean
---@field log? fun(level: string, line: string)
---@field on_event? fun(event: leafnative.Event)

---@class leafnative.LosantOptions: leafnative.ClientOptions
---@field application_id? string

---@class leafnative.ServiceOptions
---@field path? string
---@field key? string|leafnative.Secret
---@field public_url? string
---@field mask_secrets? boolean
---@field cheap_passwords? boolean
---@field body_max_bytes? integer
---@field clock? fun(): number seconds since 1970
---@field log? fun(level: string, line: string)

---@class leafnative.Event
---@field kind "request"|"response"|"retry"|"wait"|"reconcile"
---@field call integer
---@field method string
---@field operation? string
---@field path? string
---@field attempt integer
---@field code string
---@field status? integer
---@field seconds number

---@class leafnative.Reply
---@field data any
---@field status integer
---@field attempts leafnative.Attempt[]
---@field total? integer
---@field has_next? boolean
---@field reconciled boolean

---One answer of the API: members in snake_case. Those that the tables lack are there, too; to_table has them all.
---@class leafnative.Record
local Record = {}

---The members by wire name; secrets as `***`, or clear with `reveal`.
---@param options? { reveal?: boolean }
---@return table<string, any>
function Record:to_table(options) end

---A list that comes in pages: loop over it, or take some.
---@class leafnative.Pages<T>: { [integer]: T }
---@overload fun(): any
local Pages = {}

---A function that gives the next page as a list, nil behind the last, nil and the error of a failure.
---@return fun(): any[]?, leafnative.Error?
function Pages:pages() end

---@param count integer
---@return any[]? entries
---@return leafnative.Error? err
function Pages:take(count) end

---@return any[]? entries
---@return leafnative.Error? err
function Pages:all() end

---How many entries the whole list has; nil when the API does not say.
---@return integer? total
---@return leafnative.Error? err
function Pages:total() end

---How map calls. What else stands in the table are the arguments of every call.
---@class leafnative.MapOptions
---@field concurrency? integer # how many calls are under way at most, 64
---@field rate? number # how many may begin in a second
---@field ordered? boolean # in the order of the items
---@field progress? fun(done: integer, failed: integer)
---@field values? "objects"|"tables"|"text" # text: as it came, unchecked, with secrets in the clear
---@field strict? boolean
---@field timeout? number
---@field deadline? number
---@field [string] any

---How tasks call. suspend and resume are for the coroutines of another scheduler: calls inside these wait, too.
---@class leafnative.TasksOptions
---@field concurrency? integer # how many calls of a client are under way at most, 64
---@field rate? number # how many may begin in a second
---@field suspend? fun(ticket: table) # lets the running coroutine rest until resume(ticket) is called
---@field resume? fun(ticket: table)

---Functions that run side by side; a call of any client lets the others run until its answer is there.
---@class leafnative.Tasks
local Tasks = {}

---Starts a function as a task: it runs at once, up to its first wait.
---@param body fun(...): ...
---@param ... any
---@return leafnative.Task task
function Tasks:spawn(body, ...) end

---Runs until every task has ended. What a task raises that nobody joins is raised here.
function Tasks:run() end

---Lets everything move, and waits up to so many seconds when there is nothing to do; how many have not ended.
---@param seconds? number
---@return integer count
function Tasks:poll(seconds) end

---Lets the other tasks run for so many seconds, inside a task.
---@param seconds number
function Tasks:sleep(seconds) end

---@return integer count
function Tasks:count() end

---A descriptor that is readable when a poll has something to do, for an event loop.
---@return integer? descriptor
---@return leafnative.Error? err
function Tasks:descriptor() end

---Ends every task where it stands.
function Tasks:close() end

---@class leafnative.Task
local Task = {}

---Waits until the task has ended, and gives what its function returned; raises what it raised.
---@return any ...
function Task:join() end

---Ends the task where it stands, and lets go of its call.
function Task:cancel() end

---@return boolean
function Task:ended() end

---What the clients of every API have in common.
---@class leafnative.Client
local Client = {}

---Calls an operation by its name and gives its answer as plain values, or in the form that `values` names.
---@param name leafnative.OperationName
---@param arguments? table
---@param options? leafnative.NamedCallOptions
---@return any data
---@return leafnative.Error? err
function Client:call(name, arguments, options) end

---@param name leafnative.OperationName
---@param arguments? table
---@param options? leafnative.NamedCallOptions
---@return leafnative.Reply? reply
---@return leafnative.Error? err
function Client:reply(name, arguments, options) end

---The entries of a list operation as plain values.
---@param name leafnative.OperationName
---@param arguments? table
---@param options? leafnative.CallOptions
---@return leafnative.Pages<table>
function Client:entries(name, arguments, options) end

---Sends a request that the tables lack.
---@param method "GET"|"POST"|"PUT"|"PATCH"|"DELETE"
---@param path string
---@param body? any
---@return any data
---@return leafnative.Error? err
function Client:request(method, path, body) end

---Calls an operation for every item, many at once: for item, value, err in client:map("users.get", ids) do … end.
---An item is an id, an object that has one, or a table of arguments.
---@param name leafnative.OperationName
---@param items table|fun(): any
---@param options? leafnative.MapOptions
---@return fun(): any, any, leafnative.Error? iterator
function Client:map(name, items, options) end

---The values of a reading operation for many items, in their order; nil and the first error.
---@param name leafnative.OperationName
---@param items table|fun(): any
---@param options? leafnative.MapOptions
---@return any[]? values
---@return leafnative.Error? err
function Client:get_many(name, items, options) end

---Where a setting came from.
---@param member string
---@return string
function Client:source(member) end

---Closes the connections and wipes the secrets. Twice is fine.
function Client:close() end

---@return boolean
function Client:closed() end

---@class leafnative.Leaf: leafnative.Client
---@field authentication leafnative.AuthenticationMethods
---@field users leafnative.UsersMethods
---@field one_click leafnative.OneClickMethods
---@field sharing leafnative.Sharing
---@field permissions leafnative.PermissionsMethods
local Leaf = {}

---A Leaf user by its id, without asking for it.
---@param leaf_user_id string
---@return leafnative.UserHandle
function Leaf:user(leaf_user_id) end

---@class leafnative.UserHandle: leafnative.ProviderAttributes
---@field id string
---@field one_click leafnative.OneClickMethods
local UserHandle = {}

---@param options? leafnative.CallOptions
---@return leafnative.User? user
---@return leafnative.Error? err
function UserHandle:get(options) end

---@param options? leafnative.CallOptions
---@return leafnative.User? user
---@return leafnative.Error? err
function UserHandle:refresh(options) end

---Changes some members; leafnative.null clears an optional one.
---@param members leafnative.UsersUpdate
---@return leafnative.User? user
---@return leafnative.Error? err
function UserHandle:update(members) end

---Replaces the user; attached credentials stay, but for those of the providers in `detach`.
---@param members leafnative.UsersReplace|{ detach?: string|string[] }
---@return leafnative.User? user
---@return leafnative.Error? err
function UserHandle:replace(members) end

---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function UserHandle:delete(options) end

---@class leafnative.User: leafnative.UserRecord, leafnative.UserHandle

---@class leafnative.Credential: leafnative.CredentialsRecord
local Credential = {}

---@return self? credential
---@return leafnative.Error? err
function Credential:refresh() end

---@param options? leafnative.PanoramaEvents
---@return leafnative.Pages<leafnative.EventRecord>
function Credential:events(options) end

---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function Credential:delete(options) end

---Looks until the status is this, for at most `deadline` seconds.
---@param options { status: string, deadline?: number }
---@return self? credential
---@return leafnative.Error? err
function Credential:wait_until(options) end

---@class leafnative.Relation: leafnative.RelationRecord
---@field other string e-mail of the other API owner
local Relation = {}

---@return leafnative.Relation? relation
---@return leafnative.Error? err
function Relation:accept() end

---@return leafnative.Relation? relation
---@return leafnative.Error? err
function Relation:allow() end

---@return leafnative.Relation? relation
---@return leafnative.Error? err
function Relation:unblock() end

---@return leafnative.Relation? relation
---@return leafnative.Error? err
function Relation:block() end

---@return leafnative.Relation? relation
---@return leafnative.Error? err
function Relation:refresh() end

---@return true? done
---@return leafnative.Error? err
function Relation:invalidate_tokens() end

---Lets the receiver read of a user its fields, and the types of operations that are named.
---@param user leafnative.UserHandle|string
---@param what { fields?: boolean, operations?: string[] }
---@return leafnative.PermissionsRecord? permissions
---@return leafnative.Error? err
function Relation:grant(user, what) end

---@param user leafnative.UserHandle|string
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function Relation:revoke(user, options) end

---@param user leafnative.UserHandle|string
---@return table<string, { actions: string[], types: string[] }>? granted
---@return leafnative.Error? err
function Relation:permissions(user) end

---@class leafnative.Sharing: leafnative.SharingMethods
local Sharing = {}

---Offers to share data with another API owner.
---@param receiver string
---@return leafnative.Relation? relation
---@return leafnative.Error? err
function Sharing:share(receiver) end

---@param sender string
---@return leafnative.Relation? relation
---@return leafnative.Error? err
function Sharing:accept(sender) end

---@param receiver string
---@return leafnative.Relation? relation
---@return leafnative.Error? err
function Sharing:with_receiver(receiver) end

---@param sender string
---@return leafnative.Relation? relation
---@return leafnative.Error? err
function Sharing:with_sender(sender) end

---@return leafnative.Pages<leafnative.Relation>
function Sharing:sent() end

---@return leafnative.Pages<leafnative.Relation>
function Sharing:received() end

---@class leafnative.Losant: leafnative.Client
---@field credentials leafnative.Credentials
local Losant = {}

---The service credentials of one application.
---@class leafnative.Credentials
local Credentials = {}

---@param options? leafnative.CredentialsGet
---@return leafnative.Pages<leafnative.ServiceCredential>
function Credentials:list(options) end

---@param members leafnative.CredentialsPost|{ config?: table }
---@return leafnative.ServiceCredential? credential
---@return leafnative.Error? err
function Credentials:create(members) end

---@param credential_id string
---@param options? leafnative.CallOptions
---@return leafnative.ServiceCredential? credential
---@return leafnative.Error? err
function Credentials:get(credential_id, options) end

---The credential with exactly this name; nil alone when there is none.
---@param name string
---@return leafnative.ServiceCredential? credential
---@return leafnative.Error? err
function Credentials:find(name) end

---Makes the credential of this name, or changes what differs.
---@param name string
---@param members leafnative.CredentialsPost|{ config?: table }
---@return leafnative.ServiceCredential? credential
---@return leafnative.Error? err
function Credentials:ensure(name, members) end

---Gives a credential new secrets, and nothing else.
---@param id_or_name string
---@param secrets table<string, string|leafnative.Secret>
---@return leafnative.ServiceCredential? credential
---@return leafnative.Error? err
function Credentials:rotate(id_or_name, secrets) end

---The certificates that end within so many days, or ended already.
---@param days number
---@param options? { now?: number }
---@return leafnative.ServiceCredential[]? credentials
---@return leafnative.Error? err
function Credentials:expiring(days, options) end

---@class leafnative.ServiceCredential: leafnative.LosantCredentialRecord
---@field config leafnative.Record the config of the credential's own type
local ServiceCredential = {}

---@return leafnative.ServiceCredential? credential
---@return leafnative.Error? err
function ServiceCredential:refresh() end

---@param members leafnative.CredentialPatch|{ config?: table }
---@return leafnative.ServiceCredential? credential
---@return leafnative.Error? err
function ServiceCredential:patch(members) end

---@return leafnative.ServiceCredential? credential
---@return leafnative.Error? err
function ServiceCredential:enable() end

---@return leafnative.ServiceCredential? credential
---@return leafnative.Error? err
function ServiceCredential:disable() end

---@param options? leafnative.CredentialLinkedResources
---@return leafnative.LinkedResources? linked
---@return leafnative.Error? err
function ServiceCredential:linked_resources(options) end

---Deletes the credential for ever; with `unless_linked` only when nothing uses it.
---@param options? { unless_linked?: boolean, missing_ok?: boolean }
---@return true? done
---@return leafnative.Error? err
function ServiceCredential:delete(options) end

---@class leafnative.LinkedResources: leafnative.LinkedResourcesRecord
---@field integrations leafnative.Record[]
---@field flows leafnative.Record[]
---@field flow_versions leafnative.Record[]
local LinkedResources = {}

---What uses the credential, in words.
---@return string[]
function LinkedResources:users() end

---The endpoints in this program.
---@class leafnative.Service
local Service = {}

---@param email string
---@param password string|leafnative.Secret
---@return true? done
---@return leafnative.Error? err
function Service:create_owner(email, password) end

---@param email string
---@return true? done
---@return leafnative.Error? err
function Service:delete_owner(email) end

---What the provider answers from now on.
---@param leaf_user_id string
---@param provider string
---@param answer? { status?: integer, headers?: string, body?: string|table }
---@return true? done
---@return leafnative.Error? err
function Service:set_provider_answer(leaf_user_id, provider, answer) end

---@param leaf_user_id string
---@param provider string
---@return true? done
---@return leafnative.Error? err
function Service:clear_provider_answer(leaf_user_id, provider) end

---How many credentials changed their status.
---@return integer? changed
---@return leafnative.Error? err
function Service:check_credentials() end

---A visit to a sign-in address, as the grower would.
---@param url string
---@return true? done
---@return leafnative.Error? err
function Service:visit(url) end

---@param id? string
---@return string? id
---@return leafnative.Error? err
function Service:create_application(id) end

---@param options { application: string, scopes: string|string[], life?: number }
---@return leafnative.Secret? token
---@return leafnative.Error? err
function Service:create_token(options) end

---@param application string
---@param kind string
---@param document table
---@return string? id
---@return leafnative.Error? err
function Service:register(application, kind, document) end

---@param document table|string a table, or the path of a JSON file
---@return true? done
---@return leafnative.Error? err
function Service:seed(document) end

---@param path string
---@return true? done
---@return leafnative.Error? err
function Service:snapshot(path) end

---@param path string
---@return true? done
---@return leafnative.Error? err
function Service:restore(path) end

---@return true? done
---@return leafnative.Error? err
function Service:reset() end

---@param questions { token: string|leafnative.Secret, leaf_user_id: string, resource: string, action: string, type?: string }[]
---@return { allowed: boolean, status: integer, reason: string }[]? answers
---@return leafnative.Error? err
function Service:decide_access(questions) end

---@param email string
---@return table[]? relations
---@return leafnative.Error? err
function Service:shared_with(email) end

---@param email string
---@return table[]? relations
---@return leafnative.Error? err
function Service:shared_by(email) end

---@param method string
---@param target string
---@param headers? table
---@param body? string
---@return integer? status
---@return table|leafnative.Error headers
---@return string? body
function Service:handle(method, target, headers, body) end

function Service:close() end

---@return boolean
function Service:closed() end

---@alias leafnative.ErrorCode
---| "bad_input"
---| "unauthorized"
---| "forbidden"
---| "not_found"
---| "conflict"
---| "rate_limited"
---| "deadline"
---| "transport"
---| "protocol"
---| "server"
---| "storage"
---| "unknown_outcome"
---| "closed"
---| "no_memory"

---@alias leafnative.Environment
---| "STAGE"
---| "PRODUCTION"

---@alias leafnative.CredentialStatus
---| "OK"
---| "UNAUTHENTICATED"
---| "MISSING_PERMISSION"
---| "TEMPORARILY_UNAVAILABLE"

---@alias leafnative.RelationStatus
---| "PENDING"
---| "ALLOWED"
---| "BLOCKED"

---@alias leafnative.RequestedStatus
---| "ALLOWED"
---| "BLOCKED"

---@alias leafnative.Resource
---| "FIELDS"
---| "OPERATIONS"

---@alias leafnative.Action
---| "READ"

---@alias leafnative.OperationType
---| "APPLIED"
---| "HARVESTED"
---| "PLANTED"

---@alias leafnative.CredentialType
---| "aws"
---| "azure"
---| "gcp"
---| "http"
---| "sendgrid"
---| "twilio"
---| "loggly"
---| "jwt"
---| "whatsapp"
---| "sql"
---| "mongodb"
---| "mailgun"
---| "snowflake"
---| "git"
---| "datadog"
---| "certificateKeyPair"

---@alias leafnative.AuthenticationMethod
---| "header"
---| "queryParam"
---| "basicAuth"
---| "clientCertificate"

---@alias leafnative.Algorithm
---| "HS256"
---| "HS384"
---| "HS512"
---| "RS256"
---| "RS384"
---| "RS512"
---| "ES256"
---| "ES384"
---| "ES512"

---@alias leafnative.DatabaseSystem
---| "mssql"
---| "mysql"
---| "pg"

---@alias leafnative.GitAuthentication
---| "ssh-key"
---| "http-password"

---@alias leafnative.TypeOfActor
---| "flow"
---| "user"
---| "apiToken"

---@alias leafnative.TypeOfIntegration
---| "azureEventHub"
---| "googlePubSub"
---| "mqtt"
---| "particle"
---| "sqs"
---| "websocket"

---@alias leafnative.ClassOfWorkflow
---| "cloud"
---| "edge"
---| "embedded"
---| "experience"
---| "customNode"

---@alias leafnative.SortField
---| "name"
---| "type"
---| "creationDate"
---| "lastUpdated"

---@alias leafnative.SortDirection
---| "asc"
---| "desc"

---@alias leafnative.FilterField
---| "name"
---| "type"

---@alias leafnative.OperationName
---| "authentication.login"
---| "users.list"
---| "users.get"
---| "users.create"
---| "users.replace"
---| "users.update"
---| "users.delete"
---| "ag_leader.get"
---| "agvance.get"
---| "claas.get"
---| "climate_field_view.get"
---| "cnhi.get"
---| "cnhi_field_ops.get"
---| "john_deere.get"
---| "lindsay.get"
---| "panorama.get"
---| "raven.get"
---| "raven_slingshot.get"
---| "sentera.get"
---| "stara.get"
---| "trimble.get"
---| "valley.get"
---| "ag_leader.create"
---| "agvance.create"
---| "claas.create"
---| "climate_field_view.create"
---| "cnhi.create"
---| "cnhi_field_ops.create"
---| "john_deere.create"
---| "lindsay.create"
---| "panorama.create"
---| "raven.create"
---| "raven_slingshot.create"
---| "sentera.create"
---| "stara.create"
---| "trimble.create"
---| "valley.create"
---| "ag_leader.delete"
---| "agvance.delete"
---| "claas.delete"
---| "climate_field_view.delete"
---| "cnhi.delete"
---| "cnhi_field_ops.delete"
---| "john_deere.delete"
---| "lindsay.delete"
---| "panorama.delete"
---| "raven.delete"
---| "raven_slingshot.delete"
---| "sentera.delete"
---| "stara.delete"
---| "trimble.delete"
---| "valley.delete"
---| "ag_leader.events"
---| "agvance.events"
---| "claas.events"
---| "climate_field_view.events"
---| "cnhi.events"
---| "cnhi_field_ops.events"
---| "john_deere.events"
---| "lindsay.events"
---| "panorama.events"
---| "raven.events"
---| "raven_slingshot.events"
---| "sentera.events"
---| "stara.events"
---| "trimble.events"
---| "valley.events"
---| "one_click.panorama"
---| "sharing.list"
---| "sharing.status"
---| "sharing.create"
---| "sharing.update"
---| "sharing.invalidate_tokens"
---| "permissions.get"
---| "permissions.create"
---| "permissions.update"
---| "permissions.delete"
---| "credential.get"
---| "credential.patch"
---| "credential.delete"
---| "credential.linked_resources"
---| "credentials.list"
---| "credentials.create"

---@class leafnative.TokenRecord: leafnative.Record
---@field id_token leafnative.Secret

---@class leafnative.CredentialsRecord: leafnative.Record
---@field id string
---@field status string
---@field created_time string

---@class leafnative.AgLeaderCredentialsRecord: leafnative.CredentialsRecord
---@field refresh_token leafnative.Secret
---@field public_key string
---@field private_key leafnative.Secret
---@field access_token? leafnative.Secret

---@class leafnative.AgvanceCredentialsRecord: leafnative.CredentialsRecord
---@field api_key leafnative.Secret
---@field database_id string
---@field username string
---@field password leafnative.Secret
---@field client_environment? string
---@field session_id? leafnative.Secret

---@class leafnative.ClaasCredentialsRecord: leafnative.CredentialsRecord
---@field client_key string
---@field client_secret leafnative.Secret
---@field refresh_token leafnative.Secret
---@field client_environment? string

---@class leafnative.TokenMetadataRecord: leafnative.Record
---@field scopes string[]

---@class leafnative.ClimateFieldViewCredentialsRecord: leafnative.CredentialsRecord
---@field client_id string
---@field client_secret leafnative.Secret
---@field api_key leafnative.Secret
---@field refresh_token leafnative.Secret
---@field token_metadata? leafnative.TokenMetadataRecord
---@field access_token? leafnative.Secret

---@class leafnative.CnhiCredentialsRecord: leafnative.CredentialsRecord
---@field client_id string
---@field client_secret leafnative.Secret
---@field subscription_key leafnative.Secret
---@field refresh_token leafnative.Secret
---@field client_environment string

---@class leafnative.CnhiFieldOpsCredentialsRecord: leafnative.CredentialsRecord
---@field client_id string
---@field client_secret leafnative.Secret
---@field subscription_key leafnative.Secret
---@field refresh_token leafnative.Secret
---@field client_environment? string

---@class leafnative.JohnDeereCredentialsRecord: leafnative.CredentialsRecord
---@field client_key string
---@field client_secret leafnative.Secret
---@field refresh_token leafnative.Secret
---@field client_environment string
---@field token_metadata? leafnative.TokenMetadataRecord
---@field access_token? leafnative.Secret

---@class leafnative.LindsayCredentialsRecord: leafnative.CredentialsRecord
---@field client_id string
---@field client_secret leafnative.Secret
---@field refresh_token leafnative.Secret
---@field client_environment string
---@field token_metadata? leafnative.TokenMetadataRecord
---@field access_token? leafnative.Secret

---@class leafnative.PanoramaCredentialsRecord: leafnative.CredentialsRecord
---@field client_id string
---@field username string
---@field organization_code string
---@field refresh_token leafnative.Secret
---@field client_environment string
---@field access_token? leafnative.Secret

---@class leafnative.RavenCredentialsRecord: leafnative.CredentialsRecord
---@field client_id string
---@field client_secret leafnative.Secret
---@field refresh_token leafnative.Secret
---@field token_metadata? leafnative.TokenMetadataRecord
---@field access_token? leafnative.Secret

---@class leafnative.RavenSlingshotCredentialsRecord: leafnative.CredentialsRecord
---@field api_key leafnative.Secret
---@field access_key leafnative.Secret
---@field shared_secret leafnative.Secret

---@class leafnative.SenteraCredentialsRecord: leafnative.CredentialsRecord
---@field username string
---@field organization_name string
---@field auth_token? leafnative.Secret
---@field organization_id? string

---@class leafnative.StaraCredentialsRecord: leafnative.CredentialsRecord
---@field api_key leafnative.Secret
---@field access_token leafnative.Secret
---@field access_token_client leafnative.Secret
---@field refresh_token leafnative.Secret

---@class leafnative.TrimbleCredentialsRecord: leafnative.CredentialsRecord
---@field client_id string
---@field client_secret leafnative.Secret
---@field refresh_token leafnative.Secret
---@field token_metadata? leafnative.TokenMetadataRecord
---@field access_token? leafnative.Secret

---@class leafnative.ValleyCredentialsRecord: leafnative.CredentialsRecord
---@field apid string
---@field initialization_vector leafnative.Secret
---@field key leafnative.Secret
---@field username string

---@class leafnative.UserRecord: leafnative.Record
---@field id string
---@field name string
---@field email? string
---@field phone? string
---@field address? string
---@field external_id? string
---@field ag_leader_credentials? leafnative.AgLeaderCredentialsRecord
---@field agvance_credentials? leafnative.AgvanceCredentialsRecord
---@field claas_credentials? leafnative.ClaasCredentialsRecord
---@field climate_field_view_credentials? leafnative.ClimateFieldViewCredentialsRecord
---@field cnhi_credentials? leafnative.CnhiCredentialsRecord
---@field cnhi_field_ops_credentials? leafnative.CnhiFieldOpsCredentialsRecord
---@field john_deere_credentials? leafnative.JohnDeereCredentialsRecord
---@field lindsay_credentials? leafnative.LindsayCredentialsRecord
---@field panorama_credentials? leafnative.PanoramaCredentialsRecord
---@field raven_credentials? leafnative.RavenCredentialsRecord
---@field raven_slingshot_credentials? leafnative.RavenSlingshotCredentialsRecord
---@field sentera_credentials? leafnative.SenteraCredentialsRecord
---@field stara_credentials? leafnative.StaraCredentialsRecord
---@field trimble_credentials? leafnative.TrimbleCredentialsRecord
---@field valley_credentials? leafnative.ValleyCredentialsRecord

---@class leafnative.EventRecord: leafnative.Record
---@field id string
---@field created_date string
---@field status_code? integer
---@field headers? string
---@field body? string

---@class leafnative.SignInRecord: leafnative.Record
---@field sign_in_url string

---@class leafnative.RelationRecord: leafnative.Record
---@field sender_api_owner string
---@field receiver_api_owner string
---@field status string

---@class leafnative.GrantRecord: leafnative.Record
---@field actions string[]
---@field types? string[]

---@class leafnative.PermissionsRecord: leafnative.Record
---@field leaf_user_id? string
---@field permissions table<string, leafnative.GrantRecord>

---@class leafnative.AwsConfigRecord: leafnative.Record
---@field access_key_id string
---@field region string

---@class leafnative.AzureConfigRecord: leafnative.Record
---@field account? string

---@class leafnative.GcpConfigRecord: leafnative.Record
---@field key_meta_json? string

---@class leafnative.HttpConfigRecord: leafnative.Record
---@field uri_match string
---@field auth_method string
---@field public_value? string

---@class leafnative.SendgridConfigRecord: leafnative.Record

---@class leafnative.TwilioConfigRecord: leafnative.Record
---@field account_sid string
---@field api_key_sid string

---@class leafnative.LogglyConfigRecord: leafnative.Record

---@class leafnative.JwtConfigRecord: leafnative.Record
---@field issuer? string
---@field algorithm string

---@class leafnative.WhatsappConfigRecord: leafnative.Record
---@field from_number_id string

---@class leafnative.SqlConfigRecord: leafnative.Record
---@field system string
---@field host string
---@field port? integer
---@field username string
---@field secure_connection? boolean
---@field ca_certificate? string
---@field disable_ssl_verification? boolean

---@class leafnative.MongodbConfigRecord: leafnative.Record

---@class leafnative.MailgunConfigRecord: leafnative.Record

---@class leafnative.SnowflakeConfigRecord: leafnative.Record
---@field host string
---@field username string
---@field public_key? string

---@class leafnative.GitConfigRecord: leafnative.Record
---@field type string
---@field clone_url string
---@field username? string
---@field committer_name? string
---@field committer_email? string
---@field public_key? string

---@class leafnative.DatadogConfigRecord: leafnative.Record
---@field site? string

---@class leafnative.CertificateInfoRecord: leafnative.Record
---@field serial_number? string
---@field fingerprint? string
---@field common_name? string
---@field issuer_name? string
---@field not_valid_before string
---@field not_valid_after string

---@class leafnative.CertificateKeyPairConfigRecord: leafnative.Record
---@field certificate string
---@field info? leafnative.CertificateInfoRecord

---@class leafnative.LosantCredentialRecord: leafnative.Record
---@field id string
---@field application_id? string
---@field creation_date string
---@field last_updated string
---@field created_by_id? string
---@field created_by_type string
---@field last_updated_by_id? string
---@field last_updated_by_type string
---@field name string
---@field description? string
---@field enabled? boolean
---@field type string
---@field aws_config? leafnative.AwsConfigRecord
---@field azure_config? leafnative.AzureConfigRecord
---@field gcp_config? leafnative.GcpConfigRecord
---@field http_config? leafnative.HttpConfigRecord
---@field sendgrid_config? leafnative.SendgridConfigRecord
---@field twilio_config? leafnative.TwilioConfigRecord
---@field loggly_config? leafnative.LogglyConfigRecord
---@field jwt_config? leafnative.JwtConfigRecord
---@field whatsapp_config? leafnative.WhatsappConfigRecord
---@field sql_config? leafnative.SqlConfigRecord
---@field mongodb_config? leafnative.MongodbConfigRecord
---@field mailgun_config? leafnative.MailgunConfigRecord
---@field snowflake_config? leafnative.SnowflakeConfigRecord
---@field git_config? leafnative.GitConfigRecord
---@field datadog_config? leafnative.DatadogConfigRecord
---@field certificate_key_pair_config? leafnative.CertificateKeyPairConfigRecord

---@class leafnative.SuccessRecord: leafnative.Record
---@field success boolean

---@class leafnative.IntegrationRecord: leafnative.Record
---@field id string
---@field integration_id? string
---@field application_id? string
---@field name? string
---@field credential_name? string
---@field integration_type string
---@field enabled? boolean
---@field topics? string[]

---@class leafnative.IntegrationsRecord: leafnative.Record
---@field items? leafnative.IntegrationRecord[]
---@field count? integer
---@field total_count? integer
---@field per_page? integer
---@field page? integer
---@field sort_field? string
---@field sort_direction? string
---@field application_id? string

---@class leafnative.FlowRecord: leafnative.Record
---@field id string
---@field flow_id? string
---@field application_id? string
---@field name? string
---@field description? string
---@field enabled? boolean
---@field flow_class string

---@class leafnative.FlowsRecord: leafnative.Record
---@field items? leafnative.FlowRecord[]
---@field count? integer
---@field total_count? integer
---@field per_page? integer
---@field page? integer
---@field sort_field? string
---@field sort_direction? string
---@field application_id? string

---@class leafnative.LinkedResourcesRecord: leafnative.Record
---@field integrations? leafnative.IntegrationsRecord
---@field flows? leafnative.FlowsRecord
---@field flow_versions? leafnative.FlowsRecord

---@class leafnative.FieldErrorRecord: leafnative.Record
---@field object_name? string
---@field field? string
---@field message? string

---@class leafnative.AuthenticationLogin: leafnative.CallOptions
---@field username string E-mail of the API owner.
---@field password string|leafnative.Secret Password of the API owner.
---@field remember_me? boolean True: the token lives 30 days; false: 24 hours.

---@class leafnative.AuthenticationMethods
local AuthenticationMethods = {}

---Exchange an API owner's e-mail and password for a token.
---@param members leafnative.AuthenticationLogin
---@return leafnative.TokenRecord? answer
---@return leafnative.Error? err
function AuthenticationMethods:login(members) end

---@class leafnative.UsersList: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field email? string Only users with exactly this e-mail.
---@field name? string Only users with exactly this name.
---@field external_id? string Only the user with this external id.
---@field sort? string[] Member and direction, as in name,asc.

---@class leafnative.UsersCreate: leafnative.CallOptions
---@field name string Name of the grower.
---@field email? string|lightuserdata E-mail of the grower.
---@field phone? string|lightuserdata Phone number of the grower.
---@field address? string|lightuserdata Address of the grower.
---@field external_id? string|lightuserdata The caller's own id of the grower; unique for the owner.
---@field ag_leader_credentials? table|lightuserdata The attached AgLeader credential.
---@field agvance_credentials? table|lightuserdata The attached AgVance credential.
---@field claas_credentials? table|lightuserdata The attached CLAAS credential.
---@field climate_field_view_credentials? table|lightuserdata The attached ClimateFieldView credential.
---@field cnhi_credentials? table|lightuserdata The attached CNHI credential.
---@field cnhi_field_ops_credentials? table|lightuserdata The attached CNHIFieldOps credential.
---@field john_deere_credentials? table|lightuserdata The attached JohnDeere credential.
---@field lindsay_credentials? table|lightuserdata The attached Lindsay credential.
---@field panorama_credentials? table|lightuserdata The attached Panorama credential.
---@field raven_credentials? table|lightuserdata The attached Raven credential.
---@field raven_slingshot_credentials? table|lightuserdata The attached RavenSlingshot credential.
---@field sentera_credentials? table|lightuserdata The attached Sentera credential.
---@field stara_credentials? table|lightuserdata The attached Stara credential.
---@field trimble_credentials? table|lightuserdata The attached Trimble credential.
---@field valley_credentials? table|lightuserdata The attached Valley credential.

---@class leafnative.UsersReplace: leafnative.CallOptions
---@field id string Id of the Leaf user.
---@field name string Name of the grower.
---@field email? string|lightuserdata E-mail of the grower.
---@field phone? string|lightuserdata Phone number of the grower.
---@field address? string|lightuserdata Address of the grower.
---@field external_id? string|lightuserdata The caller's own id of the grower; unique for the owner.
---@field ag_leader_credentials? table|lightuserdata The attached AgLeader credential.
---@field agvance_credentials? table|lightuserdata The attached AgVance credential.
---@field claas_credentials? table|lightuserdata The attached CLAAS credential.
---@field climate_field_view_credentials? table|lightuserdata The attached ClimateFieldView credential.
---@field cnhi_credentials? table|lightuserdata The attached CNHI credential.
---@field cnhi_field_ops_credentials? table|lightuserdata The attached CNHIFieldOps credential.
---@field john_deere_credentials? table|lightuserdata The attached JohnDeere credential.
---@field lindsay_credentials? table|lightuserdata The attached Lindsay credential.
---@field panorama_credentials? table|lightuserdata The attached Panorama credential.
---@field raven_credentials? table|lightuserdata The attached Raven credential.
---@field raven_slingshot_credentials? table|lightuserdata The attached RavenSlingshot credential.
---@field sentera_credentials? table|lightuserdata The attached Sentera credential.
---@field stara_credentials? table|lightuserdata The attached Stara credential.
---@field trimble_credentials? table|lightuserdata The attached Trimble credential.
---@field valley_credentials? table|lightuserdata The attached Valley credential.

---@class leafnative.UsersUpdate: leafnative.CallOptions
---@field name? string Name of the grower.
---@field email? string|lightuserdata E-mail of the grower.
---@field phone? string|lightuserdata Phone number of the grower.
---@field address? string|lightuserdata Address of the grower.
---@field external_id? string|lightuserdata The caller's own id of the grower; unique for the owner.
---@field ag_leader_credentials? table|lightuserdata The attached AgLeader credential.
---@field agvance_credentials? table|lightuserdata The attached AgVance credential.
---@field claas_credentials? table|lightuserdata The attached CLAAS credential.
---@field climate_field_view_credentials? table|lightuserdata The attached ClimateFieldView credential.
---@field cnhi_credentials? table|lightuserdata The attached CNHI credential.
---@field cnhi_field_ops_credentials? table|lightuserdata The attached CNHIFieldOps credential.
---@field john_deere_credentials? table|lightuserdata The attached JohnDeere credential.
---@field lindsay_credentials? table|lightuserdata The attached Lindsay credential.
---@field panorama_credentials? table|lightuserdata The attached Panorama credential.
---@field raven_credentials? table|lightuserdata The attached Raven credential.
---@field raven_slingshot_credentials? table|lightuserdata The attached RavenSlingshot credential.
---@field sentera_credentials? table|lightuserdata The attached Sentera credential.
---@field stara_credentials? table|lightuserdata The attached Stara credential.
---@field trimble_credentials? table|lightuserdata The attached Trimble credential.
---@field valley_credentials? table|lightuserdata The attached Valley credential.

---@class leafnative.UsersMethods
local UsersMethods = {}

---List the owner's Leaf users.
---@param members? leafnative.UsersList
---@return leafnative.Pages<leafnative.User>
function UsersMethods:list(members) end

---Read one Leaf user with the credentials attached to it.
---@param leaf_user_id string
---@param options? leafnative.CallOptions
---@return leafnative.User? answer
---@return leafnative.Error? err
function UsersMethods:get(leaf_user_id, options) end

---Make a Leaf user.
---@param members leafnative.UsersCreate
---@return leafnative.User? answer
---@return leafnative.Error? err
function UsersMethods:create(members) end

---Replace a Leaf user; a credential that is left out is detached and its events go.
---@param members leafnative.UsersReplace
---@return leafnative.User? answer
---@return leafnative.Error? err
function UsersMethods:replace(members) end

---Change some members of a Leaf user; null clears an optional one.
---@param leaf_user_id string
---@param members? leafnative.UsersUpdate
---@return leafnative.User? answer
---@return leafnative.Error? err
function UsersMethods:update(leaf_user_id, members) end

---Delete a Leaf user with its credentials, events and permissions.
---@param leaf_user_id string
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function UsersMethods:delete(leaf_user_id, options) end

---@class leafnative.OneClickPanorama: leafnative.CallOptions
---@field client_id string Client id of the application.
---@field username string User name at Panorama.
---@field password string|leafnative.Secret Password at Panorama.
---@field client_environment leafnative.Environment Panorama's environment.
---@field sharing_url_id? string Id of the sharing address.
---@field organization_code? string Code of the organisation at Panorama.

---@class leafnative.OneClickMethods
local OneClickMethods = {}

---Start a Panorama sign-in; visiting its address attaches the credential.
---@param leaf_user_id? string
---@param members? leafnative.OneClickPanorama
---@return leafnative.SignInRecord? answer
---@return leafnative.Error? err
function OneClickMethods:panorama(leaf_user_id, members) end

---@class leafnative.SharingList: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.

---@class leafnative.SharingCreate: leafnative.CallOptions
---@field receiver_api_owner string Who receives.

---@class leafnative.SharingUpdate: leafnative.CallOptions
---@field status leafnative.RequestedStatus Whether data flows: PENDING, ALLOWED or BLOCKED.

---@class leafnative.SharingMethods
local SharingMethods = {}

---List the relations in which the other party plays the role.
---@param role string
---@param members? leafnative.SharingList
---@return leafnative.Pages<leafnative.Relation>
function SharingMethods:list(role, members) end

---Read the status of a relation.
---@param role string
---@param owner string
---@param options? leafnative.CallOptions
---@return string? answer
---@return leafnative.Error? err
function SharingMethods:status(role, owner, options) end

---Offer to share data with another API owner.
---@param members leafnative.SharingCreate
---@return leafnative.Relation? answer
---@return leafnative.Error? err
function SharingMethods:create(members) end

---Allow or block a relation.
---@param role string
---@param owner string
---@param members leafnative.SharingUpdate
---@return leafnative.Relation? answer
---@return leafnative.Error? err
function SharingMethods:update(role, owner, members) end

---Refuse the tokens issued so far on the data shared in a relation.
---@param role string
---@param owner string
---@param options? leafnative.CallOptions
---@return true? done
---@return leafnative.Error? err
function SharingMethods:invalidate_tokens(role, owner, options) end

---@class leafnative.PermissionsCreate: leafnative.CallOptions
---@field permissions table A grant for each resource.

---@class leafnative.PermissionsUpdate: leafnative.CallOptions
---@field actions leafnative.Action[] Exactly READ.
---@field types? leafnative.OperationType[] Types of operations; for OPERATIONS only, and then at least one.

---@class leafnative.PermissionsMethods
local PermissionsMethods = {}

---Read what a relation may read of a Leaf user.
---@param role string
---@param owner string
---@param leaf_user_id string
---@param options? leafnative.CallOptions
---@return leafnative.PermissionsRecord? answer
---@return leafnative.Error? err
function PermissionsMethods:get(role, owner, leaf_user_id, options) end

---Grant resources of a Leaf user; each resource named replaces its earlier grant.
---@param owner string
---@param leaf_user_id string
---@param members leafnative.PermissionsCreate
---@return leafnative.PermissionsRecord? answer
---@return leafnative.Error? err
function PermissionsMethods:create(owner, leaf_user_id, members) end

---Replace the grant of one resource.
---@param owner string
---@param leaf_user_id string
---@param resource leafnative.Resource
---@param members leafnative.PermissionsUpdate
---@return leafnative.PermissionsRecord? answer
---@return leafnative.Error? err
function PermissionsMethods:update(owner, leaf_user_id, resource, members) end

---Take back every resource of a Leaf user.
---@param role string
---@param owner string
---@param leaf_user_id string
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function PermissionsMethods:delete(role, owner, leaf_user_id, options) end

---@class leafnative.CredentialGet: leafnative.CallOptions
---@field _actions? string Whether to answer the actions of the resource.
---@field _links? string Whether to answer the links of the resource.
---@field _embedded? string Whether to answer embedded resources.

---@class leafnative.CredentialPatch: leafnative.CallOptions
---@field name? string Name, unique in the application.
---@field description? string Description.
---@field enabled? boolean False: every use of it fails.
---@field aws_config? table Of type aws only.
---@field azure_config? table Of type azure only.
---@field gcp_config? table Of type gcp only.
---@field http_config? table Of type http only.
---@field sendgrid_config? table Of type sendgrid only.
---@field twilio_config? table Of type twilio only.
---@field loggly_config? table Of type loggly only.
---@field jwt_config? table Of type jwt only.
---@field whatsapp_config? table Of type whatsapp only.
---@field sql_config? table Of type sql only.
---@field mongodb_config? table Of type mongodb only.
---@field mailgun_config? table Of type mailgun only.
---@field snowflake_config? table Of type snowflake only.
---@field git_config? table Of type git only.
---@field datadog_config? table Of type datadog only.
---@field certificate_key_pair_config? table Of type certificateKeyPair only.
---@field _actions? string Whether to answer the actions of the resource.
---@field _links? string Whether to answer the links of the resource.
---@field _embedded? string Whether to answer embedded resources.

---@class leafnative.CredentialDelete: leafnative.DeleteOptions
---@field _actions? string Whether to answer the actions of the resource.
---@field _links? string Whether to answer the links of the resource.
---@field _embedded? string Whether to answer embedded resources.

---@class leafnative.CredentialLinkedResources: leafnative.CallOptions
---@field _actions? string Whether to answer the actions of the resource.
---@field _links? string Whether to answer the links of the resource.
---@field _embedded? string Whether to answer embedded resources.
---@field include_custom_nodes? boolean Adds the custom nodes that the workflows use.

---@class leafnative.CredentialMethods
local CredentialMethods = {}

---Read one credential, without its write-only members.
---@param application_id? string
---@param credential_id? string
---@param members? leafnative.CredentialGet
---@return leafnative.ServiceCredential? answer
---@return leafnative.Error? err
function CredentialMethods:get(application_id, credential_id, members) end

---Change some members of a credential; inside its config member by member.
---@param application_id? string
---@param credential_id? string
---@param members? leafnative.CredentialPatch
---@return leafnative.ServiceCredential? answer
---@return leafnative.Error? err
function CredentialMethods:patch(application_id, credential_id, members) end

---Delete a credential for ever.
---@param application_id? string
---@param credential_id? string
---@param members? leafnative.CredentialDelete
---@return leafnative.SuccessRecord? answer
---@return leafnative.Error? err
function CredentialMethods:delete(application_id, credential_id, members) end

---List the integrations and workflows that use a credential, by its name.
---@param application_id? string
---@param credential_id? string
---@param members? leafnative.CredentialLinkedResources
---@return leafnative.LinkedResources? answer
---@return leafnative.Error? err
function CredentialMethods:linked_resources(application_id, credential_id, members) end

---@class leafnative.CredentialsList: leafnative.CallOptions
---@field _actions? string Whether to answer the actions of the resource.
---@field _links? string Whether to answer the links of the resource.
---@field _embedded? string Whether to answer embedded resources.
---@field sort_field? leafnative.SortField The member to sort by.
---@field sort_direction? leafnative.SortDirection The direction.
---@field page? integer Page number, from 0.
---@field per_page? integer Entries a page.
---@field filter_field? leafnative.FilterField The member that the filter is for.
---@field filter? string What the member must be; * stands for anything.

---@class leafnative.CredentialsCreate: leafnative.CallOptions
---@field name string Name, unique in the application.
---@field description? string Description.
---@field enabled? boolean False: every use of it fails.
---@field type leafnative.CredentialType What it is for; never changes.
---@field aws_config? table Of type aws only.
---@field azure_config? table Of type azure only.
---@field gcp_config? table Of type gcp only.
---@field http_config? table Of type http only.
---@field sendgrid_config? table Of type sendgrid only.
---@field twilio_config? table Of type twilio only.
---@field loggly_config? table Of type loggly only.
---@field jwt_config? table Of type jwt only.
---@field whatsapp_config? table Of type whatsapp only.
---@field sql_config? table Of type sql only.
---@field mongodb_config? table Of type mongodb only.
---@field mailgun_config? table Of type mailgun only.
---@field snowflake_config? table Of type snowflake only.
---@field git_config? table Of type git only.
---@field datadog_config? table Of type datadog only.
---@field certificate_key_pair_config? table Of type certificateKeyPair only.
---@field _actions? string Whether to answer the actions of the resource.
---@field _links? string Whether to answer the links of the resource.
---@field _embedded? string Whether to answer embedded resources.

---@class leafnative.CredentialsMethods
local CredentialsMethods = {}

---List the credentials of an application.
---@param application_id? string
---@param members? leafnative.CredentialsList
---@return leafnative.Pages<leafnative.ServiceCredential>
function CredentialsMethods:list(application_id, members) end

---Make a credential.
---@param application_id? string
---@param members? leafnative.CredentialsCreate
---@return leafnative.ServiceCredential? answer
---@return leafnative.Error? err
function CredentialsMethods:create(application_id, members) end

---@class leafnative.AgLeaderCredential: leafnative.Credential, leafnative.AgLeaderCredentialsRecord

---@class leafnative.AgLeaderCreate: leafnative.CallOptions
---@field refresh_token string|leafnative.Secret Refresh token of the provider.
---@field public_key string Public key of the application.
---@field private_key string|leafnative.Secret Private key of the application.
---@field access_token? string|leafnative.Secret Access token of the provider.

---@class leafnative.AgLeaderEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.AgLeaderMethods
local AgLeaderMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.AgLeaderCredential? answer
---@return leafnative.Error? err
function AgLeaderMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.AgLeaderCreate
---@return leafnative.AgLeaderCredential? answer
---@return leafnative.Error? err
function AgLeaderMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function AgLeaderMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.AgLeaderEvents
---@return leafnative.Pages<leafnative.EventRecord>
function AgLeaderMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.AgLeaderCreate
---@return leafnative.AgLeaderCredential? credential
---@return leafnative.Error? err
function AgLeaderMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.AgLeaderCreate|table
---@return leafnative.AgLeaderCredential? credential
---@return leafnative.Error? err
function AgLeaderMethods:rotate(members) end

---@class leafnative.AgvanceCredential: leafnative.Credential, leafnative.AgvanceCredentialsRecord

---@class leafnative.AgvanceCreate: leafnative.CallOptions
---@field api_key string|leafnative.Secret API key of the provider.
---@field database_id string Database of the provider.
---@field username string User name at the provider.
---@field password string|leafnative.Secret Password at the provider.
---@field client_environment? leafnative.Environment The provider's environment.

---@class leafnative.AgvanceEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.AgvanceMethods
local AgvanceMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.AgvanceCredential? answer
---@return leafnative.Error? err
function AgvanceMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.AgvanceCreate
---@return leafnative.AgvanceCredential? answer
---@return leafnative.Error? err
function AgvanceMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function AgvanceMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.AgvanceEvents
---@return leafnative.Pages<leafnative.EventRecord>
function AgvanceMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.AgvanceCreate
---@return leafnative.AgvanceCredential? credential
---@return leafnative.Error? err
function AgvanceMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.AgvanceCreate|table
---@return leafnative.AgvanceCredential? credential
---@return leafnative.Error? err
function AgvanceMethods:rotate(members) end

---@class leafnative.ClaasCredential: leafnative.Credential, leafnative.ClaasCredentialsRecord

---@class leafnative.ClaasCreate: leafnative.CallOptions
---@field client_key string Client key of the application.
---@field client_secret string|leafnative.Secret Client secret of the application.
---@field refresh_token string|leafnative.Secret Refresh token of the provider.
---@field client_environment? leafnative.Environment The provider's environment.

---@class leafnative.ClaasEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.ClaasMethods
local ClaasMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.ClaasCredential? answer
---@return leafnative.Error? err
function ClaasMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.ClaasCreate
---@return leafnative.ClaasCredential? answer
---@return leafnative.Error? err
function ClaasMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function ClaasMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.ClaasEvents
---@return leafnative.Pages<leafnative.EventRecord>
function ClaasMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.ClaasCreate
---@return leafnative.ClaasCredential? credential
---@return leafnative.Error? err
function ClaasMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.ClaasCreate|table
---@return leafnative.ClaasCredential? credential
---@return leafnative.Error? err
function ClaasMethods:rotate(members) end

---@class leafnative.ClimateFieldViewCredential: leafnative.Credential, leafnative.ClimateFieldViewCredentialsRecord

---@class leafnative.ClimateFieldViewCreate: leafnative.CallOptions
---@field client_id string Client id of the application.
---@field client_secret string|leafnative.Secret Client secret of the application.
---@field api_key string|leafnative.Secret API key of the provider.
---@field refresh_token string|leafnative.Secret Refresh token of the provider.

---@class leafnative.ClimateFieldViewEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.ClimateFieldViewMethods
local ClimateFieldViewMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.ClimateFieldViewCredential? answer
---@return leafnative.Error? err
function ClimateFieldViewMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.ClimateFieldViewCreate
---@return leafnative.ClimateFieldViewCredential? answer
---@return leafnative.Error? err
function ClimateFieldViewMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function ClimateFieldViewMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.ClimateFieldViewEvents
---@return leafnative.Pages<leafnative.EventRecord>
function ClimateFieldViewMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.ClimateFieldViewCreate
---@return leafnative.ClimateFieldViewCredential? credential
---@return leafnative.Error? err
function ClimateFieldViewMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.ClimateFieldViewCreate|table
---@return leafnative.ClimateFieldViewCredential? credential
---@return leafnative.Error? err
function ClimateFieldViewMethods:rotate(members) end

---@class leafnative.CnhiCredential: leafnative.Credential, leafnative.CnhiCredentialsRecord

---@class leafnative.CnhiCreate: leafnative.CallOptions
---@field client_id string Client id of the application.
---@field client_secret string|leafnative.Secret Client secret of the application.
---@field subscription_key string|leafnative.Secret Subscription key of the provider.
---@field refresh_token string|leafnative.Secret Refresh token of the provider.
---@field client_environment leafnative.Environment The provider's environment.

---@class leafnative.CnhiEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.CnhiMethods
local CnhiMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.CnhiCredential? answer
---@return leafnative.Error? err
function CnhiMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.CnhiCreate
---@return leafnative.CnhiCredential? answer
---@return leafnative.Error? err
function CnhiMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function CnhiMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.CnhiEvents
---@return leafnative.Pages<leafnative.EventRecord>
function CnhiMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.CnhiCreate
---@return leafnative.CnhiCredential? credential
---@return leafnative.Error? err
function CnhiMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.CnhiCreate|table
---@return leafnative.CnhiCredential? credential
---@return leafnative.Error? err
function CnhiMethods:rotate(members) end

---@class leafnative.CnhiFieldOpsCredential: leafnative.Credential, leafnative.CnhiFieldOpsCredentialsRecord

---@class leafnative.CnhiFieldOpsCreate: leafnative.CallOptions
---@field client_id string Client id of the application.
---@field client_secret string|leafnative.Secret Client secret of the application.
---@field subscription_key string|leafnative.Secret Subscription key of the provider.
---@field refresh_token string|leafnative.Secret Refresh token of the provider.
---@field client_environment? leafnative.Environment The provider's environment.

---@class leafnative.CnhiFieldOpsEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.CnhiFieldOpsMethods
local CnhiFieldOpsMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.CnhiFieldOpsCredential? answer
---@return leafnative.Error? err
function CnhiFieldOpsMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.CnhiFieldOpsCreate
---@return leafnative.CnhiFieldOpsCredential? answer
---@return leafnative.Error? err
function CnhiFieldOpsMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function CnhiFieldOpsMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.CnhiFieldOpsEvents
---@return leafnative.Pages<leafnative.EventRecord>
function CnhiFieldOpsMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.CnhiFieldOpsCreate
---@return leafnative.CnhiFieldOpsCredential? credential
---@return leafnative.Error? err
function CnhiFieldOpsMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.CnhiFieldOpsCreate|table
---@return leafnative.CnhiFieldOpsCredential? credential
---@return leafnative.Error? err
function CnhiFieldOpsMethods:rotate(members) end

---@class leafnative.JohnDeereCredential: leafnative.Credential, leafnative.JohnDeereCredentialsRecord

---@class leafnative.JohnDeereCreate: leafnative.CallOptions
---@field client_key string Client key of the application.
---@field client_secret string|leafnative.Secret Client secret of the application.
---@field refresh_token string|leafnative.Secret Refresh token of the provider.
---@field client_environment leafnative.Environment The provider's environment.

---@class leafnative.JohnDeereEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.JohnDeereMethods
local JohnDeereMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.JohnDeereCredential? answer
---@return leafnative.Error? err
function JohnDeereMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.JohnDeereCreate
---@return leafnative.JohnDeereCredential? answer
---@return leafnative.Error? err
function JohnDeereMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function JohnDeereMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.JohnDeereEvents
---@return leafnative.Pages<leafnative.EventRecord>
function JohnDeereMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.JohnDeereCreate
---@return leafnative.JohnDeereCredential? credential
---@return leafnative.Error? err
function JohnDeereMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.JohnDeereCreate|table
---@return leafnative.JohnDeereCredential? credential
---@return leafnative.Error? err
function JohnDeereMethods:rotate(members) end

---@class leafnative.LindsayCredential: leafnative.Credential, leafnative.LindsayCredentialsRecord

---@class leafnative.LindsayCreate: leafnative.CallOptions
---@field client_id string Client id of the application.
---@field client_secret string|leafnative.Secret Client secret of the application.
---@field refresh_token string|leafnative.Secret Refresh token of the provider.
---@field client_environment leafnative.Environment The provider's environment.

---@class leafnative.LindsayEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.LindsayMethods
local LindsayMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.LindsayCredential? answer
---@return leafnative.Error? err
function LindsayMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.LindsayCreate
---@return leafnative.LindsayCredential? answer
---@return leafnative.Error? err
function LindsayMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function LindsayMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.LindsayEvents
---@return leafnative.Pages<leafnative.EventRecord>
function LindsayMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.LindsayCreate
---@return leafnative.LindsayCredential? credential
---@return leafnative.Error? err
function LindsayMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.LindsayCreate|table
---@return leafnative.LindsayCredential? credential
---@return leafnative.Error? err
function LindsayMethods:rotate(members) end

---@class leafnative.PanoramaCredential: leafnative.Credential, leafnative.PanoramaCredentialsRecord

---@class leafnative.PanoramaCreate: leafnative.CallOptions
---@field client_id string Client id of the application.
---@field username string User name at the provider.
---@field password string|leafnative.Secret Password at the provider.
---@field organization_code string Code of the organisation at the provider.
---@field refresh_token string|leafnative.Secret Refresh token of the provider.
---@field client_environment leafnative.Environment The provider's environment.

---@class leafnative.PanoramaEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.PanoramaMethods
local PanoramaMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.PanoramaCredential? answer
---@return leafnative.Error? err
function PanoramaMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.PanoramaCreate
---@return leafnative.PanoramaCredential? answer
---@return leafnative.Error? err
function PanoramaMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function PanoramaMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.PanoramaEvents
---@return leafnative.Pages<leafnative.EventRecord>
function PanoramaMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.PanoramaCreate
---@return leafnative.PanoramaCredential? credential
---@return leafnative.Error? err
function PanoramaMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.PanoramaCreate|table
---@return leafnative.PanoramaCredential? credential
---@return leafnative.Error? err
function PanoramaMethods:rotate(members) end

---@class leafnative.RavenCredential: leafnative.Credential, leafnative.RavenCredentialsRecord

---@class leafnative.RavenCreate: leafnative.CallOptions
---@field client_id string Client id of the application.
---@field client_secret string|leafnative.Secret Client secret of the application.
---@field refresh_token string|leafnative.Secret Refresh token of the provider.

---@class leafnative.RavenEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.RavenMethods
local RavenMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.RavenCredential? answer
---@return leafnative.Error? err
function RavenMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.RavenCreate
---@return leafnative.RavenCredential? answer
---@return leafnative.Error? err
function RavenMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function RavenMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.RavenEvents
---@return leafnative.Pages<leafnative.EventRecord>
function RavenMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.RavenCreate
---@return leafnative.RavenCredential? credential
---@return leafnative.Error? err
function RavenMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.RavenCreate|table
---@return leafnative.RavenCredential? credential
---@return leafnative.Error? err
function RavenMethods:rotate(members) end

---@class leafnative.RavenSlingshotCredential: leafnative.Credential, leafnative.RavenSlingshotCredentialsRecord

---@class leafnative.RavenSlingshotCreate: leafnative.CallOptions
---@field api_key string|leafnative.Secret API key of the provider.
---@field access_key string|leafnative.Secret Access key of the provider.
---@field shared_secret string|leafnative.Secret Shared secret of the provider.

---@class leafnative.RavenSlingshotEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.RavenSlingshotMethods
local RavenSlingshotMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.RavenSlingshotCredential? answer
---@return leafnative.Error? err
function RavenSlingshotMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.RavenSlingshotCreate
---@return leafnative.RavenSlingshotCredential? answer
---@return leafnative.Error? err
function RavenSlingshotMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function RavenSlingshotMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.RavenSlingshotEvents
---@return leafnative.Pages<leafnative.EventRecord>
function RavenSlingshotMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.RavenSlingshotCreate
---@return leafnative.RavenSlingshotCredential? credential
---@return leafnative.Error? err
function RavenSlingshotMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.RavenSlingshotCreate|table
---@return leafnative.RavenSlingshotCredential? credential
---@return leafnative.Error? err
function RavenSlingshotMethods:rotate(members) end

---@class leafnative.SenteraCredential: leafnative.Credential, leafnative.SenteraCredentialsRecord

---@class leafnative.SenteraCreate: leafnative.CallOptions
---@field username string User name at the provider.
---@field password string|leafnative.Secret Password at the provider.
---@field organization_name string Name of the organisation at the provider.

---@class leafnative.SenteraEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.SenteraMethods
local SenteraMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.SenteraCredential? answer
---@return leafnative.Error? err
function SenteraMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.SenteraCreate
---@return leafnative.SenteraCredential? answer
---@return leafnative.Error? err
function SenteraMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function SenteraMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.SenteraEvents
---@return leafnative.Pages<leafnative.EventRecord>
function SenteraMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.SenteraCreate
---@return leafnative.SenteraCredential? credential
---@return leafnative.Error? err
function SenteraMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.SenteraCreate|table
---@return leafnative.SenteraCredential? credential
---@return leafnative.Error? err
function SenteraMethods:rotate(members) end

---@class leafnative.StaraCredential: leafnative.Credential, leafnative.StaraCredentialsRecord

---@class leafnative.StaraCreate: leafnative.CallOptions
---@field api_key string|leafnative.Secret API key of the provider.
---@field access_token string|leafnative.Secret Access token of the provider.
---@field access_token_client string|leafnative.Secret Client of the access token.
---@field refresh_token string|leafnative.Secret Refresh token of the provider.

---@class leafnative.StaraEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.StaraMethods
local StaraMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.StaraCredential? answer
---@return leafnative.Error? err
function StaraMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.StaraCreate
---@return leafnative.StaraCredential? answer
---@return leafnative.Error? err
function StaraMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function StaraMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.StaraEvents
---@return leafnative.Pages<leafnative.EventRecord>
function StaraMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.StaraCreate
---@return leafnative.StaraCredential? credential
---@return leafnative.Error? err
function StaraMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.StaraCreate|table
---@return leafnative.StaraCredential? credential
---@return leafnative.Error? err
function StaraMethods:rotate(members) end

---@class leafnative.TrimbleCredential: leafnative.Credential, leafnative.TrimbleCredentialsRecord

---@class leafnative.TrimbleCreate: leafnative.CallOptions
---@field client_id string Client id of the application.
---@field client_secret string|leafnative.Secret Client secret of the application.
---@field refresh_token string|leafnative.Secret Refresh token of the provider.

---@class leafnative.TrimbleEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.TrimbleMethods
local TrimbleMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.TrimbleCredential? answer
---@return leafnative.Error? err
function TrimbleMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.TrimbleCreate
---@return leafnative.TrimbleCredential? answer
---@return leafnative.Error? err
function TrimbleMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function TrimbleMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.TrimbleEvents
---@return leafnative.Pages<leafnative.EventRecord>
function TrimbleMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.TrimbleCreate
---@return leafnative.TrimbleCredential? credential
---@return leafnative.Error? err
function TrimbleMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.TrimbleCreate|table
---@return leafnative.TrimbleCredential? credential
---@return leafnative.Error? err
function TrimbleMethods:rotate(members) end

---@class leafnative.ValleyCredential: leafnative.Credential, leafnative.ValleyCredentialsRecord

---@class leafnative.ValleyCreate: leafnative.CallOptions
---@field apid string APID of the application.
---@field initialization_vector string|leafnative.Secret Initialization vector of the key.
---@field key string|leafnative.Secret Key of the application.
---@field username string User name at the provider.
---@field password string|leafnative.Secret Password at the provider.

---@class leafnative.ValleyEvents: leafnative.CallOptions
---@field page? integer Page number, from 0.
---@field size? integer Entries a page, at most 100.
---@field sort? string[] Member and direction, as in createdDate,desc.

---@class leafnative.ValleyMethods
local ValleyMethods = {}

---Read the provider credential of a Leaf user.
---@param options? leafnative.CallOptions
---@return leafnative.ValleyCredential? answer
---@return leafnative.Error? err
function ValleyMethods:get(options) end

---Attach a provider credential to a Leaf user.
---@param members leafnative.ValleyCreate
---@return leafnative.ValleyCredential? answer
---@return leafnative.Error? err
function ValleyMethods:create(members) end

---Delete the provider credential of a Leaf user.
---@param options? leafnative.DeleteOptions
---@return true? done
---@return leafnative.Error? err
function ValleyMethods:delete(options) end

---List the logged exchanges with the provider of the last 30 days.
---@param members? leafnative.ValleyEvents
---@return leafnative.Pages<leafnative.EventRecord>
function ValleyMethods:events(members) end

---Makes the credential, or replaces one that differs.
---@param members leafnative.ValleyCreate
---@return leafnative.ValleyCredential? credential
---@return leafnative.Error? err
function ValleyMethods:ensure(members) end

---Replaces the credential by one with these members changed.
---@param members leafnative.ValleyCreate|table
---@return leafnative.ValleyCredential? credential
---@return leafnative.Error? err
function ValleyMethods:rotate(members) end

---@class leafnative.ProviderAttributes
---@field ag_leader leafnative.AgLeaderMethods
---@field agvance leafnative.AgvanceMethods
---@field claas leafnative.ClaasMethods
---@field climate_field_view leafnative.ClimateFieldViewMethods
---@field cnhi leafnative.CnhiMethods
---@field cnhi_field_ops leafnative.CnhiFieldOpsMethods
---@field john_deere leafnative.JohnDeereMethods
---@field lindsay leafnative.LindsayMethods
---@field panorama leafnative.PanoramaMethods
---@field raven leafnative.RavenMethods
---@field raven_slingshot leafnative.RavenSlingshotMethods
---@field sentera leafnative.SenteraMethods
---@field stara leafnative.StaraMethods
---@field trimble leafnative.TrimbleMethods
---@field valley leafnative.ValleyMethods

return leafnative

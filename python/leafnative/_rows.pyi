# Printed from the tables in csrc/include/leafnative/tables/ by `make describe`: change the tables.
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypedDict

from ._core import Secret
from .aio import AsyncCredential, AsyncPages, AsyncRelation, AsyncServiceCredential, AsyncUser
from .leaf import Credential, Relation, User
from .losant import LinkedResources, ServiceCredential
from .pages import Pages
from .records import Record

OPERATIONS: list[dict[str, Any]]
PROVIDERS: dict[str, dict[str, Any]]

OperationName = Literal[
    "authentication.login",
    "users.list",
    "users.get",
    "users.create",
    "users.replace",
    "users.update",
    "users.delete",
    "ag_leader.get",
    "agvance.get",
    "claas.get",
    "climate_field_view.get",
    "cnhi.get",
    "cnhi_field_ops.get",
    "john_deere.get",
    "lindsay.get",
    "panorama.get",
    "raven.get",
    "raven_slingshot.get",
    "sentera.get",
    "stara.get",
    "trimble.get",
    "valley.get",
    "ag_leader.create",
    "agvance.create",
    "claas.create",
    "climate_field_view.create",
    "cnhi.create",
    "cnhi_field_ops.create",
    "john_deere.create",
    "lindsay.create",
    "panorama.create",
    "raven.create",
    "raven_slingshot.create",
    "sentera.create",
    "stara.create",
    "trimble.create",
    "valley.create",
    "ag_leader.delete",
    "agvance.delete",
    "claas.delete",
    "climate_field_view.delete",
    "cnhi.delete",
    "cnhi_field_ops.delete",
    "john_deere.delete",
    "lindsay.delete",
    "panorama.delete",
    "raven.delete",
    "raven_slingshot.delete",
    "sentera.delete",
    "stara.delete",
    "trimble.delete",
    "valley.delete",
    "ag_leader.events",
    "agvance.events",
    "claas.events",
    "climate_field_view.events",
    "cnhi.events",
    "cnhi_field_ops.events",
    "john_deere.events",
    "lindsay.events",
    "panorama.events",
    "raven.events",
    "raven_slingshot.events",
    "sentera.events",
    "stara.events",
    "trimble.events",
    "valley.events",
    "one_click.panorama",
    "sharing.list",
    "sharing.status",
    "sharing.create",
    "sharing.update",
    "sharing.invalidate_tokens",
    "permissions.get",
    "permissions.create",
    "permissions.update",
    "permissions.delete",
    "credential.get",
    "credential.patch",
    "credential.delete",
    "credential.linked_resources",
    "credentials.list",
    "credentials.create",
]

class Operation:
    row: dict[str, Any]
    provider: dict[str, Any] | None
    call_name: str
    result_schema: str
    def __init__(self, row: dict[str, Any], provider: dict[str, Any] | None = ...) -> None: ...
    def body_members(self) -> list[dict[str, Any]]: ...
    def query_members(self) -> list[dict[str, Any]]: ...

def describe(field: dict[str, Any]) -> str: ...
def methods_of_group(group: str) -> type: ...
def methods_of_provider(attribute: str) -> type: ...

class TokenRecord(Record):
    @property
    def id_token(self) -> Secret: ...

class CredentialsRecord(Record):
    @property
    def id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def created_time(self) -> datetime: ...

class AgLeaderCredentialsRecord(CredentialsRecord):
    @property
    def refresh_token(self) -> Secret: ...
    @property
    def public_key(self) -> str: ...
    @property
    def private_key(self) -> Secret: ...
    @property
    def access_token(self) -> Secret | None: ...

class AgvanceCredentialsRecord(CredentialsRecord):
    @property
    def api_key(self) -> Secret: ...
    @property
    def database_id(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def password(self) -> Secret: ...
    @property
    def client_environment(self) -> str | None: ...
    @property
    def session_id(self) -> Secret | None: ...

class ClaasCredentialsRecord(CredentialsRecord):
    @property
    def client_key(self) -> str: ...
    @property
    def client_secret(self) -> Secret: ...
    @property
    def refresh_token(self) -> Secret: ...
    @property
    def client_environment(self) -> str | None: ...

class TokenMetadataRecord(Record):
    @property
    def scopes(self) -> list[str]: ...

class ClimateFieldViewCredentialsRecord(CredentialsRecord):
    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> Secret: ...
    @property
    def api_key(self) -> Secret: ...
    @property
    def refresh_token(self) -> Secret: ...
    @property
    def token_metadata(self) -> TokenMetadataRecord | None: ...
    @property
    def access_token(self) -> Secret | None: ...

class CnhiCredentialsRecord(CredentialsRecord):
    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> Secret: ...
    @property
    def subscription_key(self) -> Secret: ...
    @property
    def refresh_token(self) -> Secret: ...
    @property
    def client_environment(self) -> str: ...

class CnhiFieldOpsCredentialsRecord(CredentialsRecord):
    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> Secret: ...
    @property
    def subscription_key(self) -> Secret: ...
    @property
    def refresh_token(self) -> Secret: ...
    @property
    def client_environment(self) -> str | None: ...

class JohnDeereCredentialsRecord(CredentialsRecord):
    @property
    def client_key(self) -> str: ...
    @property
    def client_secret(self) -> Secret: ...
    @property
    def refresh_token(self) -> Secret: ...
    @property
    def client_environment(self) -> str: ...
    @property
    def token_metadata(self) -> TokenMetadataRecord | None: ...
    @property
    def access_token(self) -> Secret | None: ...

class LindsayCredentialsRecord(CredentialsRecord):
    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> Secret: ...
    @property
    def refresh_token(self) -> Secret: ...
    @property
    def client_environment(self) -> str: ...
    @property
    def token_metadata(self) -> TokenMetadataRecord | None: ...
    @property
    def access_token(self) -> Secret | None: ...

class PanoramaCredentialsRecord(CredentialsRecord):
    @property
    def client_id(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def organization_code(self) -> str: ...
    @property
    def refresh_token(self) -> Secret: ...
    @property
    def client_environment(self) -> str: ...
    @property
    def access_token(self) -> Secret | None: ...

class RavenCredentialsRecord(CredentialsRecord):
    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> Secret: ...
    @property
    def refresh_token(self) -> Secret: ...
    @property
    def token_metadata(self) -> TokenMetadataRecord | None: ...
    @property
    def access_token(self) -> Secret | None: ...

class RavenSlingshotCredentialsRecord(CredentialsRecord):
    @property
    def api_key(self) -> Secret: ...
    @property
    def access_key(self) -> Secret: ...
    @property
    def shared_secret(self) -> Secret: ...

class SenteraCredentialsRecord(CredentialsRecord):
    @property
    def username(self) -> str: ...
    @property
    def organization_name(self) -> str: ...
    @property
    def auth_token(self) -> Secret | None: ...
    @property
    def organization_id(self) -> str | None: ...

class StaraCredentialsRecord(CredentialsRecord):
    @property
    def api_key(self) -> Secret: ...
    @property
    def access_token(self) -> Secret: ...
    @property
    def access_token_client(self) -> Secret: ...
    @property
    def refresh_token(self) -> Secret: ...

class TrimbleCredentialsRecord(CredentialsRecord):
    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> Secret: ...
    @property
    def refresh_token(self) -> Secret: ...
    @property
    def token_metadata(self) -> TokenMetadataRecord | None: ...
    @property
    def access_token(self) -> Secret | None: ...

class ValleyCredentialsRecord(CredentialsRecord):
    @property
    def apid(self) -> str: ...
    @property
    def initialization_vector(self) -> Secret: ...
    @property
    def key(self) -> Secret: ...
    @property
    def username(self) -> str: ...

class UserRecord(Record):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def address(self) -> str | None: ...
    @property
    def external_id(self) -> str | None: ...
    @property
    def ag_leader_credentials(self) -> AgLeaderCredentialsRecord | None: ...
    @property
    def agvance_credentials(self) -> AgvanceCredentialsRecord | None: ...
    @property
    def claas_credentials(self) -> ClaasCredentialsRecord | None: ...
    @property
    def climate_field_view_credentials(self) -> ClimateFieldViewCredentialsRecord | None: ...
    @property
    def cnhi_credentials(self) -> CnhiCredentialsRecord | None: ...
    @property
    def cnhi_field_ops_credentials(self) -> CnhiFieldOpsCredentialsRecord | None: ...
    @property
    def john_deere_credentials(self) -> JohnDeereCredentialsRecord | None: ...
    @property
    def lindsay_credentials(self) -> LindsayCredentialsRecord | None: ...
    @property
    def panorama_credentials(self) -> PanoramaCredentialsRecord | None: ...
    @property
    def raven_credentials(self) -> RavenCredentialsRecord | None: ...
    @property
    def raven_slingshot_credentials(self) -> RavenSlingshotCredentialsRecord | None: ...
    @property
    def sentera_credentials(self) -> SenteraCredentialsRecord | None: ...
    @property
    def stara_credentials(self) -> StaraCredentialsRecord | None: ...
    @property
    def trimble_credentials(self) -> TrimbleCredentialsRecord | None: ...
    @property
    def valley_credentials(self) -> ValleyCredentialsRecord | None: ...

class UserReplace(TypedDict, total=False):
    name: Required[str]
    email: str | None
    phone: str | None
    address: str | None
    external_id: str | None
    ag_leader_credentials: Mapping[str, Any] | None
    agvance_credentials: Mapping[str, Any] | None
    claas_credentials: Mapping[str, Any] | None
    climate_field_view_credentials: Mapping[str, Any] | None
    cnhi_credentials: Mapping[str, Any] | None
    cnhi_field_ops_credentials: Mapping[str, Any] | None
    john_deere_credentials: Mapping[str, Any] | None
    lindsay_credentials: Mapping[str, Any] | None
    panorama_credentials: Mapping[str, Any] | None
    raven_credentials: Mapping[str, Any] | None
    raven_slingshot_credentials: Mapping[str, Any] | None
    sentera_credentials: Mapping[str, Any] | None
    stara_credentials: Mapping[str, Any] | None
    trimble_credentials: Mapping[str, Any] | None
    valley_credentials: Mapping[str, Any] | None

class UserUpdate(TypedDict, total=False):
    name: str
    email: str | None
    phone: str | None
    address: str | None
    external_id: str | None
    ag_leader_credentials: Mapping[str, Any] | None
    agvance_credentials: Mapping[str, Any] | None
    claas_credentials: Mapping[str, Any] | None
    climate_field_view_credentials: Mapping[str, Any] | None
    cnhi_credentials: Mapping[str, Any] | None
    cnhi_field_ops_credentials: Mapping[str, Any] | None
    john_deere_credentials: Mapping[str, Any] | None
    lindsay_credentials: Mapping[str, Any] | None
    panorama_credentials: Mapping[str, Any] | None
    raven_credentials: Mapping[str, Any] | None
    raven_slingshot_credentials: Mapping[str, Any] | None
    sentera_credentials: Mapping[str, Any] | None
    stara_credentials: Mapping[str, Any] | None
    trimble_credentials: Mapping[str, Any] | None
    valley_credentials: Mapping[str, Any] | None

class EventRecord(Record):
    @property
    def id(self) -> str: ...
    @property
    def created_date(self) -> datetime: ...
    @property
    def status_code(self) -> int | None: ...
    @property
    def headers(self) -> str | None: ...
    @property
    def body(self) -> str | None: ...

class SignInRecord(Record):
    @property
    def sign_in_url(self) -> str: ...

class RelationRecord(Record):
    @property
    def sender_api_owner(self) -> str: ...
    @property
    def receiver_api_owner(self) -> str: ...
    @property
    def status(self) -> str: ...

class GrantRecord(Record):
    @property
    def actions(self) -> list[str]: ...
    @property
    def types(self) -> list[str] | None: ...

class PermissionsRecord(Record):
    @property
    def leaf_user_id(self) -> str | None: ...
    @property
    def permissions(self) -> dict[str, GrantRecord]: ...

class AwsConfigRecord(Record):
    @property
    def access_key_id(self) -> str: ...
    @property
    def region(self) -> str: ...

class AzureConfigRecord(Record):
    @property
    def account(self) -> str | None: ...

class GcpConfigRecord(Record):
    @property
    def key_meta_json(self) -> str | None: ...

class HttpConfigRecord(Record):
    @property
    def uri_match(self) -> str: ...
    @property
    def auth_method(self) -> str: ...
    @property
    def public_value(self) -> str | None: ...

class SendgridConfigRecord(Record): ...

class TwilioConfigRecord(Record):
    @property
    def account_sid(self) -> str: ...
    @property
    def api_key_sid(self) -> str: ...

class LogglyConfigRecord(Record): ...

class JwtConfigRecord(Record):
    @property
    def issuer(self) -> str | None: ...
    @property
    def algorithm(self) -> str: ...

class WhatsappConfigRecord(Record):
    @property
    def from_number_id(self) -> str: ...

class SqlConfigRecord(Record):
    @property
    def system(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int | None: ...
    @property
    def username(self) -> str: ...
    @property
    def secure_connection(self) -> bool | None: ...
    @property
    def ca_certificate(self) -> str | None: ...
    @property
    def disable_ssl_verification(self) -> bool | None: ...

class MongodbConfigRecord(Record): ...
class MailgunConfigRecord(Record): ...

class SnowflakeConfigRecord(Record):
    @property
    def host(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def public_key(self) -> str | None: ...

class GitConfigRecord(Record):
    @property
    def type(self) -> str: ...
    @property
    def clone_url(self) -> str: ...
    @property
    def username(self) -> str | None: ...
    @property
    def committer_name(self) -> str | None: ...
    @property
    def committer_email(self) -> str | None: ...
    @property
    def public_key(self) -> str | None: ...

class DatadogConfigRecord(Record):
    @property
    def site(self) -> str | None: ...

class CertificateInfoRecord(Record):
    @property
    def serial_number(self) -> str | None: ...
    @property
    def fingerprint(self) -> str | None: ...
    @property
    def common_name(self) -> str | None: ...
    @property
    def issuer_name(self) -> str | None: ...
    @property
    def not_valid_before(self) -> datetime: ...
    @property
    def not_valid_after(self) -> datetime: ...

class CertificateKeyPairConfigRecord(Record):
    @property
    def certificate(self) -> str: ...
    @property
    def info(self) -> CertificateInfoRecord | None: ...

class LosantCredentialRecord(Record):
    @property
    def id(self) -> str: ...
    @property
    def application_id(self) -> str | None: ...
    @property
    def creation_date(self) -> datetime: ...
    @property
    def last_updated(self) -> datetime: ...
    @property
    def created_by_id(self) -> str | None: ...
    @property
    def created_by_type(self) -> str: ...
    @property
    def last_updated_by_id(self) -> str | None: ...
    @property
    def last_updated_by_type(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str | None: ...
    @property
    def enabled(self) -> bool | None: ...
    @property
    def type(self) -> str: ...
    @property
    def aws_config(self) -> AwsConfigRecord | None: ...
    @property
    def azure_config(self) -> AzureConfigRecord | None: ...
    @property
    def gcp_config(self) -> GcpConfigRecord | None: ...
    @property
    def http_config(self) -> HttpConfigRecord | None: ...
    @property
    def sendgrid_config(self) -> SendgridConfigRecord | None: ...
    @property
    def twilio_config(self) -> TwilioConfigRecord | None: ...
    @property
    def loggly_config(self) -> LogglyConfigRecord | None: ...
    @property
    def jwt_config(self) -> JwtConfigRecord | None: ...
    @property
    def whatsapp_config(self) -> WhatsappConfigRecord | None: ...
    @property
    def sql_config(self) -> SqlConfigRecord | None: ...
    @property
    def mongodb_config(self) -> MongodbConfigRecord | None: ...
    @property
    def mailgun_config(self) -> MailgunConfigRecord | None: ...
    @property
    def snowflake_config(self) -> SnowflakeConfigRecord | None: ...
    @property
    def git_config(self) -> GitConfigRecord | None: ...
    @property
    def datadog_config(self) -> DatadogConfigRecord | None: ...
    @property
    def certificate_key_pair_config(self) -> CertificateKeyPairConfigRecord | None: ...

class SuccessRecord(Record):
    @property
    def success(self) -> bool: ...

class IntegrationRecord(Record):
    @property
    def id(self) -> str: ...
    @property
    def integration_id(self) -> str | None: ...
    @property
    def application_id(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def credential_name(self) -> str | None: ...
    @property
    def integration_type(self) -> str: ...
    @property
    def enabled(self) -> bool | None: ...
    @property
    def topics(self) -> list[str] | None: ...

class IntegrationsRecord(Record):
    @property
    def items(self) -> list[IntegrationRecord] | None: ...
    @property
    def count(self) -> int | None: ...
    @property
    def total_count(self) -> int | None: ...
    @property
    def per_page(self) -> int | None: ...
    @property
    def page(self) -> int | None: ...
    @property
    def sort_field(self) -> str | None: ...
    @property
    def sort_direction(self) -> str | None: ...
    @property
    def application_id(self) -> str | None: ...

class FlowRecord(Record):
    @property
    def id(self) -> str: ...
    @property
    def flow_id(self) -> str | None: ...
    @property
    def application_id(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def description(self) -> str | None: ...
    @property
    def enabled(self) -> bool | None: ...
    @property
    def flow_class(self) -> str: ...

class FlowsRecord(Record):
    @property
    def items(self) -> list[FlowRecord] | None: ...
    @property
    def count(self) -> int | None: ...
    @property
    def total_count(self) -> int | None: ...
    @property
    def per_page(self) -> int | None: ...
    @property
    def page(self) -> int | None: ...
    @property
    def sort_field(self) -> str | None: ...
    @property
    def sort_direction(self) -> str | None: ...
    @property
    def application_id(self) -> str | None: ...

class LinkedResourcesRecord(Record):
    @property
    def integrations(self) -> IntegrationsRecord | None: ...
    @property
    def flows(self) -> FlowsRecord | None: ...
    @property
    def flow_versions(self) -> FlowsRecord | None: ...

class FieldErrorRecord(Record):
    @property
    def object_name(self) -> str | None: ...
    @property
    def field(self) -> str | None: ...
    @property
    def message(self) -> str | None: ...

class AgLeaderCredential(AgLeaderCredentialsRecord, Credential): ...
class AgvanceCredential(AgvanceCredentialsRecord, Credential): ...
class ClaasCredential(ClaasCredentialsRecord, Credential): ...
class ClimateFieldViewCredential(ClimateFieldViewCredentialsRecord, Credential): ...
class CnhiCredential(CnhiCredentialsRecord, Credential): ...
class CnhiFieldOpsCredential(CnhiFieldOpsCredentialsRecord, Credential): ...
class JohnDeereCredential(JohnDeereCredentialsRecord, Credential): ...
class LindsayCredential(LindsayCredentialsRecord, Credential): ...
class PanoramaCredential(PanoramaCredentialsRecord, Credential): ...
class RavenCredential(RavenCredentialsRecord, Credential): ...
class RavenSlingshotCredential(RavenSlingshotCredentialsRecord, Credential): ...
class SenteraCredential(SenteraCredentialsRecord, Credential): ...
class StaraCredential(StaraCredentialsRecord, Credential): ...
class TrimbleCredential(TrimbleCredentialsRecord, Credential): ...
class ValleyCredential(ValleyCredentialsRecord, Credential): ...

class AuthenticationMethods:
    def login(
        self,
        *,
        username: str,
        password: str | Secret,
        remember_me: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> TokenRecord:
        """Exchange an API owner's e-mail and password for a token."""

class UsersMethods:
    def list(
        self,
        *,
        page: int = ...,
        size: int = ...,
        email: str = ...,
        name: str = ...,
        external_id: str = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[User]:
        """List the owner's Leaf users."""
    def get(
        self,
        leaf_user_id: str,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> User:
        """Read one Leaf user with the credentials attached to it."""
    def create(
        self,
        *,
        name: str,
        email: str | None = ...,
        phone: str | None = ...,
        address: str | None = ...,
        external_id: str | None = ...,
        ag_leader_credentials: Mapping[str, Any] | None = ...,
        agvance_credentials: Mapping[str, Any] | None = ...,
        claas_credentials: Mapping[str, Any] | None = ...,
        climate_field_view_credentials: Mapping[str, Any] | None = ...,
        cnhi_credentials: Mapping[str, Any] | None = ...,
        cnhi_field_ops_credentials: Mapping[str, Any] | None = ...,
        john_deere_credentials: Mapping[str, Any] | None = ...,
        lindsay_credentials: Mapping[str, Any] | None = ...,
        panorama_credentials: Mapping[str, Any] | None = ...,
        raven_credentials: Mapping[str, Any] | None = ...,
        raven_slingshot_credentials: Mapping[str, Any] | None = ...,
        sentera_credentials: Mapping[str, Any] | None = ...,
        stara_credentials: Mapping[str, Any] | None = ...,
        trimble_credentials: Mapping[str, Any] | None = ...,
        valley_credentials: Mapping[str, Any] | None = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> User:
        """Make a Leaf user."""
    def replace(
        self,
        *,
        id: str,
        name: str,
        email: str | None = ...,
        phone: str | None = ...,
        address: str | None = ...,
        external_id: str | None = ...,
        ag_leader_credentials: Mapping[str, Any] | None = ...,
        agvance_credentials: Mapping[str, Any] | None = ...,
        claas_credentials: Mapping[str, Any] | None = ...,
        climate_field_view_credentials: Mapping[str, Any] | None = ...,
        cnhi_credentials: Mapping[str, Any] | None = ...,
        cnhi_field_ops_credentials: Mapping[str, Any] | None = ...,
        john_deere_credentials: Mapping[str, Any] | None = ...,
        lindsay_credentials: Mapping[str, Any] | None = ...,
        panorama_credentials: Mapping[str, Any] | None = ...,
        raven_credentials: Mapping[str, Any] | None = ...,
        raven_slingshot_credentials: Mapping[str, Any] | None = ...,
        sentera_credentials: Mapping[str, Any] | None = ...,
        stara_credentials: Mapping[str, Any] | None = ...,
        trimble_credentials: Mapping[str, Any] | None = ...,
        valley_credentials: Mapping[str, Any] | None = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> User:
        """Replace a Leaf user; a credential that is left out is detached and its events go."""
    def update(
        self,
        leaf_user_id: str,
        *,
        name: str = ...,
        email: str | None = ...,
        phone: str | None = ...,
        address: str | None = ...,
        external_id: str | None = ...,
        ag_leader_credentials: Mapping[str, Any] | None = ...,
        agvance_credentials: Mapping[str, Any] | None = ...,
        claas_credentials: Mapping[str, Any] | None = ...,
        climate_field_view_credentials: Mapping[str, Any] | None = ...,
        cnhi_credentials: Mapping[str, Any] | None = ...,
        cnhi_field_ops_credentials: Mapping[str, Any] | None = ...,
        john_deere_credentials: Mapping[str, Any] | None = ...,
        lindsay_credentials: Mapping[str, Any] | None = ...,
        panorama_credentials: Mapping[str, Any] | None = ...,
        raven_credentials: Mapping[str, Any] | None = ...,
        raven_slingshot_credentials: Mapping[str, Any] | None = ...,
        sentera_credentials: Mapping[str, Any] | None = ...,
        stara_credentials: Mapping[str, Any] | None = ...,
        trimble_credentials: Mapping[str, Any] | None = ...,
        valley_credentials: Mapping[str, Any] | None = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> User:
        """Change some members of a Leaf user; null clears an optional one."""
    def delete(
        self,
        leaf_user_id: str,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete a Leaf user with its credentials, events and permissions."""

class OneClickMethods:
    def panorama(
        self,
        leaf_user_id: str = ...,
        *,
        client_id: str,
        username: str,
        password: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"],
        sharing_url_id: str = ...,
        organization_code: str = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> SignInRecord:
        """Start a Panorama sign-in; visiting its address attaches the credential."""

class SharingMethods:
    def list(
        self,
        role: str,
        *,
        page: int = ...,
        size: int = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[Relation]:
        """List the relations in which the other party plays the role."""
    def status(
        self,
        role: str,
        owner: str,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> str:
        """Read the status of a relation."""
    def create(
        self,
        *,
        receiver_api_owner: str,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Relation:
        """Offer to share data with another API owner."""
    def update(
        self,
        role: str,
        owner: str,
        *,
        status: Literal["ALLOWED", "BLOCKED"],
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Relation:
        """Allow or block a relation."""
    def invalidate_tokens(
        self,
        role: str,
        owner: str,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Refuse the tokens issued so far on the data shared in a relation."""

class PermissionsMethods:
    def get(
        self,
        role: str,
        owner: str,
        leaf_user_id: str,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> PermissionsRecord:
        """Read what a relation may read of a Leaf user."""
    def create(
        self,
        owner: str,
        leaf_user_id: str,
        *,
        permissions: Mapping[str, Any],
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> PermissionsRecord:
        """Grant resources of a Leaf user; each resource named replaces its earlier grant."""
    def update(
        self,
        owner: str,
        leaf_user_id: str,
        resource: Literal["FIELDS", "OPERATIONS"],
        *,
        actions: Sequence[Literal["READ"]],
        types: Sequence[Literal["APPLIED", "HARVESTED", "PLANTED"]] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> PermissionsRecord:
        """Replace the grant of one resource."""
    def delete(
        self,
        role: str,
        owner: str,
        leaf_user_id: str,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Take back every resource of a Leaf user."""

class CredentialMethods:
    def get(
        self,
        application_id: str = ...,
        credential_id: str = ...,
        *,
        _actions: str = ...,
        _links: str = ...,
        _embedded: str = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> ServiceCredential:
        """Read one credential, without its write-only members."""
    def patch(
        self,
        application_id: str = ...,
        credential_id: str = ...,
        *,
        name: str = ...,
        description: str = ...,
        enabled: bool = ...,
        aws_config: Mapping[str, Any] = ...,
        azure_config: Mapping[str, Any] = ...,
        gcp_config: Mapping[str, Any] = ...,
        http_config: Mapping[str, Any] = ...,
        sendgrid_config: Mapping[str, Any] = ...,
        twilio_config: Mapping[str, Any] = ...,
        loggly_config: Mapping[str, Any] = ...,
        jwt_config: Mapping[str, Any] = ...,
        whatsapp_config: Mapping[str, Any] = ...,
        sql_config: Mapping[str, Any] = ...,
        mongodb_config: Mapping[str, Any] = ...,
        mailgun_config: Mapping[str, Any] = ...,
        snowflake_config: Mapping[str, Any] = ...,
        git_config: Mapping[str, Any] = ...,
        datadog_config: Mapping[str, Any] = ...,
        certificate_key_pair_config: Mapping[str, Any] = ...,
        _actions: str = ...,
        _links: str = ...,
        _embedded: str = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> ServiceCredential:
        """Change some members of a credential; inside its config member by member."""
    def delete(
        self,
        application_id: str = ...,
        credential_id: str = ...,
        *,
        _actions: str = ...,
        _links: str = ...,
        _embedded: str = ...,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> SuccessRecord:
        """Delete a credential for ever."""
    def linked_resources(
        self,
        application_id: str = ...,
        credential_id: str = ...,
        *,
        _actions: str = ...,
        _links: str = ...,
        _embedded: str = ...,
        include_custom_nodes: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> LinkedResources:
        """List the integrations and workflows that use a credential, by its name."""

class CredentialsMethods:
    def list(
        self,
        application_id: str = ...,
        *,
        _actions: str = ...,
        _links: str = ...,
        _embedded: str = ...,
        sort_field: Literal["name", "type", "creationDate", "lastUpdated"] = ...,
        sort_direction: Literal["asc", "desc"] = ...,
        page: int = ...,
        per_page: int = ...,
        filter_field: Literal["name", "type"] = ...,
        filter: str = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[ServiceCredential]:
        """List the credentials of an application."""
    def create(
        self,
        application_id: str = ...,
        *,
        name: str,
        description: str = ...,
        enabled: bool = ...,
        type: Literal[
            "aws",
            "azure",
            "gcp",
            "http",
            "sendgrid",
            "twilio",
            "loggly",
            "jwt",
            "whatsapp",
            "sql",
            "mongodb",
            "mailgun",
            "snowflake",
            "git",
            "datadog",
            "certificateKeyPair",
        ],
        aws_config: Mapping[str, Any] = ...,
        azure_config: Mapping[str, Any] = ...,
        gcp_config: Mapping[str, Any] = ...,
        http_config: Mapping[str, Any] = ...,
        sendgrid_config: Mapping[str, Any] = ...,
        twilio_config: Mapping[str, Any] = ...,
        loggly_config: Mapping[str, Any] = ...,
        jwt_config: Mapping[str, Any] = ...,
        whatsapp_config: Mapping[str, Any] = ...,
        sql_config: Mapping[str, Any] = ...,
        mongodb_config: Mapping[str, Any] = ...,
        mailgun_config: Mapping[str, Any] = ...,
        snowflake_config: Mapping[str, Any] = ...,
        git_config: Mapping[str, Any] = ...,
        datadog_config: Mapping[str, Any] = ...,
        certificate_key_pair_config: Mapping[str, Any] = ...,
        _actions: str = ...,
        _links: str = ...,
        _embedded: str = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> ServiceCredential:
        """Make a credential."""

class AgLeaderMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AgLeaderCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        refresh_token: str | Secret,
        public_key: str,
        private_key: str | Secret,
        access_token: str | Secret = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AgLeaderCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> AgLeaderCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> AgLeaderCredential:
        """Replace the credential by one with these members changed."""

class AgvanceMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AgvanceCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        api_key: str | Secret,
        database_id: str,
        username: str,
        password: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AgvanceCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> AgvanceCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> AgvanceCredential:
        """Replace the credential by one with these members changed."""

class ClaasMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> ClaasCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        client_key: str,
        client_secret: str | Secret,
        refresh_token: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> ClaasCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> ClaasCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> ClaasCredential:
        """Replace the credential by one with these members changed."""

class ClimateFieldViewMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> ClimateFieldViewCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        client_id: str,
        client_secret: str | Secret,
        api_key: str | Secret,
        refresh_token: str | Secret,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> ClimateFieldViewCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> ClimateFieldViewCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> ClimateFieldViewCredential:
        """Replace the credential by one with these members changed."""

class CnhiMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> CnhiCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        client_id: str,
        client_secret: str | Secret,
        subscription_key: str | Secret,
        refresh_token: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"],
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> CnhiCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> CnhiCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> CnhiCredential:
        """Replace the credential by one with these members changed."""

class CnhiFieldOpsMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> CnhiFieldOpsCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        client_id: str,
        client_secret: str | Secret,
        subscription_key: str | Secret,
        refresh_token: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> CnhiFieldOpsCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> CnhiFieldOpsCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> CnhiFieldOpsCredential:
        """Replace the credential by one with these members changed."""

class JohnDeereMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> JohnDeereCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        client_key: str,
        client_secret: str | Secret,
        refresh_token: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"],
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> JohnDeereCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> JohnDeereCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> JohnDeereCredential:
        """Replace the credential by one with these members changed."""

class LindsayMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> LindsayCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        client_id: str,
        client_secret: str | Secret,
        refresh_token: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"],
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> LindsayCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> LindsayCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> LindsayCredential:
        """Replace the credential by one with these members changed."""

class PanoramaMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> PanoramaCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        client_id: str,
        username: str,
        password: str | Secret,
        organization_code: str,
        refresh_token: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"],
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> PanoramaCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> PanoramaCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> PanoramaCredential:
        """Replace the credential by one with these members changed."""

class RavenMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> RavenCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        client_id: str,
        client_secret: str | Secret,
        refresh_token: str | Secret,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> RavenCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> RavenCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> RavenCredential:
        """Replace the credential by one with these members changed."""

class RavenSlingshotMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> RavenSlingshotCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        api_key: str | Secret,
        access_key: str | Secret,
        shared_secret: str | Secret,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> RavenSlingshotCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> RavenSlingshotCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> RavenSlingshotCredential:
        """Replace the credential by one with these members changed."""

class SenteraMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> SenteraCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        username: str,
        password: str | Secret,
        organization_name: str,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> SenteraCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> SenteraCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> SenteraCredential:
        """Replace the credential by one with these members changed."""

class StaraMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> StaraCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        api_key: str | Secret,
        access_token: str | Secret,
        access_token_client: str | Secret,
        refresh_token: str | Secret,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> StaraCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> StaraCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> StaraCredential:
        """Replace the credential by one with these members changed."""

class TrimbleMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> TrimbleCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        client_id: str,
        client_secret: str | Secret,
        refresh_token: str | Secret,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> TrimbleCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> TrimbleCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> TrimbleCredential:
        """Replace the credential by one with these members changed."""

class ValleyMethods:
    def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> ValleyCredential:
        """Read the provider credential of a Leaf user."""
    def create(
        self,
        *,
        apid: str,
        initialization_vector: str | Secret,
        key: str | Secret,
        username: str,
        password: str | Secret,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> ValleyCredential:
        """Attach a provider credential to a Leaf user."""
    def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> Pages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    def ensure(self, **members: Any) -> ValleyCredential:
        """Make the credential, or replace one that differs."""
    def rotate(self, **members: Any) -> ValleyCredential:
        """Replace the credential by one with these members changed."""

class ProviderAttributes:
    @property
    def ag_leader(self) -> AgLeaderMethods: ...
    @property
    def agvance(self) -> AgvanceMethods: ...
    @property
    def claas(self) -> ClaasMethods: ...
    @property
    def climate_field_view(self) -> ClimateFieldViewMethods: ...
    @property
    def cnhi(self) -> CnhiMethods: ...
    @property
    def cnhi_field_ops(self) -> CnhiFieldOpsMethods: ...
    @property
    def john_deere(self) -> JohnDeereMethods: ...
    @property
    def lindsay(self) -> LindsayMethods: ...
    @property
    def panorama(self) -> PanoramaMethods: ...
    @property
    def raven(self) -> RavenMethods: ...
    @property
    def raven_slingshot(self) -> RavenSlingshotMethods: ...
    @property
    def sentera(self) -> SenteraMethods: ...
    @property
    def stara(self) -> StaraMethods: ...
    @property
    def trimble(self) -> TrimbleMethods: ...
    @property
    def valley(self) -> ValleyMethods: ...

class AsyncAgLeaderCredential(AgLeaderCredentialsRecord, AsyncCredential): ...
class AsyncAgvanceCredential(AgvanceCredentialsRecord, AsyncCredential): ...
class AsyncClaasCredential(ClaasCredentialsRecord, AsyncCredential): ...
class AsyncClimateFieldViewCredential(ClimateFieldViewCredentialsRecord, AsyncCredential): ...
class AsyncCnhiCredential(CnhiCredentialsRecord, AsyncCredential): ...
class AsyncCnhiFieldOpsCredential(CnhiFieldOpsCredentialsRecord, AsyncCredential): ...
class AsyncJohnDeereCredential(JohnDeereCredentialsRecord, AsyncCredential): ...
class AsyncLindsayCredential(LindsayCredentialsRecord, AsyncCredential): ...
class AsyncPanoramaCredential(PanoramaCredentialsRecord, AsyncCredential): ...
class AsyncRavenCredential(RavenCredentialsRecord, AsyncCredential): ...
class AsyncRavenSlingshotCredential(RavenSlingshotCredentialsRecord, AsyncCredential): ...
class AsyncSenteraCredential(SenteraCredentialsRecord, AsyncCredential): ...
class AsyncStaraCredential(StaraCredentialsRecord, AsyncCredential): ...
class AsyncTrimbleCredential(TrimbleCredentialsRecord, AsyncCredential): ...
class AsyncValleyCredential(ValleyCredentialsRecord, AsyncCredential): ...

class AsyncAuthenticationMethods:
    async def login(
        self,
        *,
        username: str,
        password: str | Secret,
        remember_me: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> TokenRecord:
        """Exchange an API owner's e-mail and password for a token."""

class AsyncUsersMethods:
    def list(
        self,
        *,
        page: int = ...,
        size: int = ...,
        email: str = ...,
        name: str = ...,
        external_id: str = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[AsyncUser]:
        """List the owner's Leaf users."""
    async def get(
        self,
        leaf_user_id: str,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncUser:
        """Read one Leaf user with the credentials attached to it."""
    async def create(
        self,
        *,
        name: str,
        email: str | None = ...,
        phone: str | None = ...,
        address: str | None = ...,
        external_id: str | None = ...,
        ag_leader_credentials: Mapping[str, Any] | None = ...,
        agvance_credentials: Mapping[str, Any] | None = ...,
        claas_credentials: Mapping[str, Any] | None = ...,
        climate_field_view_credentials: Mapping[str, Any] | None = ...,
        cnhi_credentials: Mapping[str, Any] | None = ...,
        cnhi_field_ops_credentials: Mapping[str, Any] | None = ...,
        john_deere_credentials: Mapping[str, Any] | None = ...,
        lindsay_credentials: Mapping[str, Any] | None = ...,
        panorama_credentials: Mapping[str, Any] | None = ...,
        raven_credentials: Mapping[str, Any] | None = ...,
        raven_slingshot_credentials: Mapping[str, Any] | None = ...,
        sentera_credentials: Mapping[str, Any] | None = ...,
        stara_credentials: Mapping[str, Any] | None = ...,
        trimble_credentials: Mapping[str, Any] | None = ...,
        valley_credentials: Mapping[str, Any] | None = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncUser:
        """Make a Leaf user."""
    async def replace(
        self,
        *,
        id: str,
        name: str,
        email: str | None = ...,
        phone: str | None = ...,
        address: str | None = ...,
        external_id: str | None = ...,
        ag_leader_credentials: Mapping[str, Any] | None = ...,
        agvance_credentials: Mapping[str, Any] | None = ...,
        claas_credentials: Mapping[str, Any] | None = ...,
        climate_field_view_credentials: Mapping[str, Any] | None = ...,
        cnhi_credentials: Mapping[str, Any] | None = ...,
        cnhi_field_ops_credentials: Mapping[str, Any] | None = ...,
        john_deere_credentials: Mapping[str, Any] | None = ...,
        lindsay_credentials: Mapping[str, Any] | None = ...,
        panorama_credentials: Mapping[str, Any] | None = ...,
        raven_credentials: Mapping[str, Any] | None = ...,
        raven_slingshot_credentials: Mapping[str, Any] | None = ...,
        sentera_credentials: Mapping[str, Any] | None = ...,
        stara_credentials: Mapping[str, Any] | None = ...,
        trimble_credentials: Mapping[str, Any] | None = ...,
        valley_credentials: Mapping[str, Any] | None = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncUser:
        """Replace a Leaf user; a credential that is left out is detached and its events go."""
    async def update(
        self,
        leaf_user_id: str,
        *,
        name: str = ...,
        email: str | None = ...,
        phone: str | None = ...,
        address: str | None = ...,
        external_id: str | None = ...,
        ag_leader_credentials: Mapping[str, Any] | None = ...,
        agvance_credentials: Mapping[str, Any] | None = ...,
        claas_credentials: Mapping[str, Any] | None = ...,
        climate_field_view_credentials: Mapping[str, Any] | None = ...,
        cnhi_credentials: Mapping[str, Any] | None = ...,
        cnhi_field_ops_credentials: Mapping[str, Any] | None = ...,
        john_deere_credentials: Mapping[str, Any] | None = ...,
        lindsay_credentials: Mapping[str, Any] | None = ...,
        panorama_credentials: Mapping[str, Any] | None = ...,
        raven_credentials: Mapping[str, Any] | None = ...,
        raven_slingshot_credentials: Mapping[str, Any] | None = ...,
        sentera_credentials: Mapping[str, Any] | None = ...,
        stara_credentials: Mapping[str, Any] | None = ...,
        trimble_credentials: Mapping[str, Any] | None = ...,
        valley_credentials: Mapping[str, Any] | None = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncUser:
        """Change some members of a Leaf user; null clears an optional one."""
    async def delete(
        self,
        leaf_user_id: str,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete a Leaf user with its credentials, events and permissions."""

class AsyncOneClickMethods:
    async def panorama(
        self,
        leaf_user_id: str = ...,
        *,
        client_id: str,
        username: str,
        password: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"],
        sharing_url_id: str = ...,
        organization_code: str = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> SignInRecord:
        """Start a Panorama sign-in; visiting its address attaches the credential."""

class AsyncSharingMethods:
    def list(
        self,
        role: str,
        *,
        page: int = ...,
        size: int = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[AsyncRelation]:
        """List the relations in which the other party plays the role."""
    async def status(
        self,
        role: str,
        owner: str,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> str:
        """Read the status of a relation."""
    async def create(
        self,
        *,
        receiver_api_owner: str,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncRelation:
        """Offer to share data with another API owner."""
    async def update(
        self,
        role: str,
        owner: str,
        *,
        status: Literal["ALLOWED", "BLOCKED"],
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncRelation:
        """Allow or block a relation."""
    async def invalidate_tokens(
        self,
        role: str,
        owner: str,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Refuse the tokens issued so far on the data shared in a relation."""

class AsyncPermissionsMethods:
    async def get(
        self,
        role: str,
        owner: str,
        leaf_user_id: str,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> PermissionsRecord:
        """Read what a relation may read of a Leaf user."""
    async def create(
        self,
        owner: str,
        leaf_user_id: str,
        *,
        permissions: Mapping[str, Any],
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> PermissionsRecord:
        """Grant resources of a Leaf user; each resource named replaces its earlier grant."""
    async def update(
        self,
        owner: str,
        leaf_user_id: str,
        resource: Literal["FIELDS", "OPERATIONS"],
        *,
        actions: Sequence[Literal["READ"]],
        types: Sequence[Literal["APPLIED", "HARVESTED", "PLANTED"]] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> PermissionsRecord:
        """Replace the grant of one resource."""
    async def delete(
        self,
        role: str,
        owner: str,
        leaf_user_id: str,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Take back every resource of a Leaf user."""

class AsyncCredentialMethods:
    async def get(
        self,
        application_id: str = ...,
        credential_id: str = ...,
        *,
        _actions: str = ...,
        _links: str = ...,
        _embedded: str = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncServiceCredential:
        """Read one credential, without its write-only members."""
    async def patch(
        self,
        application_id: str = ...,
        credential_id: str = ...,
        *,
        name: str = ...,
        description: str = ...,
        enabled: bool = ...,
        aws_config: Mapping[str, Any] = ...,
        azure_config: Mapping[str, Any] = ...,
        gcp_config: Mapping[str, Any] = ...,
        http_config: Mapping[str, Any] = ...,
        sendgrid_config: Mapping[str, Any] = ...,
        twilio_config: Mapping[str, Any] = ...,
        loggly_config: Mapping[str, Any] = ...,
        jwt_config: Mapping[str, Any] = ...,
        whatsapp_config: Mapping[str, Any] = ...,
        sql_config: Mapping[str, Any] = ...,
        mongodb_config: Mapping[str, Any] = ...,
        mailgun_config: Mapping[str, Any] = ...,
        snowflake_config: Mapping[str, Any] = ...,
        git_config: Mapping[str, Any] = ...,
        datadog_config: Mapping[str, Any] = ...,
        certificate_key_pair_config: Mapping[str, Any] = ...,
        _actions: str = ...,
        _links: str = ...,
        _embedded: str = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncServiceCredential:
        """Change some members of a credential; inside its config member by member."""
    async def delete(
        self,
        application_id: str = ...,
        credential_id: str = ...,
        *,
        _actions: str = ...,
        _links: str = ...,
        _embedded: str = ...,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> SuccessRecord:
        """Delete a credential for ever."""
    async def linked_resources(
        self,
        application_id: str = ...,
        credential_id: str = ...,
        *,
        _actions: str = ...,
        _links: str = ...,
        _embedded: str = ...,
        include_custom_nodes: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> LinkedResources:
        """List the integrations and workflows that use a credential, by its name."""

class AsyncCredentialsMethods:
    def list(
        self,
        application_id: str = ...,
        *,
        _actions: str = ...,
        _links: str = ...,
        _embedded: str = ...,
        sort_field: Literal["name", "type", "creationDate", "lastUpdated"] = ...,
        sort_direction: Literal["asc", "desc"] = ...,
        page: int = ...,
        per_page: int = ...,
        filter_field: Literal["name", "type"] = ...,
        filter: str = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[AsyncServiceCredential]:
        """List the credentials of an application."""
    async def create(
        self,
        application_id: str = ...,
        *,
        name: str,
        description: str = ...,
        enabled: bool = ...,
        type: Literal[
            "aws",
            "azure",
            "gcp",
            "http",
            "sendgrid",
            "twilio",
            "loggly",
            "jwt",
            "whatsapp",
            "sql",
            "mongodb",
            "mailgun",
            "snowflake",
            "git",
            "datadog",
            "certificateKeyPair",
        ],
        aws_config: Mapping[str, Any] = ...,
        azure_config: Mapping[str, Any] = ...,
        gcp_config: Mapping[str, Any] = ...,
        http_config: Mapping[str, Any] = ...,
        sendgrid_config: Mapping[str, Any] = ...,
        twilio_config: Mapping[str, Any] = ...,
        loggly_config: Mapping[str, Any] = ...,
        jwt_config: Mapping[str, Any] = ...,
        whatsapp_config: Mapping[str, Any] = ...,
        sql_config: Mapping[str, Any] = ...,
        mongodb_config: Mapping[str, Any] = ...,
        mailgun_config: Mapping[str, Any] = ...,
        snowflake_config: Mapping[str, Any] = ...,
        git_config: Mapping[str, Any] = ...,
        datadog_config: Mapping[str, Any] = ...,
        certificate_key_pair_config: Mapping[str, Any] = ...,
        _actions: str = ...,
        _links: str = ...,
        _embedded: str = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncServiceCredential:
        """Make a credential."""

class AsyncAgLeaderMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncAgLeaderCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        refresh_token: str | Secret,
        public_key: str,
        private_key: str | Secret,
        access_token: str | Secret = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncAgLeaderCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncAgLeaderCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncAgLeaderCredential:
        """Replace the credential by one with these members changed."""

class AsyncAgvanceMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncAgvanceCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        api_key: str | Secret,
        database_id: str,
        username: str,
        password: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncAgvanceCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncAgvanceCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncAgvanceCredential:
        """Replace the credential by one with these members changed."""

class AsyncClaasMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncClaasCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        client_key: str,
        client_secret: str | Secret,
        refresh_token: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncClaasCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncClaasCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncClaasCredential:
        """Replace the credential by one with these members changed."""

class AsyncClimateFieldViewMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncClimateFieldViewCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        client_id: str,
        client_secret: str | Secret,
        api_key: str | Secret,
        refresh_token: str | Secret,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncClimateFieldViewCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncClimateFieldViewCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncClimateFieldViewCredential:
        """Replace the credential by one with these members changed."""

class AsyncCnhiMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncCnhiCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        client_id: str,
        client_secret: str | Secret,
        subscription_key: str | Secret,
        refresh_token: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"],
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncCnhiCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncCnhiCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncCnhiCredential:
        """Replace the credential by one with these members changed."""

class AsyncCnhiFieldOpsMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncCnhiFieldOpsCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        client_id: str,
        client_secret: str | Secret,
        subscription_key: str | Secret,
        refresh_token: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncCnhiFieldOpsCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncCnhiFieldOpsCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncCnhiFieldOpsCredential:
        """Replace the credential by one with these members changed."""

class AsyncJohnDeereMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncJohnDeereCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        client_key: str,
        client_secret: str | Secret,
        refresh_token: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"],
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncJohnDeereCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncJohnDeereCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncJohnDeereCredential:
        """Replace the credential by one with these members changed."""

class AsyncLindsayMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncLindsayCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        client_id: str,
        client_secret: str | Secret,
        refresh_token: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"],
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncLindsayCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncLindsayCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncLindsayCredential:
        """Replace the credential by one with these members changed."""

class AsyncPanoramaMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPanoramaCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        client_id: str,
        username: str,
        password: str | Secret,
        organization_code: str,
        refresh_token: str | Secret,
        client_environment: Literal["STAGE", "PRODUCTION"],
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPanoramaCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncPanoramaCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncPanoramaCredential:
        """Replace the credential by one with these members changed."""

class AsyncRavenMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncRavenCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        client_id: str,
        client_secret: str | Secret,
        refresh_token: str | Secret,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncRavenCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncRavenCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncRavenCredential:
        """Replace the credential by one with these members changed."""

class AsyncRavenSlingshotMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncRavenSlingshotCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        api_key: str | Secret,
        access_key: str | Secret,
        shared_secret: str | Secret,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncRavenSlingshotCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncRavenSlingshotCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncRavenSlingshotCredential:
        """Replace the credential by one with these members changed."""

class AsyncSenteraMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncSenteraCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        username: str,
        password: str | Secret,
        organization_name: str,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncSenteraCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncSenteraCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncSenteraCredential:
        """Replace the credential by one with these members changed."""

class AsyncStaraMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncStaraCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        api_key: str | Secret,
        access_token: str | Secret,
        access_token_client: str | Secret,
        refresh_token: str | Secret,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncStaraCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncStaraCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncStaraCredential:
        """Replace the credential by one with these members changed."""

class AsyncTrimbleMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncTrimbleCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        client_id: str,
        client_secret: str | Secret,
        refresh_token: str | Secret,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncTrimbleCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncTrimbleCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncTrimbleCredential:
        """Replace the credential by one with these members changed."""

class AsyncValleyMethods:
    async def get(
        self,
        *,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncValleyCredential:
        """Read the provider credential of a Leaf user."""
    async def create(
        self,
        *,
        apid: str,
        initialization_vector: str | Secret,
        key: str | Secret,
        username: str,
        password: str | Secret,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncValleyCredential:
        """Attach a provider credential to a Leaf user."""
    async def delete(
        self,
        *,
        missing_ok: bool = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> None:
        """Delete the provider credential of a Leaf user."""
    def events(
        self,
        *,
        page: int = ...,
        size: int = ...,
        sort: Sequence[str] = ...,
        strict: bool = ...,
        timeout: float | None = ...,
        deadline: float | None = ...,
    ) -> AsyncPages[EventRecord]:
        """List the logged exchanges with the provider of the last 30 days."""
    async def ensure(self, **members: Any) -> AsyncValleyCredential:
        """Make the credential, or replace one that differs."""
    async def rotate(self, **members: Any) -> AsyncValleyCredential:
        """Replace the credential by one with these members changed."""

class AsyncProviderAttributes:
    @property
    def ag_leader(self) -> AsyncAgLeaderMethods: ...
    @property
    def agvance(self) -> AsyncAgvanceMethods: ...
    @property
    def claas(self) -> AsyncClaasMethods: ...
    @property
    def climate_field_view(self) -> AsyncClimateFieldViewMethods: ...
    @property
    def cnhi(self) -> AsyncCnhiMethods: ...
    @property
    def cnhi_field_ops(self) -> AsyncCnhiFieldOpsMethods: ...
    @property
    def john_deere(self) -> AsyncJohnDeereMethods: ...
    @property
    def lindsay(self) -> AsyncLindsayMethods: ...
    @property
    def panorama(self) -> AsyncPanoramaMethods: ...
    @property
    def raven(self) -> AsyncRavenMethods: ...
    @property
    def raven_slingshot(self) -> AsyncRavenSlingshotMethods: ...
    @property
    def sentera(self) -> AsyncSenteraMethods: ...
    @property
    def stara(self) -> AsyncStaraMethods: ...
    @property
    def trimble(self) -> AsyncTrimbleMethods: ...
    @property
    def valley(self) -> AsyncValleyMethods: ...

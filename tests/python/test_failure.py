"""What a client does when the other side fails: lost answers, ensure and rotate with their compensation, events."""

import sys
import types

import pytest

import leafnative
from leafnative import Event, Secret

FARM = "a@farm.example"
AGVANCE = {"api_key": "k-one", "database_id": "d", "username": "u", "password": "p-one"}


class Line:
    """The service behind a line that can be cut: each change is given a fate, in their order."""

    def __init__(self, service):
        self.service = service
        self.fates = []
        self.reading_fails = False
        self.changes = []

    def __call__(self, method, target, headers, body):
        if target.endswith("/authenticate"):
            return self.service.handle(method, target, headers, body)
        if method == "GET":
            if self.reading_fails:
                return 502, [], b""
            return self.service.handle(method, target, headers, body)
        self.changes.append(method)
        fate = self.fates.pop(0) if self.fates else "passes"
        if isinstance(fate, int):
            return fate, [], b"{}"
        if fate == "lost before":
            return 502, [], b""
        answer = self.service.handle(method, target, headers, body)
        if fate == "lost after":
            return 502, [], b""
        return answer


@pytest.fixture
def service():
    with leafnative.Service(cheap_passwords=True) as service:
        service.create_owner(FARM, password="s3cret")
        yield service


@pytest.fixture
def line(service):
    return Line(service)


@pytest.fixture
def leaf(line):
    with leafnative.Leaf(transport=line, username=FARM, password="s3cret", config=False) as leaf:
        yield leaf


def test_a_create_whose_answer_is_lost_is_found_again(leaf, line):
    line.fates = ["lost after"]
    reply = leaf._client.call("users.create", {"name": "Maple Farm", "external_id": "g-1"})
    assert reply.reconciled
    assert reply.status == 201
    assert [attempt.asks for attempt in reply.attempts] == [False, True]
    assert [user.id for user in leaf.users] == [reply.data["id"]]
    assert not leaf._client.call("users.list", {}).reconciled


def test_a_create_that_nothing_can_find_again_is_an_unknown_outcome(leaf, line):
    line.fates = ["lost after"]
    with pytest.raises(leafnative.UnknownOutcomeError) as caught:
        leaf.users.create(name="Maple Farm")
    assert caught.value.code == "unknown_outcome"
    assert not caught.value.retryable
    assert "users.list" in caught.value.hint
    assert line.changes == ["POST"]


def test_an_exception_of_the_transport_leaves_a_create_in_doubt_and_is_the_cause():
    def broken(*request):
        raise ConnectionError("cut")

    with (
        leafnative.Leaf(transport=broken, token="t", config=False) as leaf,
        pytest.raises(leafnative.UnknownOutcomeError) as caught,
    ):
        leaf.users.create(name="Maple Farm")
    assert isinstance(caught.value.__cause__, ConnectionError)


def test_a_delete_whose_answer_is_lost_is_done(leaf, line):
    user = leaf.users.create(name="Maple Farm")
    line.fates = ["lost after"]
    assert user.delete() is None
    assert line.changes == ["POST", "DELETE"]


# ---- ensure ----


def test_ensure_makes_what_is_missing_keeps_what_is_equal_and_replaces_what_differs(leaf, line):
    user = leaf.users.create(name="Maple Farm")
    made = user.agvance.ensure(**AGVANCE)
    assert user.agvance.ensure(**AGVANCE) == made
    assert user.agvance.ensure(username="u") == made
    changed = user.agvance.ensure(database_id="e")
    assert (changed.id != made.id, changed.database_id, changed.password.reveal()) == (True, "e", "p-one")
    assert line.changes == ["POST", "POST", "DELETE", "POST"]


def test_ensure_refuses_a_member_that_there_is_not_before_anything_is_sent(leaf, line):
    user = leaf.users.create(name="Maple Farm")
    with pytest.raises(leafnative.BadInputError, match="no member colour"):
        user.agvance.ensure(colour="red")
    with pytest.raises(leafnative.BadInputError, match="none was given"):
        user.agvance.rotate()
    assert line.changes == ["POST"]


# ---- rotate ----


def test_rotate_changes_what_is_given_and_keeps_the_rest(leaf):
    user = leaf.users.create(name="Maple Farm")
    old = user.agvance.create(**AGVANCE)
    new = user.agvance.rotate(password="p-two")
    assert new.id != old.id
    assert (new.password.reveal(), new.api_key.reveal(), new.database_id) == ("p-two", "k-one", "d")
    assert user.agvance.get() == new


def test_rotate_deletes_nothing_while_a_secret_is_not_known():
    with leafnative.Service(cheap_passwords=True, mask_secrets=True) as service:
        service.create_owner(FARM, password="s3cret")
        line = Line(service)
        with leafnative.Leaf(transport=line, username=FARM, password="s3cret", config=False) as leaf:
            user = leaf.users.create(name="Maple Farm")
            old = user.agvance.create(**AGVANCE)
            with pytest.raises(leafnative.BadInputError, match="does not show api_key"):
                user.agvance.rotate(password="p-two")
            assert user.agvance.ensure(**AGVANCE).id == old.id
            assert line.changes == ["POST", "POST"]
            # With all of its secrets at hand it works; the old one, whose are not known, cannot be put back.
            line.fates = ["passes", 403]
            with pytest.raises(leafnative.ForbiddenError) as caught:
                user.agvance.rotate(password="p-two", api_key="k-two")
            assert caught.value.stands == "nothing"
            assert "No credential stands" in str(caught.value)
            with pytest.raises(leafnative.NotFoundError):
                user.agvance.get()


# The fates of the delete, of the create and of putting back, each with its repetitions; the error; what it says stands.
STEPS = {
    "the delete is refused": ([403], False, leafnative.ForbiddenError, "old"),
    "the delete never arrives": (["lost before"] * 3, False, leafnative.ServerError, "old"),
    "the delete is in doubt": (["lost before"], True, leafnative.UnknownOutcomeError, "unknown"),
    "the create is refused": (["passes", 403], False, leafnative.ForbiddenError, "old"),
    "the create never arrives": (["passes", *["lost before"] * 3], False, leafnative.ServerError, "old"),
    "the peer is down": (["passes", *[503] * 6], False, leafnative.ServerError, "nothing"),
    "putting back is refused": (["passes", 403, 403], False, leafnative.ForbiddenError, "nothing"),
    "putting back meets another": (["passes", 403, 409], False, leafnative.ForbiddenError, "other"),
    "the create meets another": (["passes", 409], False, leafnative.ConflictError, "other"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_rotate_that_fails_puts_the_old_one_back_and_says_what_stands(leaf, line, step):
    fates, reading_fails, error, stands = STEPS[step]
    user = leaf.users.create(name="Maple Farm")
    old = user.agvance.create(**AGVANCE)
    provider = user.agvance
    shown = provider.get()
    line.fates = list(fates)
    line.reading_fails = reading_fails
    with pytest.raises(error) as caught:
        provider._replace(shown, {"password": Secret("p-two")})
    line.reading_fails = False
    assert caught.value.stands == stands
    assert "old" in str(caught.value)
    assert "p-one" not in str(caught.value) and "p-two" not in str(caught.value)
    if stands == "old":
        now = provider.get()
        assert (now.password.reveal(), now.database_id) == ("p-one", "d")
        assert (now.id == old.id) == step.startswith("the delete")
    elif stands in ("nothing", "other"):
        with pytest.raises(leafnative.NotFoundError):  # the other one is only told of here
            provider.get()


def test_a_rotate_whose_answers_are_lost_ends_well(leaf, line):
    user = leaf.users.create(name="Maple Farm")
    user.agvance.create(**AGVANCE)
    line.fates = ["lost after", "lost after"]
    assert user.agvance.rotate(password="p-two").password.reveal() == "p-two"
    assert line.changes == ["POST", "POST", "DELETE", "POST"]


# ---- events ----


def test_events_tell_what_happens_in_order(line):
    events = []
    with leafnative.Leaf(
        transport=line, username=FARM, password="s3cret", config=False, on_event=events.append
    ) as leaf:
        user = leaf.users.create(name="Maple Farm")
        user.agvance.create(**AGVANCE)
        del events[:]
        line.fates = ["lost after"]
        user.agvance.delete()
    told = [(event.kind, event.operation, event.attempt, event.code) for event in events if event.kind != "wait"]
    assert told == [
        ("request", "agvance.delete", 1, "ok"),
        ("response", "agvance.delete", 1, "server"),
        ("reconcile", "agvance.delete", 1, "server"),
        ("request", "agvance.get", 2, "ok"),
        ("response", "agvance.get", 2, "not_found"),
    ]
    assert isinstance(events[0], Event)
    assert events[0].path == "/services/usermanagement/api/users/{leafUserId}/agvance-credentials"
    assert user.id not in repr(events)
    assert len({event.call for event in events}) == 1


def test_an_exception_in_on_event_ends_no_call(line, capsys, monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: seen.append(report.exc_type))

    def broken(event):
        raise RuntimeError("boom")

    with leafnative.Leaf(transport=line, username=FARM, password="s3cret", config=False, on_event=broken) as leaf:
        assert list(leaf.users) == []
    assert set(seen) == {RuntimeError}


def test_on_event_must_be_callable(line):
    with pytest.raises(TypeError, match="on_event must be callable"):
        leafnative.Leaf(transport=line, token="t", config=False, on_event=7)


# ---- spans ----


class FakeSpan:
    def __init__(self, name, kind=None, attributes=None):
        self.name, self.kind, self.attributes = name, kind, dict(attributes or {})
        self.events, self.status, self.ended = [], None, False

    def set_attribute(self, name, value):
        self.attributes[name] = value

    def set_status(self, code, description):
        self.status = (code, description)

    def add_event(self, name, attributes):
        self.events.append((name, attributes))

    def end(self):
        self.ended = True


@pytest.fixture
def opentelemetry(monkeypatch):
    """As much of opentelemetry.trace as the adapter uses."""
    current = FakeSpan("current")
    spans = []
    trace = types.ModuleType("opentelemetry.trace")
    trace.SpanKind = types.SimpleNamespace(CLIENT="client")
    trace.StatusCode = types.SimpleNamespace(ERROR="error")
    trace.get_current_span = lambda: current

    class Tracer:
        def start_span(self, *args, **options):
            spans.append(FakeSpan(*args, **options))
            return spans[-1]

    trace.get_tracer = lambda name, version: Tracer()
    package = types.ModuleType("opentelemetry")
    package.trace = trace
    monkeypatch.setitem(sys.modules, "opentelemetry", package)
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", trace)
    return types.SimpleNamespace(current=current, spans=spans)


def test_each_attempt_is_a_span_and_the_rest_are_events_of_the_current_one(line, opentelemetry):
    from leafnative.telemetry import Telemetry

    with leafnative.Leaf(transport=line, username=FARM, password="s3cret", config=False, on_event=Telemetry()) as leaf:
        user = leaf.users.create(name="Maple Farm")
        line.fates = ["lost after"]
        user.delete()
    names = [span.name for span in opentelemetry.spans]
    users = "/services/usermanagement/api/users"
    assert names == [
        "POST /api/authenticate",
        f"POST {users}",
        f"DELETE {users}/{{leafUserId}}",
        f"GET {users}/{{leafUserId}}",
    ]
    assert all(span.ended and span.kind == "client" for span in opentelemetry.spans)
    deleted, asked = opentelemetry.spans[2:]
    assert deleted.status == ("error", "server")
    assert deleted.attributes["leafnative.operation"] == "users.delete"
    assert deleted.attributes["http.response.status_code"] == 502
    assert asked.attributes["http.response.status_code"] == 404
    assert asked.attributes["http.request.resend_count"] == 1
    told = dict(opentelemetry.current.events)
    assert told["leafnative.reconcile"]["error.type"] == "server"
    assert user.id not in repr([vars(span) for span in [*opentelemetry.spans, opentelemetry.current]])


def test_the_spans_of_calls_that_are_cancelled_end_when_there_are_too_many(opentelemetry, monkeypatch):
    from leafnative import telemetry

    monkeypatch.setattr(telemetry, "MOST_OPEN", 3)
    adapter = telemetry.Telemetry()
    for call in range(1, 8):
        adapter(leafnative.Event(("request", call, "GET", None, None, 1, "ok", None, 0.0)))
    assert [span.ended for span in opentelemetry.spans] == [True] * 4 + [False] * 3
    assert opentelemetry.spans[0].attributes["error.type"] == "cancelled"
    adapter(leafnative.Event(("response", 7, "GET", None, None, 1, "ok", 200, 0.1)))
    assert [span.ended for span in opentelemetry.spans[4:]] == [False, False, True]


def test_nothing_of_opentelemetry_is_loaded_before_it_is_asked_for():
    import subprocess

    code = "import sys, leafnative; leafnative.Leaf; sys.exit('leafnative.telemetry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

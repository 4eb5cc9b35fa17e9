"""Spans of OpenTelemetry from the events of a client: `Leaf(on_event=Telemetry())`.

Loaded only when it is imported; opentelemetry-api must be installed then. Each attempt is a span of the kind client,
below the span that is current where the call is made. Retries, waits and reconciliations are events of that span.
"""

from __future__ import annotations

from collections import OrderedDict

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Telemetry"]

# Nothing is told of a call that is cancelled: where more spans than this are open, the oldest is that of one.
MOST_OPEN = 10_000


class Telemetry:
    """Takes the events of a client and makes spans of them; `tracer` is the application's, or the package's own."""

    def __init__(self, tracer: Any = None) -> None:
        from importlib import import_module

        trace: Any = import_module("opentelemetry.trace")
        self._trace = trace
        self._tracer = tracer if tracer is not None else trace.get_tracer("leafnative", _core.version)
        self._spans: OrderedDict[tuple[int, int], Any] = OrderedDict()

    def __call__(self, event: _core.Event) -> None:
        if event.kind == "request":
            self._begin(event)
        elif event.kind == "response":
            self._end(event)
        else:
            self._trace.get_current_span().add_event("leafnative." + event.kind, _told(event))

    def _begin(self, event: _core.Event) -> None:
        attributes: dict[str, Any] = {"http.request.method": event.method}
        if event.path is not None and event.operation is not None:
            attributes["url.template"] = event.path
            attributes["leafnative.operation"] = event.operation
        if event.attempt > 1:
            attributes["http.request.resend_count"] = event.attempt - 1
        name = f"{event.method} {event.path}" if event.path is not None else event.method
        span = self._tracer.start_span(name, kind=self._trace.SpanKind.CLIENT, attributes=attributes)
        self._spans[_key(event)] = span
        if len(self._spans) > MOST_OPEN:
            _, cancelled = self._spans.popitem(last=False)
            cancelled.set_attribute("error.type", "cancelled")
            cancelled.end()

    def _end(self, event: _core.Event) -> None:
        span = self._spans.pop(_key(event), None)
        if span is None:
            return
        if event.status is not None:
            span.set_attribute("http.response.status_code", event.status)
        if event.code != "ok":
            span.set_attribute("error.type", event.code)
            span.set_status(self._trace.StatusCode.ERROR, event.code)
        span.end()


def _key(event: _core.Event) -> tuple[int, int]:
    return event.call, event.attempt


def _told(event: _core.Event) -> dict[str, Any]:
    told: dict[str, Any] = {"http.request.method": event.method, "error.type": event.code}
    if event.operation is not None:
        told["leafnative.operation"] = event.operation
    if event.kind == "wait":
        told["leafnative.wait"] = event.seconds
    return told

"""Sends finished runs as spans and metrics to an OTLP/HTTP endpoint, from a thread of its own.

The only module that imports OpenTelemetry. Never keeps a run, the loop or the end of the process
waiting: what the endpoint does not take in time is dropped.
"""

import logging
import os
from queue import Full, Queue
from threading import Thread
from typing import TYPE_CHECKING

from flux_lsp import __version__
from flux_lsp.runs.telemetry import names
from flux_lsp.runs.telemetry.traces import CallTrace, RunTrace

if TYPE_CHECKING:
    from opentelemetry.metrics import Histogram, Meter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.trace import TracerProvider

log = logging.getLogger(__name__)

_WAITING = 200  # runs
_TIMEOUT = 3.0  # seconds for one request
_EVERY_MS = 5_000
Attributes = dict[str, str | bool | int | float]


class Exporter:
    """Sends to `endpoint`; `provider` and `server` say who answers the calls."""

    def __init__(self, endpoint: str, provider: str, server: str) -> None:
        """Nothing is imported or opened yet."""
        self.endpoint = endpoint
        self._common: Attributes = {
            names.OPERATION: names.CHAT,
            names.PROVIDER: names.PROVIDERS.get(provider, provider),
            **({names.SERVER_ADDRESS: server} if server else {}),
        }
        self._queue: Queue[RunTrace | None] = Queue(_WAITING)
        self._thread = Thread(target=self._work, name="flux-telemetry", daemon=True)
        self._thread.start()

    def send(self, trace: RunTrace) -> None:
        """Send the run some time soon, or drop it if too many wait."""
        try:
            self._queue.put_nowait(trace)
        except Full:
            log.warning("telemetry: a run is dropped, because %s is slow", self.endpoint)

    def close(self, seconds: float) -> None:
        """Send what waits, for so many seconds at most; blocks."""
        try:
            self._queue.put_nowait(None)
        except Full:
            return
        self._thread.join(seconds)

    def _work(self) -> None:
        try:
            tracers, meters = _open_providers(self.endpoint)
        except ImportError:
            log.warning(
                "telemetry: OpenTelemetry is not installed; `pip install 'flux-lsp[otel]'` brings it"
            )
            return
        recorder = _Recorder(tracers, meters, self._common)
        while (trace := self._queue.get()) is not None:
            recorder.record(trace)
        tracers.shutdown()
        meters.shutdown(timeout_millis=_TIMEOUT * 1000)


def _open_providers(endpoint: str) -> "tuple[TracerProvider, MeterProvider]":
    """Open private providers: a global one would make the SDK of the models report its calls too."""
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    base = endpoint.rstrip("/")
    resource = Resource.create({"service.name": "flux-lsp", "service.version": __version__})
    tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
    spans = OTLPSpanExporter(f"{base}/v1/traces", timeout=_TIMEOUT)
    tracers.add_span_processor(BatchSpanProcessor(spans, schedule_delay_millis=_EVERY_MS))
    metrics = OTLPMetricExporter(f"{base}/v1/metrics", timeout=_TIMEOUT)
    reader = PeriodicExportingMetricReader(metrics, 6 * _EVERY_MS)
    return tracers, MeterProvider([reader], resource=resource, shutdown_on_exit=False)


class _Recorder:
    """Turns a run into spans and measurements."""

    def __init__(
        self, tracers: "TracerProvider", meters: "MeterProvider", common: Attributes
    ) -> None:
        self._common = common
        self._tracer = tracers.get_tracer(names.SCOPE, names.SCHEMA_VERSION)
        self._instruments = _Instruments(meters.get_meter(names.SCOPE, names.SCHEMA_VERSION))

    def record(self, trace: RunTrace) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

        run = self._tracer.start_span(
            f"flux {trace.action}", start_time=trace.start, attributes=_describe_run(trace)
        )
        context = set_span_in_context(run)
        for call in trace.calls:
            attributes = self._common | _describe_call(trace, call)
            span = self._tracer.start_span(
                f"{names.CHAT} {call.request_model}",
                context=context,
                kind=SpanKind.CLIENT,
                attributes=attributes,
                start_time=call.start,
            )
            if call.error:
                span.set_status(Status(StatusCode.ERROR))
            span.end(call.end)
            self._instruments.measure_call(call, self._common)
        if trace.error:
            run.set_status(Status(StatusCode.ERROR))
        run.end(trace.end)
        self._instruments.count_run(trace)


class _Instruments:
    """The metrics of the conventions, and Flux's own."""

    def __init__(self, meter: "Meter") -> None:
        def make_histogram(name: str, unit: str, bounds: tuple[float, ...]) -> "Histogram":
            return meter.create_histogram(name, unit, explicit_bucket_boundaries_advisory=bounds)

        self._duration = make_histogram(names.METRIC_DURATION, "s", names.SECONDS)
        self._first = make_histogram(names.METRIC_FIRST_CHUNK, "s", names.SECONDS)
        self._sizes = {
            kind: make_histogram(
                names.METRIC_OPERATION_TOKENS.format(kind), "{token}", names.TOKENS
            )
            for kind in ("input", "output")
        }
        newest = names.NEWEST in os.environ.get(names.OPT_IN, "").split(",")
        self._old = None if newest else make_histogram(names.METRIC_TOKENS, "{token}", names.TOKENS)
        self._tokens = {
            kind: meter.create_counter(names.METRIC_USAGE_TOKENS.format(kind), "{token}")
            for kind in ("input", "output", "cache_read.input", "cache_write.input")
        }
        self._cost = meter.create_counter(names.METRIC_COST, "USD")
        self._runs = meter.create_counter(names.METRIC_RUNS, "{run}")

    def measure_call(self, call: CallTrace, common: Attributes) -> None:
        labels = common | {names.REQUEST_MODEL: call.request_model}
        if call.response_model:
            labels[names.RESPONSE_MODEL] = call.response_model
        error: Attributes = {names.ERROR_TYPE: call.error} if call.error else {}
        self._duration.record(call.seconds, labels | error)
        if call.first_seconds is not None:
            self._first.record(call.first_seconds, labels)
        used = call.usage
        for kind, size in (("input", used.prompt), ("output", used.output)):
            self._sizes[kind].record(size, labels)
            if self._old is not None:
                self._old.record(size, labels | {names.TOKEN_TYPE: kind})
        text = labels | {names.TOKEN_MODALITY: "text"}
        amounts = (used.prompt, used.output, used.cache_read, used.cache_write)
        for counter, amount in zip(self._tokens.values(), amounts, strict=True):
            counter.add(amount, text)
        if call.usd is not None:
            self._cost.add(call.usd, labels)

    def count_run(self, trace: RunTrace) -> None:
        self._runs.add(1, {names.ACTION: trace.action, names.OUTCOME: trace.outcome})


def _describe_run(trace: RunTrace) -> Attributes:
    attributes: Attributes = {
        names.RUN: trace.run,
        names.ACTION: trace.action,
        names.OUTCOME: trace.outcome,
        names.ESCALATED: trace.escalated,
    }
    if trace.error:
        attributes[names.ERROR_TYPE] = trace.error
    if trace.usd is not None:
        attributes[names.COST] = trace.usd
    return attributes


def _describe_call(trace: RunTrace, call: CallTrace) -> Attributes:
    used = call.usage
    attributes: Attributes = {
        names.CONVERSATION: trace.run,
        names.RUN: trace.run,
        names.ACTION: trace.action,
        names.REQUEST_MODEL: call.request_model,
        names.REQUEST_STREAM: True,
        names.INPUT_TOKENS: used.prompt,
        names.OUTPUT_TOKENS: used.output,
        names.CACHE_READ_TOKENS: used.cache_read,
        names.CACHE_WRITE_TOKENS: used.cache_write,
    }
    known = {
        names.RESPONSE_MODEL: call.response_model,
        names.TIER: call.tier,
        names.ERROR_TYPE: call.error,
        names.FIRST_CHUNK: call.first_seconds,
        names.COST: call.usd,
        names.USAGE_COST: call.usd,
    }
    return attributes | {name: value for name, value in known.items() if value not in ("", None)}

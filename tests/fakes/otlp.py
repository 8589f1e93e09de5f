"""A real receiver of OTLP over HTTP on loopback: it decodes what arrives, answers, and keeps it."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

_KINDS: dict[str, tuple[Any, Any]] = {
    "/v1/traces": (ExportTraceServiceRequest, ExportTraceServiceResponse),
    "/v1/metrics": (ExportMetricsServiceRequest, ExportMetricsServiceResponse),
}


class Collector:
    """What has arrived: the spans, the data points of each metric, and every byte."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.bodies: list[bytes] = []
        self.spans: list[Any] = []
        self.metrics: dict[str, list[Any]] = {}
        self.resources: list[dict[str, Any]] = []

    def take(self, path: str, body: bytes) -> bytes:
        """Decode one request; the answer."""
        request_type, response_type = _KINDS[path]
        request = request_type.FromString(body)
        self.bodies.append(body)
        for part in getattr(request, "resource_spans", ()):
            self.resources.append(read_attributes(part.resource))
            self.spans += [span for scope in part.scope_spans for span in scope.spans]
        for part in getattr(request, "resource_metrics", ()):
            for scope in part.scope_metrics:
                for metric in scope.metrics:
                    points = getattr(metric, metric.WhichOneof("data")).data_points
                    self.metrics.setdefault(metric.name, []).extend(points)
        answer: bytes = response_type().SerializeToString()
        return answer

    def find_spans(self, prefix: str) -> list[Any]:
        """The spans whose names begin so, in their order in time."""
        spans = [span for span in self.spans if span.name.startswith(prefix)]
        return sorted(spans, key=lambda span: span.start_time_unix_nano)


def read_attributes(holder: Any) -> dict[str, Any]:
    """The attributes of a span, a data point or a resource."""
    return {
        pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in holder.attributes
    }


@contextmanager
def receive_otlp(stuck: Event | None = None) -> Iterator[Collector]:
    """A collector on a free port; with `stuck` it answers nobody until that is set."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            if stuck is not None:
                stuck.wait()
            answer = collector.take(self.path, body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = Collector(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        if stuck is not None:
            stuck.set()
        server.shutdown()
        server.server_close()
        thread.join()

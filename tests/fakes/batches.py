"""The Message Batches API of the fake: batches, their states, and their results in another order.

A batch ends after it was looked at `looks` times. `trouble` is what happens to each create in turn:

    "lost"      the batch is made, and the connection breaks before the answer
    "stalled"   the batch is made, and no answer ever comes
    "529"       an answer with this status, and no batch; "made 500": the same with one
    ""          all goes well, as it does when the list is used up

`fates` says what becomes of a request: its number within the batch → expired, errored or canceled.
Knows nothing of the product.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.fakes.answers import Answer, Json, error_body, message, status
from tests.fakes.api_rules import complaint

if TYPE_CHECKING:
    from tests.fakes.delivery import Call
    from tests.fakes.messages_api import MessagesApi

PATH = "/v1/messages/batches"
_CUSTOM_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST = 100_000


@dataclass
class Batch:
    """One batch; `results` by number, once it has ended."""

    id: str
    requests: list[Json]
    created: int
    looks: int = 0
    canceling: bool = False
    results: list[Json] = field(default_factory=list)


class BatchDesk:
    """The batches of one key."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []  # the oldest first
        self.looks = 1
        self.trouble: list[str] = []
        self.fates: Mapping[int, str] = {}
        self.hidden = False  # the list does not show any batch yet
        self.creates = 0
        self.on_create: Callable[[], object] = lambda: None

    def answer(self, api: "MessagesApi", call: "Call") -> Answer:
        """Answer a request below `/v1/messages/batches`."""
        rest = call.path.partition(PATH)[2].strip("/")
        if not rest:
            return self._create(call) if call.method == "POST" else self._list(api, call.query)
        name, _, what = rest.partition("/")
        batch = next((each for each in self.batches if each.id == name), None)
        if batch is None:
            return status(404, f"message batch {name} not found")
        if what == "cancel":
            batch.canceling = True
            return _json(self._show(batch))
        if what == "results":
            return self._read_results(batch)
        self._go_on(api, batch)
        return _json(self._show(batch))

    def _go_on(self, api: "MessagesApi", batch: Batch) -> None:
        """A look at a batch is its clock."""
        batch.looks += 1
        if not batch.results and (batch.canceling or batch.looks > self.looks):
            batch.results = [self._finish(api, batch, n) for n in range(len(batch.requests))]

    def _create(self, call: "Call") -> Answer:
        self.creates += 1
        requests = call.json.get("requests", [])
        ids = [each.get("custom_id", "") for each in requests]
        if not requests or len(requests) > _MOST:
            return status(400, "requests: between 1 and 100000 are allowed")
        if len(set(ids)) < len(ids) or not all(map(_CUSTOM_ID.fullmatch, ids)):
            return status(400, "custom_id: must be unique and match ^[a-zA-Z0-9_-]{1,64}$")
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble.isdigit():
            return status(int(trouble))
        number = len(self.batches) + 1
        batch = Batch(f"msgbatch_{number:04}", requests, number)
        self.batches.append(batch)
        self.on_create()
        answer = _json(self._show(batch))
        if trouble == "lost":
            return answer.dropped_before_headers()
        if trouble == "stalled":
            return answer.stalled_before_headers()
        return status(int(trouble.split()[1])) if trouble else answer

    def _list(self, api: "MessagesApi", query: Mapping[str, list[str]]) -> Answer:
        for batch in self.batches:
            self._go_on(api, batch)
        newest = [] if self.hidden else self.batches[::-1]
        after = query.get("after_id", [""])[0]
        names = [batch.id for batch in newest]
        start = names.index(after) + 1 if after in names else 0
        limit = int(query.get("limit", ["20"])[0])
        page = newest[start : start + limit]
        return _json(
            {
                "data": [self._show(batch) for batch in page],
                "has_more": start + limit < len(newest),
                "first_id": page[0].id if page else None,
                "last_id": page[-1].id if page else None,
            }
        )

    def _show(self, batch: Batch) -> Json:
        """The batch as the API describes it: counts stay at 0 until all of it has ended."""
        kinds = [result["result"]["type"] for result in batch.results]
        counts = {k: kinds.count(k) for k in ("succeeded", "errored", "canceled", "expired")}
        ended = bool(batch.results)
        state = "canceling" if batch.canceling else "in_progress"
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended" if ended else state,
            "request_counts": {"processing": 0 if ended else len(batch.requests), **counts},
            "created_at": datetime.now(UTC).isoformat(),
            "expires_at": "2026-11-22T12:00:00Z",
            "ended_at": "2026-11-21T12:30:00Z" if ended else None,
            "cancel_initiated_at": "2026-11-21T12:20:00Z" if batch.canceling else None,
            "archived_at": None,
            "results_url": f"https://api.example.com{PATH}/{batch.id}/results" if ended else None,
        }

    def _read_results(self, batch: Batch) -> Answer:
        if not batch.results:
            return status(400, "the batch has not ended")
        lines = (json.dumps(result) for result in reversed(batch.results))  # unordered
        body = "".join(f"{line}\n" for line in lines).encode()
        return Answer(headers={"content-type": "application/x-jsonl"}, body=body)

    def _finish(self, api: "MessagesApi", batch: Batch, number: int) -> Json:
        request = batch.requests[number]
        params = request["params"]
        fate = self.fates.get(number, "canceled" if batch.canceling else "")
        refused = complaint(params) or ("stream: not in a batch" if params.get("stream") else None)
        result: Json
        if fate in {"canceled", "expired"}:
            result = {"type": fate}
        elif fate == "errored" or refused:
            error = error_body("invalid_request_error", refused or "overloaded")
            result = {"type": "errored", "error": error}
        else:
            answer = api.answer_in_batch(params, number)
            whole = message(answer, params["model"], number)
            hour = answer.usage.get("cache_write", 0)
            whole["usage"]["cache_creation"] = {
                "ephemeral_5m_input_tokens": 0,
                "ephemeral_1h_input_tokens": hour,
            }
            whole["usage"]["service_tier"] = "batch"
            result = {"type": "succeeded", "message": whole}
        return {"custom_id": request["custom_id"], "result": result}


def _json(value: Json) -> Answer:
    return Answer(headers={"content-type": "application/json"}, body=json.dumps(value).encode())

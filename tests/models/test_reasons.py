"""Refusals in the words of many servers: the words are shown, and the cause is the one they name."""

from datetime import UTC, datetime

import pytest

from flux_lsp.core.errors import ErrorCode
from flux_lsp.models.anthropic.call_errors import Recipient
from flux_lsp.models.anthropic.reasons import find_words
from flux_lsp.models.anthropic.refusals import ErrorResponse, explain_refusal
from flux_lsp.models.anthropic.sdk_errors import explain_setup
from tests.fakes.messages_api import Answer, MessagesApi, status
from tests.models.given import asking

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ANTHROPIC = Recipient(
    "claude-sonnet-5-5", "models.sonnet", "Anthropic", "variable ANTHROPIC_API_KEY"
)
BEDROCK = Recipient(
    "anthropic.claude-x", "models.sonnet", "Amazon Bedrock", "bedrock's own credentials"
)


@pytest.mark.parametrize(
    ("code", "kind", "words", "expected", "hint"),
    [
        (403, "forbidden", "Request not allowed", ErrorCode.NETWORK, "VPN"),
        (403, "permission_error", "Not supported in your country", ErrorCode.NETWORK, "VPN"),
        (400, "invalid_request_error", "This organization has been disabled.", ErrorCode.AUTHENTICATION,
         "manages the account"),
        (403, "permission_error", "Your account has been suspended", ErrorCode.AUTHENTICATION,
         "manages the account"),
        (401, "authentication_error", "OAuth token has expired", ErrorCode.AUTHENTICATION, "Sign in"),
        (403, "permission_error", "no permission to use the model", ErrorCode.MODEL_UNAVAILABLE, "--check"),
        (404, "not_found_error", "model: claude-sonnet-5-5", ErrorCode.MODEL_UNAVAILABLE, "--check"),
        (404, "not_found_error", "Not Found", ErrorCode.NOT_CONFIGURED, "base_url"),
        (400, "invalid_request_error", "Your credit balance is too low", ErrorCode.OVER_BUDGET, "credit"),
        (400, "invalid_request_error", "messages.0: bad", ErrorCode.BAD_REQUEST, "another model"),
    ],
)  # fmt: skip
def test_each_cause_is_told_as_itself(
    code: int, kind: str, words: str, expected: ErrorCode, hint: str
) -> None:
    fault = explain_refusal(ErrorResponse(code, kind, None, words), ANTHROPIC, NOW)
    assert fault.problem.code is expected
    assert hint in fault.problem.hint
    assert fault.unavailable == (expected is ErrorCode.MODEL_UNAVAILABLE)


@pytest.mark.parametrize(
    ("words", "expected", "hint"),
    [
        (
            "Invocation of model ID x with on-demand throughput isn’t supported. Retry your request "
            "with the ID or ARN of an inference profile",
            ErrorCode.NOT_CONFIGURED,
            "us.anthropic.claude-x",
        ),
        (
            "The security token included in the request is expired",
            ErrorCode.AUTHENTICATION,
            "Sign in",
        ),
        (
            "The security token included in the request is invalid.",
            ErrorCode.AUTHENTICATION,
            "Sign in",
        ),
    ],
)
def test_the_words_of_a_cloud_say_what_to_do(words: str, expected: ErrorCode, hint: str) -> None:
    fault = explain_refusal(ErrorResponse(400, None, None, words), BEDROCK, NOW)
    assert fault.problem.code is expected
    assert hint in fault.problem.hint


def test_what_is_auto_is_not_to_be_set_to_auto() -> None:
    fault = explain_refusal(ErrorResponse(404, None, None, "model: x"), ANTHROPIC, NOW)
    assert "auto" not in fault.problem.hint


@pytest.mark.parametrize(
    "body",
    [
        {"error": "the words"},
        {"message": "the words"},
        {"detail": "the words"},
        {"detail": [{"loc": ["body"], "msg": "the words"}]},
        {"error": {"message": "the words", "code": 400}},
        {"errors": [{"title": "the words"}]},
        {"object": "error", "message": "the words", "type": "BadRequestError"},
    ],
)
async def test_the_words_of_any_server_are_shown(body: dict[str, object]) -> None:
    assert "the words" in find_words(body)
    async with MessagesApi(status(400, body=body), lenient=True) as api, asking(api) as it:
        assert "the words" in (await it.fault()).problem.message


@pytest.mark.parametrize("body", [{}, [], None, 5, {"error": {}}, {"detail": None}])
def test_a_body_without_words_says_nothing(body: object) -> None:
    assert find_words(body) == ""


@pytest.mark.parametrize(
    "answer",
    [
        status(404, body={"error": {"code": 404, "message": "File Not Found"}}),
        status(404, body={"error": {"type": "NotFoundError", "message": "Not Found"}}),
        status(404, body={"detail": "Not Found"}),
        status(200, body={"error": "Unexpected endpoint or method. (POST /v1/v1/messages)"}),
    ],
)
async def test_a_doubled_v1_is_named(answer: Answer) -> None:
    async with MessagesApi(answer, lenient=True) as api, asking(f"{api.url}/v1") as it:
        problem = (await it.fault()).problem
    assert problem.code is ErrorCode.NOT_CONFIGURED
    assert f"Set `base_url` to {api.url}:" in problem.hint


@pytest.mark.parametrize("path", ["missing.pem", "text.pem", "."])
async def test_a_certificate_file_that_is_none_is_named(
    path: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("certificates")
    (folder / "text.pem").write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / path))
    async with asking("https://models.invalid") as it:
        problem = (await it.fault()).problem
        await it.client.close()
    assert problem.code is ErrorCode.NOT_CONFIGURED
    assert "SSL_CERT_FILE" in problem.message


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY", "all_proxy"])
async def test_no_proxy_is_asked_for_this_machine(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme = "socks5" if "all" in name.lower() else "http"
    monkeypatch.setenv(name, f"{scheme}://127.0.0.1:9")
    async with MessagesApi(status(401)) as api, asking(api) as it:
        assert (await it.fault()).problem.code is ErrorCode.AUTHENTICATION


async def test_a_socks_proxy_is_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    async with asking("http://models.invalid") as it:
        problem = (await it.fault()).problem
    assert problem.code is ErrorCode.NETWORK  # nobody listens there, but it was tried


def test_a_mistake_of_our_own_is_no_setting_and_no_network() -> None:
    assert explain_setup("anthropic", TypeError("no JSON")).problem.code is ErrorCode.INTERNAL
    missing = explain_setup("anthropic", TypeError("Could not resolve authentication method"))
    assert missing.problem.code is ErrorCode.NOT_CONFIGURED

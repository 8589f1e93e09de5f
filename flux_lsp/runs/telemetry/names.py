"""The names of OpenTelemetry's conventions for generative AI, and those of Flux's own, in one place.

Never computes anything. All `gen_ai.*` names are still in development there, so this page pins them.
"""

# semantic-conventions-genai, as of November 2026
SCHEMA_VERSION = "2026-11"
SCOPE = "flux_lsp"

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
CONVERSATION = "gen_ai.conversation.id"
REQUEST_MODEL = "gen_ai.request.model"
REQUEST_STREAM = "gen_ai.request.stream"
RESPONSE_MODEL = "gen_ai.response.model"
FIRST_CHUNK = "gen_ai.response.time_to_first_chunk"
INPUT_TOKENS = "gen_ai.usage.input_tokens"  # those of the cache included
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
CACHE_READ_TOKENS = "gen_ai.usage.cache_read.input_tokens"
CACHE_WRITE_TOKENS = "gen_ai.usage.cache_write.input_tokens"
USAGE_COST = "gen_ai.usage.cost"  # what some back ends read; the conventions have no cost
TOKEN_TYPE = "gen_ai.token.type"  # noqa: S105 - no password
TOKEN_MODALITY = "gen_ai.token.modality"  # noqa: S105 - no password
ERROR_TYPE = "error.type"
SERVER_ADDRESS = "server.address"

RUN = "flux.run"
ACTION = "flux.action"
TIER = "flux.tier"
OUTCOME = "flux.outcome"
ESCALATED = "flux.escalated"
COST = "flux.cost.usd"

METRIC_DURATION = "gen_ai.client.operation.duration"
METRIC_FIRST_CHUNK = "gen_ai.client.operation.time_to_first_chunk"
METRIC_TOKENS = "gen_ai.client.token.usage"  # replaced by the next ones, and still read
METRIC_OPERATION_TOKENS = "gen_ai.client.inference.operation.{}_tokens"  # input, output
METRIC_USAGE_TOKENS = "gen_ai.client.inference.usage.{}_tokens"
METRIC_COST = "flux.cost"
METRIC_RUNS = "flux.runs"

SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304)

CHAT = "chat"
PROVIDERS = {
    "anthropic": "anthropic",
    "bedrock": "aws.bedrock",
    "vertex": "gcp.vertex_ai",
    "foundry": "azure.ai.inference",
}
# Who has this word in `OPT_IN` wants the newest names alone.
OPT_IN, NEWEST = "OTEL_SEMCONV_STABILITY_OPT_IN", "gen_ai_latest_experimental"

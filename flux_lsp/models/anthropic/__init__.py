"""The Messages API: the body of a call, its streamed answer, its failures, and the SDK between.

`client.py` is what others use. Only `sdk.py` imports the SDK and its HTTP library, at the first call.
"""

from flux_lsp.models.anthropic.client import AnthropicClient

__all__ = ["AnthropicClient"]

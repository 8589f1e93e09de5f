"""The Messages API: the body of a call, its streamed answer, its failures, and the SDK between.

`client.py` is the door, and with `sdk.py` the only code that knows the SDK. Importing this package
imports neither the SDK nor its HTTP library.
"""

from flux_lsp.models.anthropic.client import AnthropicClient

__all__ = ["AnthropicClient"]

"""The secret scanner's patterns as data, so that the server need not import the scanner to use them.

Never changes a pattern; what is left out, and why, stands here.
"""

import json
from typing import Any

# Found better by our own rules (keyword, private keys), no secrets (addresses), or too often wrong.
_LEFT_OUT = frozenset(
    {
        "KeywordDetector",
        "IPPublicDetector",
        "HexHighEntropyString",
        "Base64HighEntropyString",
        "PrivateKeyDetector",
        "TwilioKeyDetector",
    }
)


def collect_patterns() -> str:
    """JSON: the scanner's release, and its regular expressions with their flags, by detector."""
    from importlib.metadata import version

    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    plugins: dict[str, Any] = get_mapping_from_secret_type_to_class()
    rows = [
        {"detector": kind, "pattern": pattern.pattern, "flags": pattern.flags}
        for kind, plugin in sorted(plugins.items())
        if plugin.__name__ not in _LEFT_OUT
        for pattern in plugin.denylist
    ]
    source = f"detect-secrets {version('detect-secrets')} (Apache-2.0)"
    return json.dumps({"source": source, "patterns": rows}, indent=1) + "\n"

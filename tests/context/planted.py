"""Secrets drawn by chance in documented formats, and lines to plant them in; nothing stands here whole."""

import base64
import random
import string
from collections.abc import Callable, Iterator

LETTERS = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
URL = LETTERS + "_-"

# format → prefix, alphabet, length
_SIMPLE: dict[str, tuple[str, str, int]] = {
    "anthropic": ("sk-ant-" + "api03-", URL, 93), "openai": ("sk-", LETTERS, 48),
    "openai project": ("sk-proj-", LETTERS, 74), "openrouter": ("sk-or-v1-", HEX, 64),
    "groq": ("gsk_", LETTERS, 52), "xai": ("xai-", LETTERS, 80),
    "perplexity": ("pplx-", LETTERS, 48), "replicate": ("r8_", LETTERS, 37),
    "hugging face": ("hf_", LETTERS, 34), "nvidia": ("nvapi-", URL, 64),
    "pinecone": ("pcsk_", LETTERS, 60), "langsmith": ("lsv2_pt_", HEX, 43),
    "cerebras": ("csk-", LETTERS, 48), "github": ("gh" + "p_", LETTERS, 36),
    "github app": ("gh" + "s_", LETTERS, 36),
    "github fine-grained": ("github_" + "pat_", LETTERS, 82), "gitlab": ("glpat-", URL, 20),
    "gitlab runner": ("glrt-", URL, 20), "bitbucket": ("ATBB", LETTERS, 36),
    "docker": ("dckr_pat_", LETTERS, 27), "atlassian": ("ATATT3x" + "FfGF0", URL, 180),
    "npm": ("npm_", LETTERS, 36), "pypi": ("pypi-AgEIcHlwaS5vcmc", URL, 90),
    "rubygems": ("rubygems_", HEX, 48), "crates.io": ("cio", LETTERS, 32),
    "nuget": ("oy2", LOWER, 43), "clojars": ("CLOJARS_", LOWER, 60),
    "aws": ("AKI" + "A", string.ascii_uppercase + "234567", 16), "google": ("AIza", URL, 35),
    "google oauth": ("GOCSPX-", URL, 28), "google access": ("ya29.", URL, 80),
    "digital ocean": ("dop_v1_", HEX, 64), "supabase": ("sbp_", HEX, 40),
    "planetscale": ("pscale_tkn_", LETTERS, 43), "netlify": ("nfp_", LETTERS, 36),
    "vercel": ("vcp_", LETTERS, 56), "render": ("rnd_", LETTERS, 32),
    "neon": ("napi_", LETTERS, 64), "fly": ("fm2_", LETTERS, 120),
    "alibaba": ("LTAI5t", LETTERS, 18), "tencent": ("AKID", LETTERS, 32),
    "figma": ("figd_", URL, 40), "notion": ("ntn_", LETTERS, 46),
    "doppler": ("dp.pt.", LETTERS, 43), "pulumi": ("pul-", HEX, 40), "vault": ("hvs.", URL, 95),
    "databricks": ("dapi", HEX, 32), "new relic": ("NRAK-", UPPER, 27), "sonar": ("squ_", HEX, 40),
    "grafana": ("glc_", LETTERS, 60), "honeycomb": ("hcaik_", LETTERS, 58),
    "posthog": ("phx_", LETTERS, 44), "linear": ("lin_api_", LETTERS, 40),
    "postman": ("PMAK-", HEX, 24), "dropbox": ("sl.", URL, 130), "facebook": ("EAA", LETTERS, 170),
    "stripe": ("sk_" + "live_", LETTERS, 24), "stripe hook": ("whsec_", LETTERS, 32),
    "shopify": ("shpat_", HEX, 32), "razorpay": ("rzp_live_", LETTERS, 14),
    "duffel": ("duffel_live_", LETTERS, 43), "shippo": ("shippo_live_", HEX, 40),
    "easypost": ("EZAK", LETTERS, 54), "resend": ("re_", LETTERS, 8),
    "brevo": ("xsmtpsib-", HEX, 64), "mailgun": ("key-", HEX, 32), "twilio": ("S" + "K", HEX, 32),
    "slack": ("xoxb-", "0123456789", 12), "readme": ("rdme_", LOWER, 70),
    "prefect": ("pnu_", LETTERS, 36), "infracost": ("ico-", LETTERS, 32),
    "tailscale": ("tskey-auth-", LETTERS, 40), "buildkite": ("bkua_", HEX, 40),
    "contentful": ("CFPAT-", URL, 43), "unnamed service": ("acme_live_", LETTERS, 40),
}  # fmt: skip
_TAILS: dict[str, tuple[str, str, int]] = {
    "postman": ("-", HEX, 34), "resend": ("_", LETTERS, 24), "slack": ("-", LETTERS, 24),
}  # fmt: skip
FORMATS = (*_SIMPLE, "airtable", "terraform", "sendgrid", "jwt", "azure", "rsa key", "ssh key")

# Where a token stands that its form alone gives away.
CONTEXTS = (
    'value = "{}"', "    x: {}", '  "x": "{}",', "X={}", "# see {} for it", "<x>{}</x>", "f('{}', 1)",
    "curl -H 'X: {}' https://x.org", "ENV X {}", "| x | {} |", "Take `{}` for it.", "[12:00:01] got {} back",
    "-  x = '{}'", "x := `{}`", "const x = \"{}\";", "https://x.org/?x={}",
)  # fmt: skip
# Where nothing but the name tells that a value is secret.
TELLING = (
    'password = "{}"', "DB_PASSWORD={}", "  password: {}", '  "api_key": "{}",', "# password: {}",
    "ENV DB_PASSWORD {}", "machine x.org\n  login me\n  password {}", "  - name: API_TOKEN\n    value: {}",
    '<add key="dbPassword" value="{}"/>', "CREATE USER x WITH PASSWORD '{}';", "Log in with password `{}`.",
    "postgres://me:{}@db/x", "| password | {} |", "docker run -e DB_PASSWORD={} x", "**Password:** {}",
    'connect(user="x", password="{}")', "the password is {}", "<db.password>{}</db.password>",
)  # fmt: skip


def token(kind: str, chance: random.Random) -> str:
    """A secret of the format."""
    draw = _drawing(chance)
    if kind in _SIMPLE:
        parts = [_SIMPLE[kind], *([_TAILS[kind]] if kind in _TAILS else [])]
        return "".join(prefix + draw(alphabet, size) for prefix, alphabet, size in parts)
    if kind == "airtable":
        return f"pat{draw(LETTERS, 14)}.{draw(HEX, 64)}"
    if kind == "terraform":
        return f"{draw(LETTERS, 14)}.atlasv1.{draw(LETTERS, 67)}"
    if kind == "sendgrid":
        return f"SG.{draw(URL, 22)}.{draw(URL, 43)}"
    if kind == "jwt":
        return f"eyJ{draw(LETTERS, 30)}.eyJ{draw(LETTERS, 60)}.{draw(URL, 43)}"
    if kind == "azure":
        return f"{draw(LETTERS, 3)}8Q~{draw(LETTERS, 34)}"
    name = "RSA PRIVATE KEY" if kind == "rsa key" else "OPENSSH PRIVATE KEY"
    body = base64.b64encode(chance.randbytes(48 * 9)).decode()
    lines = "\n".join(body[n : n + 64] for n in range(0, len(body), 64))
    return f"-----BEGIN {name}-----\n{lines}\n-----END {name}-----"


def opaque(chance: random.Random) -> str:
    """A password that nothing but its name gives away."""
    draw = _drawing(chance)
    return "".join(
        draw(letters, n) for letters, n in ((string.ascii_letters, 2), ("23456789", 1)) * 4
    )


def planted(count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """`count` times: what it is, the secret, and the line that holds it; every format and context."""
    chance = random.Random(seed)
    for number in range(count):
        if number % 4 == 3:
            line = TELLING[number // 4 % len(TELLING)]
            secret = opaque(chance)
            yield f"opaque in {line}", secret, line.replace("{}", secret)
            continue
        kind = FORMATS[number % len(FORMATS)]
        secret = token(kind, chance)
        line = (
            '"""\n{}\n"""' if "\n" in secret else CONTEXTS[number // len(FORMATS) % len(CONTEXTS)]
        )
        yield f"{kind} in {line}", secret, line.replace("{}", secret)


def _drawing(chance: random.Random) -> Callable[[str, int], str]:
    """Draws with a digit among them at least, as any real one of some length has it."""

    def draw(alphabet: str, size: int) -> str:
        letters = [chance.choice(alphabet) for _ in range(size)]
        digits = [c for c in alphabet if c.isdigit()]
        if digits and size > 4:
            letters[1], letters[-2] = chance.choice(digits), chance.choice(digits)
        while letters[-1] in "_-" or letters[0] in "_-":
            letters[0], letters[-1] = chance.choice(alphabet), chance.choice(alphabet)
        return "".join(letters)

    return draw

"""Data, queries and settings: rows of the table.

Never holds logic. What each field means is told in `values.py`.
"""

from flux_lsp.syntax.languages.patterns import LONG_STRING, SHORT_STRING
from flux_lsp.syntax.languages.shared import HASH, NO_DOCS, NO_HEADS, PLAIN_DOCS, STARS
from flux_lsp.syntax.languages.values import Comments, Docs, Heads, Language, ProjectFacts

# The scanner of tree-sitter-yaml 0.7 writes beyond its buffer, and crashes, at 254 levels.
_DEEP_YAML = r"^[ \t?:-]{200}"

ROWS = (
    Language("json", "JSON", ".json .jsonc .webmanifest .code-workspace =.prettierrc =.eslintrc",
        Comments(("//",), (STARS,), written=False), other_ids="jsonc", wheel="json",
        key_nodes=frozenset({"pair"}), heads=Heads((r'"([^"]*)"\s*:\s*[\[{]\s*$',)), docs=NO_DOCS,
        line_rule="free"),
    Language("yaml", "YAML", ".yaml .yml =.clang-format =.clang-tidy", HASH,
        other_ids="yml dockercompose yaml.ansible yaml.docker-compose helm", wheel="yaml",
        crashes=_DEEP_YAML, key_nodes=frozenset({"block_mapping_pair", "flow_pair"}),
        heads=Heads((r"(?:-\s+)?([\w./$\"'<{* }>-]+)\s*:\s*(?:[|>][+-]?\d*|[&!]\S+)?\s*(?:#.*)?$",)),
        continues=False, docs=PLAIN_DOCS, line_rule="indented"),
    Language("toml", "TOML", ".toml =pipfile =cargo.lock =poetry.lock =uv.lock", HASH, wheel="toml",
        key_nodes=frozenset({"pair", "table"}), heads=Heads((), flat=(r"\[\[?\s*([^\]]+?)\s*\]",)),
        docs=PLAIN_DOCS),
    Language("hcl", "HCL", ".hcl .tf .tfvars .nomad", Comments(("#", "//"), (STARS,)),
        other_ids="terraform terraform-vars opentofu tf", wheel="hcl",
        heads=Heads((r"(\w+(?:\s+(?:\"[^\"]*\"|\w+))*)\s*\{",)), line_names=True, docs=PLAIN_DOCS,
        project=ProjectFacts("hcl", "folder", any_case=True)),
    Language("sql", "SQL", ".sql .ddl .dml", Comments(("--", "#"), (STARS,)),
        other_ids="mysql pgsql postgres plsql sqlite", wheel="sql",
        heads=Heads((),
            flat=(
                r"((?i:create|insert|select|update|delete|drop|alter|with|grant|revoke|merge|truncate|replace"
            r"|declare|pragma|comment\s+on)\b[^{;]*?)[\s(:,]*(?:;.*|\{.*)?$",)), nests=False,
        line_names=True, docs=PLAIN_DOCS, line_rule="free",
        project=ProjectFacts("sql", "all", any_case=True)),
    Language("graphql", "GraphQL", ".graphql .gql", HASH,
        heads=Heads((
            r"(?:extend\s+)?(?:type|input|enum|interface|union|scalar|query|mutation|subscription"
            r"|fragment|directive)\s+@?(\w+)",)),
        docs=Docs(plain=True, strings=rf"^[ \t]*(?P<doc>{LONG_STRING}|{SHORT_STRING})[ \t]*$"),
        brackets=True),
    Language("ini", "INI", ".ini .cfg .conf .editorconfig .properties =.editorconfig =.gitconfig",
        Comments((";", "#", "!")), other_ids="properties dosini cfg",
        heads=Heads((), flat=(r"\[([^\]]+)\]",)), docs=PLAIN_DOCS),
    Language("dotenv", "Environment file", ".env =.env", HASH, heads=NO_HEADS, docs=PLAIN_DOCS),
    Language("ignore", "Ignore file", "=.gitignore =.dockerignore =.npmignore =.fluxignore", HASH,
        other_ids="gitignore", heads=NO_HEADS),
    Language("pip-requirements", "Requirements", "=requirements.txt =constraints.txt", HASH,
        other_ids="requirements", heads=NO_HEADS),
)  # fmt: skip

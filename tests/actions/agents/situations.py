"""Places in an editor, and the built-in agent that has to be among the three that the menu names there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A place as the menu sees it: `nearby` is what is selected, or the lines around the cursor."""

    agent: str
    language: str
    path: str
    symbol: str | None = None
    problem: str = ""
    nearby: str = ""


PLACES = (
    # -- a language, and nothing that says more
    Place("python-pro", "python", "src/shop/totals.py", "total"),
    Place("python-pro", "python", "tests/test_totals.py", "test_total"),
    Place("typescript-pro", "typescript", "src/totals.ts", "total"),
    Place("javascript-pro", "javascript", "lib/totals.js", "total"),
    Place("golang-pro", "go", "internal/totals/totals.go", "Total"),
    Place("rust-pro", "rust", "src/totals.rs", "total"),
    Place("code-reviewer", "c", "src/totals.c", "total"),
    Place("code-reviewer", "java", "src/main/java/shop/Totals.java", "total"),
    Place("refactoring-expert", "kotlin", "src/Totals.kt", "total"),
    Place("test-automator", "swift", "Sources/Totals.swift", "total"),
    # -- a framework, by its places and words
    Place("react-specialist", "typescriptreact", "src/components/Cart.tsx", "Cart"),
    Place("react-specialist", "typescript", "src/hooks/useCart.ts", "useCart"),
    Place("frontend-architect", "typescript", "src/store/cart.ts", "cartStore"),
    Place("fastapi-pro", "python", "app/routers/orders.py", "create_order"),
    Place("django-pro", "python", "shop/models.py", "Order"),
    Place("django-pro", "html", "shop/templates/cart.html"),
    Place("electron-pro", "typescript", "src/preload/bridge.ts", "exposeApi"),
    Place(
        "electron-pro", "typescript", "src/main/window.ts", "create", "", "new BrowserWindow({})"
    ),
    Place("websocket-engineer", "typescript", "src/realtime/socket.ts", "connect"),
    Place(
        "websocket-engineer", "python", "app/consumers.py", "", "", "class Chat(WebsocketConsumer)"
    ),
    Place("graphql-specialist", "graphql", "schema.graphql", "Order"),
    Place("graphql-specialist", "typescript", "src/resolvers/order.ts", "orderResolver"),
    Place("cli-developer", "python", "src/shop/cli/report.py", "report_command"),
    Place("cli-developer", "go", "cmd/shop/root.go", "rootCmd", "", "cobra.Command{Use: }"),
    Place("tooling-engineer", "python", "tools/generate_api.py", "generate"),
    # -- problems that a checker reports
    Place("debugger", "c", "src/list.c", "pop", "null pointer dereference"),
    Place("debugger", "python", "src/list.py", "pop", "Cannot access attribute of None"),
    Place("security-auditor", "java", "src/Login.java", "login", "hardcoded password"),
    Place("security-auditor", "python", "src/session.py", "check", "B303 insecure hash function"),
    Place("refactoring-expert", "java", "src/Big.java", "run", "too many nested branches"),
    Place("error-coordinator", "java", "src/Job.java", "run", "exception is never handled"),
    Place("devops-troubleshooter", "dockerfile", "Dockerfile", None, "port is already in use"),
    Place("reference-builder", "rust", "src/lib.rs", "total", "missing documentation comment"),
    # -- words in names and in what is selected
    Place("security-auditor", "rust", "src/auth/token.rs", "verify_token"),
    Place("penetration-tester", "java", "src/api/UploadEndpoint.java", "upload"),
    Place("privacy-engineer", "java", "src/user/Profile.java", "exportPersonalData"),
    Place("compliance-auditor", "java", "src/audit/Retention.java", "purgeRecords"),
    Place("performance-engineer", "java", "src/cache/QueryCache.java", "batchQuery"),
    Place("business-analyst", "java", "src/billing/Pricing.java", "discount"),
    Place("legacy-modernizer", "java", "src/legacy/OldOrders.java", "deprecatedTotal"),
    Place("prompt-engineer", "python", "src/llm/prompts.py", "system_prompt"),
    Place(
        "ml-architect", "python", "training/train_model.py", "train", "", "torch embedding epoch"
    ),
    Place("data-engineer", "python", "etl/load_orders.py", "transform", "", "spark dataframe"),
    Place("data-validator", "typescript", "src/validation/order.ts", "orderSchema"),
    Place("quality-engineer", "java", "src/test/java/TotalsTest.java", "coversRegression"),
    Place("integration-tester", "go", "internal/repository/client.go", "HTTPClient"),
    Place("backend-architect", "java", "src/api/OrderController.java", "route"),
    Place("architect-reviewer", "java", "src/layers/Dependency.java", "importModule"),
    # -- files that are no code
    Place("sql-pro", "sql", "queries/report.sql"),
    Place("database-optimizer", "sql", "db/slow_query_index.sql"),
    Place("data-architect", "prisma", "prisma/schema.prisma", "Order"),
    Place("terraform-specialist", "hcl", "modules/network/main.tf"),
    Place("cloud-architect", "hcl", "infra/aws/vpc.tf"),
    Place("kubernetes-architect", "yaml", "k8s/deployment.yaml"),
    Place("helm-specialist", "yaml", "charts/shop/values.yaml"),
    Place("ansible-specialist", "yaml", "ansible/roles/web/tasks/main.yml"),
    Place("deployment-engineer", "yaml", ".github/workflows/release.yml"),
    Place("workflow-orchestrator", "yaml", "workflows/saga_steps.yaml"),
    Place("build-engineer", "makefile", "Makefile"),
    Place("quality-automator", "yaml", ".pre-commit-config.yaml"),
    Place("api-documenter", "yaml", "docs/openapi.yaml"),
    Place("dx-optimizer", "markdown", "CONTRIBUTING.md", "Setup"),
    Place("docs-architect", "markdown", "docs/guide.md"),
    Place("technical-writer", "markdown", "README.md"),
    Place("requirements-analyst", "markdown", "specs/requirements.md"),
    Place("product-manager", "markdown", "product/roadmap.md"),
    Place("mermaid-expert", "markdown", "docs/sequence.md", None, "", "```mermaid\ngraph LR"),
    Place("legal-advisor", "plaintext", "LICENSE"),
    Place("incident-responder", "markdown", "runbooks/outage.md"),
    Place("git-workflow-manager", "ignore", ".gitignore"),
    Place("multi-agent-coordinator", "markdown", ".claude/agents/reviewer.md"),
)

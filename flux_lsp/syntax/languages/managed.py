"""Languages of the JVM and of .NET: rows of the table.

Never holds logic. What each field means is told in `values.py`.
"""

from flux_lsp.syntax.languages.habits import (
    DOTNET_FRAMEWORKS,
    JVM_HOMES,
    JVM_TESTS,
    TestHabit,
)
from flux_lsp.syntax.languages.patterns import (
    CONTROL,
    JVM_HEADS,
    START,
    SUBROUTINE_HEADS,
    match_keyword,
)
from flux_lsp.syntax.languages.shared import C_MARGIN, PLAIN_DOCS, PREPROCESSOR, SLASH
from flux_lsp.syntax.languages.values import Comments, Heads, Language, ProjectFacts

ROWS = (
    Language("java", "Java", ".java", SLASH, wheel="java", statements=True, heads=Heads(JVM_HEADS),
        decorated=True, line_rule="free", tests=JVM_TESTS,
        project=ProjectFacts("jvm", "package")),
    Language("kotlin", "Kotlin", ".kt .kts", SLASH, wheel="kotlin", statements=True,
        heads=Heads((r"((?:\w+\s+)*companion\s+object)\s*(?:\{.*)?$",
            match_keyword("class|interface|object|typealias", r"\w*"),
            rf"{START}fun\s+(?:<[^=(]*>\s*)?(?:[\w.<>?, *]+\.)?(`[^`]+`|\w+)\s*\(",
            rf"{START}(constructor)\s*\(", r"(init)\s*\{"),
            top=(rf"{START}(?:val|var)\s+(?:[\w.<>?]+\.)?(\w+)",),
            fields=(rf"{START}(?:val|var)\s+(\w+)[^=]*=",)), decorated=True, tests=JVM_TESTS,
        project=ProjectFacts("jvm", "package", spread=True)),
    Language("scala", "Scala", ".scala .sbt .sc", SLASH, wheel="scala", statements=True,
        heads=Heads((match_keyword("class|object|trait|enum|given", r"\w+"),
            rf"{START}def\s+(`[^`]+`|[^\s(\[:=]+)", rf"{START}type\s+(\w+)"),
            fields=(rf"{START}(?:lazy\s+)?(?:val|var)\s+(\w+)[^=]*=",)), decorated=True,
        tests=TestHabit((".scala", ".sc"), ("{}Spec", "{}Test", "{}Tests", "{}Suite"),
            homes=("build.sbt", "build.sc", "build.mill", "pom.xml", "build.gradle",
            "build.gradle.kts"), framework="ScalaTest", frameworks=(("munit", "MUnit"), ("utest",
            "uTest"), ("specs2", "specs2"), ("zio.test", "ZIO Test"), ("zio-test", "ZIO Test"),
            ("scalatest", "ScalaTest"), ("junit", "JUnit")), test_endings=(".scala",)),
        project=ProjectFacts("jvm", "package")),
    Language("groovy", "Groovy", ".groovy .gradle", SLASH, decorated=True, brackets=True,
        tests=TestHabit((".groovy",), ("{}Spec", "{}Test", "{}Tests"), homes=JVM_HOMES,
            layout="beside", framework="Spock")),
    Language("csharp", "C#", ".cs .csx", SLASH, other_ids="cs c_sharp c-sharp", wheel="c_sharp",
        statements=True,
        heads=Heads((*JVM_HEADS, rf"{START}delegate\s+[\w<>\[\],.? ]+\s(\w+)",
            rf"{CONTROL}{START}{CONTROL}[\w<>\[\],.?]+\s+(\w+)\s*(?:\{{|=>)")), margin=C_MARGIN,
        line_rule="free", block_words=PREPROCESSOR,
        tests=TestHabit((".cs",), ("{}Tests", "{}Test", "{}Specs", "{}_Tests", "{}Should"),
            homes=("*.sln", "*.slnx", ".git"), framework="xUnit", frameworks=DOTNET_FRAMEWORKS,
            project_files=("*.csproj",)),
        project=ProjectFacts("csharp", "package", spread=True)),
    Language("vb", "Visual Basic", ".vb .bas .vbs", Comments(("'", "REM")), other_ids="vbnet",
        heads=Heads(SUBROUTINE_HEADS), docs=PLAIN_DOCS,
        tests=TestHabit((".vb",), ("{}Tests", "{}Test"), homes=("*.sln", ".git"),
            framework="MSTest", frameworks=DOTNET_FRAMEWORKS, project_files=("*.vbproj",))),
)  # fmt: skip

"""Where tests belong in projects of many kinds: as its other tests lie, else where a runner looks."""

from pathlib import Path

import pytest

from tests.context.test_test_place import fact, place, project

# Files of the project, source, expected place.
KEPT = [
    # Python
    (["src/pkg/a.py", "src/pkg/b.py", "tests/pkg/test_b.py"], "src/pkg/a.py", "tests/pkg/test_a.py"),
    (["pkg/a/b.py", "tests/unit/a/test_b.py", "pkg/c/d.py"], "pkg/c/d.py", "tests/unit/c/test_d.py"),
    (["pkg/a.py", "pkg/b.py", "pkg/b_test.py"], "pkg/a.py", "pkg/a_test.py"),
    (["a/models.py", "a/tests/test_models.py", "a/views.py"], "a/views.py", "a/tests/test_views.py"),
    (["a/x.py", "a/tests/test_x.py", "b/y.py"], "b/y.py", "b/tests/test_y.py"),
    (["tests/integration/test_x.py", "tests/unit/test_x.py"], "pkg/x.py", "tests/unit/test_x.py"),
    (["shop/users/models.py", "shop/users/tests.py"], "shop/orders/models.py",
     "shop/orders/tests.py"),
    (["shop/orders/tests/__init__.py", "shop/users/models.py", "shop/users/tests.py"],
     "shop/orders/models.py", "shop/orders/tests/test_models.py"),
    (["pkg/x.py", "test/x_test.py", "pkg/y.py"], "pkg/y.py", "test/y_test.py"),
    # JavaScript and TypeScript
    (["package.json", "src/a/x.ts", "src/a/__tests__/x.test.ts", "src/b/y.ts"], "src/b/y.ts",
     "src/b/__tests__/y.test.ts"),
    (["package.json", "src/a/x.ts", "src/a/x.spec.ts", "src/b/y.ts"], "src/b/y.ts", "src/b/y.spec.ts"),
    (["package.json", "src/a/x.ts", "test/a/x.test.ts", "src/b/c/y.ts"], "src/b/c/y.ts",
     "test/b/c/y.test.ts"),
    (["package.json", "src/a/x.ts", "__tests__/unit/a/x.test.ts", "src/b/y.ts"], "src/b/y.ts",
     "__tests__/unit/b/y.test.ts"),
    (["package.json", "packages/a/package.json", "packages/b/package.json", "packages/a/src/x.ts",
      "packages/a/src/__tests__/x.test.ts"], "packages/b/src/y.ts",
     "packages/b/src/__tests__/y.test.ts"),
    (["package.json", "packages/core/package.json", "packages/core/test/o.test.ts"],
     "packages/core/src/tax/eu/rate.ts", "packages/core/test/tax/eu/rate.test.ts"),
    (["package.json", "lib/a.js", "test/a.js", "test/b.js", "test/c.js"], "lib/d.js", "test/d.js"),
    (["package.json", "src/Button.tsx", "src/Button.test.tsx"], "src/Card.tsx", "src/Card.test.tsx"),
    (["package.json", "src/a/index.ts", "src/b/index.ts", "test/index.test.ts"], "src/b/index.ts",
     "test/b/index.test.ts"),
    (["deno.json"], "src/a.ts", "src/a_test.ts"),
    (["deno.json", "tests/other_test.ts"], "src/tax/till.ts", "tests/tax/till_test.ts"),
    (["package.json", "packages/a/package.json", "packages/a/src/__tests__/o.test.ts"],
     "packages/a/src/tax/rate.ts", "packages/a/src/__tests__/tax/rate.test.ts"),
    (["deno.jsonc", "lib/b.ts", "lib/b.test.ts"], "lib/a.ts", "lib/a.test.ts"),
    # Java, Kotlin, Scala
    (["pom.xml"], "src/main/java/a/Foo.java", "src/test/java/a/FooTest.java"),
    (["a/build.gradle.kts", "a/src/main/kotlin/x/B.kt", "a/src/test/kotlin/x/BSpec.kt"],
     "a/src/main/kotlin/x/C.kt", "a/src/test/kotlin/x/CSpec.kt"),
    (["build.gradle.kts"], "src/commonMain/kotlin/a/T.kt", "src/commonTest/kotlin/a/TTest.kt"),
    (["build.gradle.kts"], "src/jvmMain/kotlin/a/T.kt", "src/jvmTest/kotlin/a/TTest.kt"),
    (["build.gradle.kts", "src/commonTest/kotlin/a/B.kt"], "src/iosMain/kotlin/a/T.kt",
     "src/iosTest/kotlin/a/TTest.kt"),
    (["build.gradle.kts", "src/androidUnitTest/kotlin/x"], "src/androidMain/kotlin/a/T.kt",
     "src/androidUnitTest/kotlin/a/TTest.kt"),
    (["build.gradle.kts", "src/commonTest/kotlin/x"], "src/posix/kotlin/a/T.kt",
     "src/commonTest/kotlin/a/TTest.kt"),
    (["app/build.gradle", "app/src/androidTest/java/x"], "app/src/main/java/a/T.java",
     "app/src/test/java/a/TTest.java"),
    (["build.sbt"], "src/main/scala/a/T.scala", "src/test/scala/a/TSpec.scala"),
    (["build.sbt", "core/src/main/scala/a/B.scala", "core/src/test/scala/a/BSuite.scala"],
     "core/src/main/scala/a/T.scala", "core/src/test/scala/a/TSuite.scala"),
    (["build.sc"], "core/src/a/T.scala", "core/test/src/a/TSpec.scala"),
    # Swift
    (["Package.swift", "Tests/TillTests/OtherTests.swift"], "Sources/Till/Till.swift",
     "Tests/TillTests/TillTests.swift"),
    (["Package.swift", "Sources/Till/A.swift", "Tests/TillTests/ATests.swift"],
     "Sources/Cart/Cart.swift", "Tests/CartTests/CartTests.swift"),
    (["Package.swift"], "Sources/Till/Till.swift", "Tests/TillTests/TillTests.swift"),
    (["Package.swift", "Source/A.swift", "Tests/ATests.swift"], "Source/B.swift",
     "Tests/BTests.swift"),
    # C#
    (["Shop.sln", "src/Shop/Shop.csproj", "tests/Shop.Tests/Shop.Tests.csproj"],
     "src/Shop/Tax/Rate.cs", "tests/Shop.Tests/Tax/RateTests.cs"),
    (["Shop.sln", "Shop/Shop.csproj", "Shop.UnitTests/Shop.UnitTests.csproj"], "Shop/Rate.cs",
     "Shop.UnitTests/RateTests.cs"),
    (["Shop.sln", "src/Shop.Core/Shop.Core.csproj", "tests/Tests/Tests.csproj",
      "tests/Tests/OtherTest.cs"], "src/Shop.Core/Rate.cs", "tests/Tests/RateTest.cs"),
    (["src/Shop/Shop.csproj", "src/Shop.Web/Shop.Web.csproj", "test/Shop.Tests/Shop.Tests.csproj",
      "test/Shop.Web.Tests/Shop.Web.Tests.csproj"], "src/Shop.Web/A/Till.cs",
     "test/Shop.Web.Tests/A/TillTests.cs"),
    (["Shop.csproj"], "Till.cs", "Shop.Tests/TillTests.cs"),
    (["Shop.sln", "src/Shop/Shop.csproj"], "src/Shop/Rate.cs", "tests/Shop.Tests/RateTests.cs"),
    # C and C++
    (["CMakeLists.txt", "test/other-test.cc"], "src/format.cc", "test/format-test.cc"),
    (["CMakeLists.txt", "src/a.cpp", "src/a_test.cpp"], "src/b.cpp", "src/b_test.cpp"),
    (["CMakeLists.txt", "tests/test_a.cpp"], "include/lib/b.hpp", "tests/test_b.cpp"),
    (["CMakeLists.txt", "include/x/a.h", "src/a.cc", "test/a_test.cc"], "include/x/a.h",
     "test/a_test.cc"),
    (["CMakeLists.txt"], "src/a.cpp", "tests/a_test.cpp"),
    (["Makefile", "tests/test_a.c"], "src/b.c", "tests/test_b.c"),
    # Lua, shell, Ruby, PHP, Elixir, Dart, Haskell, Julia
    ([".busted", "spec/other_spec.lua"], "lua/till.lua", "spec/till_spec.lua"),
    ([".busted"], "src/a/b.lua", "spec/a/b_spec.lua"),
    (["tests/test-a.lua", "lua/pl/a.lua"], "lua/pl/b.lua", "tests/test-b.lua"),
    (["test/other.bats"], "lib/till.sh", "test/till.bats"),
    (["tests/unit/other.bats"], "scripts/till.sh", "tests/unit/till.bats"),
    (["tests/x.bats", "bin/x.sh"], "bin/y.sh", "tests/y.bats"),
    (["Gemfile", "spec/models/a_spec.rb", "app/models/a.rb"], "app/models/b.rb",
     "spec/models/b_spec.rb"),
    (["Gemfile", "lib/x/a.rb", "test/test_a.rb"], "lib/x/b.rb", "test/test_b.rb"),
    (["Gemfile", "lib/g/a.rb", "spec/g/a_spec.rb"], "lib/g/c/b.rb", "spec/g/c/b_spec.rb"),
    (["composer.json", "src/A/B.php", "tests/A/BTest.php"], "src/C/D.php", "tests/C/DTest.php"),
    (["composer.json", "tests/Unit/x"], "app/Models/User.php",
     "tests/Unit/Models/UserTest.php"),
    (["composer.json", "app/Models/A.php", "tests/Unit/Models/ATest.php"], "app/Models/User.php",
     "tests/Unit/Models/UserTest.php"),
    (["mix.exs"], "lib/a/b.ex", "test/a/b_test.exs"),
    (["apps/x/mix.exs", "mix.exs"], "apps/x/lib/x/b.ex", "apps/x/test/x/b_test.exs"),
    (["pubspec.yaml"], "lib/src/a.dart", "test/src/a_test.dart"),
    (["a.cabal"], "src/Data/A.hs", "test/Data/ASpec.hs"),
    # Go and Rust
    (["go.mod"], "pkg/a.go", "pkg/a_test.go"),
    (["Cargo.toml", "src/a/tests.rs"], "src/a.rs", "src/a.rs"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "source", "expected"), KEPT, ids=lambda value: str(value)[:50])
def test_tests_lie_where_the_project_or_its_runner_has_them(
    tmp_path: Path, files: list[str], source: str, expected: str
) -> None:
    assert place(project(tmp_path, source, *files), source).path == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pub fn f() {}\n\n#[cfg(test)]\nmod tests;\n", "src/a/tests.rs"),
        ('#[cfg(test)]\n#[path = "a_tests.rs"]\nmod tests;\n', "src/a_tests.rs"),
        ("pub fn f() {}\n\n#[cfg(test)]\nmod tests {\n}\n", "src/a.rs"),
        ("pub fn f() {}\n", "src/a.rs"),
    ],
)
def test_rust_tests_lie_in_the_module_that_the_source_declares(
    tmp_path: Path, text: str, expected: str
) -> None:
    project(tmp_path, "Cargo.toml", "src/a/tests.rs", "src/a_tests.rs")

    assert place(tmp_path, "src/a.rs", text).path == expected


USERS = "from shop.users.models import price\n\n\ndef test_price():\n    assert price\n"


@pytest.mark.parametrize(
    ("texts", "source", "expected"),
    [
        # a mirror of the other module, with and without packages
        ({"tests/users/test_models.py": USERS}, "shop/orders/models.py",
         "tests/orders/test_orders_models.py"),
        ({"tests/users/test_models.py": USERS, "tests/users/__init__.py": "",
          "tests/orders/__init__.py": ""}, "shop/orders/models.py", "tests/orders/test_models.py"),
        ({"tests/users/test_models.py": USERS}, "shop/users/models.py",
         "tests/users/test_models.py"),
        # a flat file that imports one of the two
        ({"tests/test_models.py": USERS}, "shop/users/models.py", "tests/test_models.py"),
        ({"tests/test_models.py": USERS}, "shop/orders/models.py",
         "tests/orders/test_orders_models.py"),
        # a flat file that says nothing
        ({"tests/test_models.py": "def test_x(): ...\n"}, "shop/orders/models.py",
         "tests/orders/test_orders_models.py"),
        # beside
        ({"shop/users/test_models.py": USERS}, "shop/orders/models.py",
         "shop/orders/test_orders_models.py"),
        ({"shop/users/tests/test_models.py": USERS, "shop/users/tests/__init__.py": "",
          "shop/orders/tests/__init__.py": ""}, "shop/orders/models.py",
         "shop/orders/tests/test_models.py"),
    ],
)  # fmt: skip
def test_a_module_never_gets_the_tests_of_one_of_the_same_name(
    tmp_path: Path, texts: dict[str, str], source: str, expected: str
) -> None:
    modules = ("shop/users/models.py", "shop/orders/models.py", "pyproject.toml")
    for path, text in {**dict.fromkeys(modules, "x = 1\n"), **texts}.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    assert place(tmp_path, source).path == expected


@pytest.mark.parametrize(
    ("files", "source", "expected"),
    [
        (["src/a/index.ts", "src/b/index.ts", "src/a/index.test.ts"], "src/b/index.ts",
         "src/b/index.test.ts"),
        (["src/a/index.ts", "src/b/index.ts", "test/a/index.test.ts"], "src/b/index.ts",
         "test/b/index.test.ts"),
        (["a/src/main/java/x/U.java", "b/src/main/java/y/U.java", "a/src/test/java/x/UTest.java"],
         "b/src/main/java/y/U.java", "b/src/test/java/y/UTest.java"),
        (["lib/a/u.rb", "lib/b/u.rb", "spec/a/u_spec.rb"], "lib/b/u.rb", "spec/b/u_spec.rb"),
        (["src/A/U.php", "src/B/U.php", "tests/A/UTest.php"], "src/B/U.php", "tests/B/UTest.php"),
        (["lib/a/u.ex", "lib/b/u.ex", "test/a/u_test.exs", "mix.exs"], "lib/b/u.ex",
         "test/b/u_test.exs"),
        (["Sources/A/U.swift", "Sources/B/U.swift", "Tests/ATests/UTests.swift", "Package.swift"],
         "Sources/B/U.swift", "Tests/BTests/UTests.swift"),
    ],
)  # fmt: skip
def test_no_language_gives_a_source_the_tests_of_another(
    tmp_path: Path, files: list[str], source: str, expected: str
) -> None:
    found = place(project(tmp_path, *files), source)

    assert found.path == expected
    assert not found.existing


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"vitest.config.ts": 'test: { include: ["src/**/*.spec.ts"] }'}, "src/a/x.spec.ts"),
        ({"vitest.config.ts": 'test: { include: ["tests/**/*.test.ts"] }'}, "tests/a/x.test.ts"),
        ({"jest.config.js": 'testMatch: ["**/__tests__/**/*.ts"]'}, "src/a/__tests__/x.test.ts"),
        ({"package.json": '{"jest": {"testMatch": ["<rootDir>/checks/**/*.test.ts"]}}'},
         "checks/a/x.test.ts"),
        ({"package.json": '{"devDependencies": {"mocha": "1"}}'}, "test/a/x.test.ts"),
        ({"package.json": '{"devDependencies": {"vitest": "1"}}'}, "src/a/x.test.ts"),
    ],
)  # fmt: skip
def test_script_tests_lie_where_the_runner_is_told_to_look(
    tmp_path: Path, config: dict[str, str], expected: str
) -> None:
    for name, text in {"package.json": "{}", **config}.items():
        (tmp_path / name).write_text(text)

    assert place(tmp_path, "src/a/x.ts").path == expected


@pytest.mark.parametrize(
    ("texts", "source", "framework"),
    [
        ({"A__Tests_S_A__Tests__csproj": '<PackageReference Include="NUnit"/>', "A__sln": "",
          "A_S_A__csproj": ""}, "A/B.cs", "NUnit"),
        ({"build__sbt": '"org.scalameta" %% "munit" % "1"'}, "src/main/scala/A.scala", "MUnit"),
        ({"tests_S_a_test__cc": "#include <catch2/catch.hpp>\n"}, "src/b.cc", "Catch2"),
        ({"Package__swift": "", "Tests_S_ATests_S_BTests__swift": "import Testing\n"},
         "Sources/A/A.swift", "Swift Testing"),
        ({"composer__json": '{"require-dev": {"pestphp/pest": "3"}}'}, "src/A.php", "Pest"),
        ({"deno__json": "{}"}, "a.ts", "Deno.test"),
        ({"spec_S_x_spec__rb": ""}, "lib/a.rb", "RSpec"),
        ({"test_S_x_test__rb": ""}, "lib/a.rb", "Minitest"),
    ],
)  # fmt: skip
def test_the_framework_is_the_projects(
    tmp_path: Path, texts: dict[str, str], source: str, framework: str
) -> None:
    assert fact(place(project(tmp_path, **texts), source), "Framework") == framework


def test_a_large_workspace_is_looked_at_in_part(tmp_path: Path) -> None:
    for number in range(1_200):
        (tmp_path / f"d{number:04}").mkdir()
    project(tmp_path, "src/a.py", "tests/test_b.py", "src/b.py")

    assert place(tmp_path, "src/a.py").path == "tests/test_a.py"

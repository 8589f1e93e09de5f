"""One small text per parsed language with the symbols a reader would name in it.

Each symbol is `kind qualified.name first-last`, lines 1-based, comments and decorators included.
"""

SAMPLES: dict[str, tuple[str, str, list[str], int]] = {  # id → file, text, symbols, header lines
    "python": (
        "a.py",
        '"""Doc."""\n\nimport os\nfrom a import b\n\n# about A\n@deco\nclass A:\n    x = 1\n\n'
        "    @property\n    def m(self):\n        return 1\n\nasync def f():\n    def g():\n"
        "        pass\n    return g\n",
        ["class A 6-13", "method A.m 11-13", "function f 15-18", "function f.g 16-17"],
        4,
    ),
    "javascript": (
        "a.js",
        'import x from "y";\nconst z = require("q");\n\n/** doc */\n@Dec()\nexport class A {\n'
        "  #p = 1;\n  s = () => 2;\n  m() {}\n}\nexport const f = (a) => {\n  return a;\n};\n"
        'const g = memo(function () {});\nexports.h = function () {};\ndescribe("all", () => {\n'
        '  it("adds", () => {});\n  test.each([1])("each %i", () => {});\n});\n',
        [
            "class A 4-10",
            "method A.s 8-8",
            "method A.m 9-9",
            "function f 11-13",
            "function g 14-14",
            "function exports.h 15-15",
            "suite all 16-19",
            "test all.adds 17-17",
            "test all.each %i 18-18",
        ],
        2,
    ),
    "typescript": (
        "a.ts",
        'import type { X } from "y";\n\n// doc\nexport interface I {\n  a: string;\n}\n'
        'type T = 1;\n'
        "enum E { A }\nnamespace N {\n  export function q(): void {}\n}\nabstract class C {\n"
        "  abstract foo(): void;\n  @Dec()\n  bar<T>(a: T): T { return a; }\n}\n",
        [
            "interface I 3-6",
            "type T 7-7",
            "enum E 8-8",
            "namespace N 9-11",
            "function N.q 10-10",
            "class C 12-16",
            "method C.foo 13-13",
            "method C.bar 14-15",
        ],
        1,
    ),
    "typescriptreact": (
        "a.tsx",
        'import React from "react";\nexport function App(): JSX.Element {\n'
        '  return <b>{1}</b>;\n}\n',
        ["function App 2-4"],
        1,
    ),
    "go": (
        "a.go",
        'package main\n\nimport (\n\t"fmt"\n)\n\n// S doc.\ntype S struct{ a int }\n\n// F doc\n'
        "func F(a int) error {\n\treturn nil\n}\n\nfunc (s *S) M() {}\n",
        ["struct S 7-8", "function F 10-13", "method S.M 15-15"],
        5,
    ),
    "rust": (
        "a.rs",
        "//! crate\nuse std::fmt;\n\n/// Doc\n#[derive(Debug)]\npub struct S { a: i32 }\n"
        "impl S {\n    fn n(&self) {}\n}\n#[cfg(test)]\nmod tests {\n    use super::*;\n"
        "    #[test]\n"
        "    fn works() {}\n}\n",
        [
            "struct S 4-6",
            "impl S 7-9",
            "method S.n 8-8",
            "module tests 10-15",
            "function tests.works 13-14",
        ],
        2,
    ),
    "java": (
        "A.java",
        "package a.b;\nimport java.util.List;\n\n/** doc */\n@Foo\npublic class A {\n"
        "  public A() {}\n"
        "  @Test\n  void m(int a) {\n  }\n  interface I { void f(); }\n}\n",
        [
            "class A 4-12",
            "method A.A 7-7",
            "method A.m 8-10",
            "interface A.I 11-11",
            "method A.I.f 11-11",
        ],
        2,
    ),
    "c": (
        "a.c",
        "#include <stdio.h>\n\n/* doc */\nstatic int\nfoo(int a)\n{\n  return a;\n}\n"
        "char **bar(void) { return 0; }\nstruct S { int b; };\ntypedef struct { int a; } T;\n",
        ["function foo 3-8", "function bar 9-9", "struct S 10-10", "type T 11-11"],
        1,
    ),
    "cpp": (
        "a.hpp",
        "#ifndef X\n#define X\n#include <vector>\nnamespace ns {\n// doc\ntemplate <typename T>\n"
        "class Foo {\n  int m() const { return 1; }\n};\n}\n"
        "int *ns::Foo::bar(int a) { return 0; }\n"
        "#endif\n",
        [
            "namespace ns 4-10",
            "class ns.Foo 5-9",
            "method ns.Foo.m 8-8",
            "function ns::Foo::bar 11-11",
        ],
        3,
    ),
    "csharp": (
        "a.cs",
        "using System;\nnamespace A.B {\n  /// <summary>d</summary>\n  [Attr]\n  public class C {\n"
        "    public int P { get; set; }\n    public void M(int a) { }\n  }\n}\n",
        [
            "namespace A.B 2-9",
            "class A.B.C 3-8",
            "property A.B.C.P 6-6",
            "method A.B.C.M 7-7",
        ],
        1,
    ),
    "ruby": (
        "a.rb",
        'require "json"\n\n# doc\nmodule M\n  class A\n    # m doc\n    def m(a)\n    end\n'
        '    def self.s; end\n  end\nend\nRSpec.describe "x" do\n  it "works" do\n  end\nend\n',
        [
            "module M 3-11",
            "class M.A 5-10",
            "method M.A.m 6-8",
            "method M.A.s 9-9",
            "suite x 12-15",
            "test x.works 13-14",
        ],
        1,
    ),
    "php": (
        "a.php",
        "<?php\nnamespace A;\nuse C\\D;\n\n/** doc */\n#[Attr]\nfinal class X {\n"
        "    public function m(): int { return 1; }\n}\nfunction top() {}\n",
        ["class X 5-9", "method X.m 8-8", "function top 10-10"],
        3,
    ),
    "shellscript": (
        "a.sh",
        "#!/bin/bash\nset -e\n\n# doc\nfoo() {\n  echo 1\n}\nfunction bar {\n  echo 2\n}\n",
        ["function foo 4-7", "function bar 8-10"],
        2,
    ),
    "lua": (
        "a.lua",
        'local x = require("x")\nlocal M = {}\n--- doc\nfunction M.foo(a)\n  return a\nend\n'
        "local function bar() end\nM.q = function() end\n",
        ["constant M 2-2", "function M.foo 3-6", "function bar 7-7", "function M.q 8-8"],
        1,
    ),
    "kotlin": (
        "a.kt",
        "package a\nimport kotlin.math.max\n\n/** Doc. */\n@Ser\ndata class P(val x: Int) {\n"
        "    // hi\n    fun area(a: Int): Int {\n        return a\n    }\n}\nfun top() = 1\n",
        ["class P 4-11", "method P.area 7-10", "function top 12-12"],
        2,
    ),
    "swift": (
        "a.swift",
        "import Foundation\n\n/// Doc\n@objc class A: B {\n    init() { }\n"
        "    func f(a: Int) -> Int { return a }\n}\nstruct S { }\nextension A { func h() {} }\n",
        [
            "class A 3-7",
            "method A.init 5-5",
            "method A.f 6-6",
            "struct S 8-8",
            "impl A 9-9",
            "method A.h 9-9",
        ],
        1,
    ),
    "scala": (
        "a.scala",
        "package a.b\nimport scala.util.Try\n\n/** Doc */\nclass A(x: Int) {\n"
        "  def f(a: Int): Int = { a }\n}\nobject O { def g = 1 }\n",
        ["class A 4-7", "method A.f 6-6", "class O 8-8", "method O.g 8-8"],
        2,
    ),
    "json": (
        "a.json",
        '{\n  "name": "x",\n  "scripts": {\n    "a": "b"\n  }\n}\n',
        ["key scripts 3-5"],
        0,
    ),
    "yaml": (
        "a.yml",
        "name: ci\njobs:\n  # doc\n  build:\n    steps: []\n    run: |\n      echo\n",
        ["key jobs 2-7", "key jobs.build 3-7", "key jobs.build.run 6-7"],
        0,
    ),
    "toml": (
        "a.toml",
        'a = 1\n\n# doc\n[project]\nname = "x"\n\n[[tool.x]]\ny = 1\n',
        ["table project 3-5", "table tool.x 7-8"],
        0,
    ),
    "html": (
        "a.html",
        "<!DOCTYPE html>\n<html>\n<body>\n<div>\n<p>t</p>\n</div>\n</body>\n</html>\n",
        ["element html 2-8", "element html.body 3-7", "element html.body.div 4-6",
         "element html.body.div.p 5-5"],
        1,
    ),
    "css": (
        "a.css",
        '@import "x.css";\n\n/* c */\n.a, .b {\n  color: red;\n}\n@media print {\n'
        '  .c { d: e }\n}\n',
        ["rule .a, .b 3-6", "rule @media print 7-9", "rule @media print..c 8-8"],
        1,
    ),
    "hcl": (
        "a.tf",
        'resource "aws" "web" {\n  ami = "x"\n  lifecycle {\n    create = true\n  }\n}\n',
        ['block resource "aws" "web" 1-6', 'block resource "aws" "web".lifecycle 3-5'],
        0,
    ),
    "sql": (
        "a.sql",
        "-- c\nCREATE TABLE users (\n  id INT\n);\n\nSELECT * FROM users\nWHERE id = 1;\n",
        ["statement CREATE TABLE users 1-4", "statement SELECT * FROM users 6-7"],
        0,
    ),
    "markdown": (
        "a.md",
        "---\nt: x\n---\n# One\n\ntext\n\n## Two\n\nmore\n",
        ["section One 4-10", "section One.Two 8-10"],
        3,
    ),
}  # fmt: skip

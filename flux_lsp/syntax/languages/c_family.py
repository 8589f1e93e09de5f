"""C, its descendants, and languages of hardware and older times: rows of the table.

Never holds logic. What each field means is told in `values.py`.
"""

from flux_lsp.syntax.languages.habits import C_FRAMEWORKS, TestHabit
from flux_lsp.syntax.languages.patterns import C_LIKE_HEADS, C_TOP_HEADS, SUBROUTINE_HEADS
from flux_lsp.syntax.languages.shared import C_MARGIN, PLAIN_DOCS, PREPROCESSOR, ROUND, SLASH, STARS
from flux_lsp.syntax.languages.values import BlockWords, Comments, Heads, Language, ProjectFacts

ROWS = (
    Language("c", "C", ".c", SLASH, wheel="c", statements=True,
        heads=Heads(C_LIKE_HEADS, top=C_TOP_HEADS), margin=C_MARGIN, docs=PLAIN_DOCS,
        block_words=PREPROCESSOR,
        tests=TestHabit((".c", ".h"), ("test_{}", "{}_test", "{}-test", "test-{}", "{}_tests",
            "{}Test", "{}_unittest"), homes=("CMakeLists.txt", "meson.build", "Makefile", ".git"),
            layout="flat", frameworks=C_FRAMEWORKS, test_endings=(".c", ".cc", ".cpp")),
        project=ProjectFacts("c", any_case=True, spread=True)),
    Language("cpp", "C++", ".cc .cpp .cxx .c++ .hh .hpp .hxx .h .ipp .cu .cuh", SLASH,
        other_ids="c++ cuda-cpp cuda", wheel="cpp", queries=("c", "cpp"), statements=True,
        heads=Heads(C_LIKE_HEADS, top=C_TOP_HEADS), margin=C_MARGIN, docs=PLAIN_DOCS,
        block_words=PREPROCESSOR,
        tests=TestHabit((".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h", ".ipp", ".cu"),
            ("{}_test", "test_{}", "{}-test", "test-{}", "{}_tests", "{}Test", "{}Tests",
            "{}_unittest", "{}.test"), homes=("CMakeLists.txt", "meson.build", "BUILD.bazel",
            "BUILD", "xmake.lua", ".git"), layout="flat", framework="GoogleTest",
            frameworks=C_FRAMEWORKS, test_endings=(".cpp", ".cc", ".cxx", ".c++", ".cu")),
        project=ProjectFacts("c", any_case=True, spread=True)),
    Language("objective-c", "Objective-C", ".m", SLASH, other_ids="objc",
        heads=Heads((r"@(?:interface|implementation|protocol)\s+(\w+)", r"[-+]\s*\([^)]*\)\s*(\w+)",
            *C_LIKE_HEADS)), margin=C_MARGIN, block_words=PREPROCESSOR, brackets=True,
        tests=TestHabit((".m", ".mm", ".h"), ("{}Tests", "{}Test"), ("Tests",), ("*.xcodeproj",),
            "flat", "XCTest", test_endings=(".m", ".mm"))),
    Language("objective-cpp", "Objective-C++", ".mm", SLASH, other_ids="objcpp",
        heads=Heads((r"@(?:interface|implementation|protocol)\s+(\w+)", r"[-+]\s*\([^)]*\)\s*(\w+)",
            *C_LIKE_HEADS)), margin=C_MARGIN, block_words=PREPROCESSOR, brackets=True),
    Language("glsl", "GLSL", ".glsl .vert .frag .comp .wgsl .hlsl", SLASH, other_ids="hlsl wgsl",
        margin=C_MARGIN, docs=PLAIN_DOCS, block_words=PREPROCESSOR, brackets=True),
    Language("verilog", "Verilog", ".v .sv .svh", SLASH, other_ids="systemverilog",
        heads=Heads((
            r"(?:module|interface|package|class|program|virtual\s+class)\s+(?:automatic\s+)?(\w+)",
            r"(?:virtual\s+|static\s+)*(?:function|task)\s+(?:automatic\s+)?(?:[\w\[\]:$]+\s+)*(\w+)")),
        docs=PLAIN_DOCS, characters=True,
        block_words=tuple(BlockWords(rf"\b{opens}\b", rf"\b{closes}\b") for opens,
            closes in (("begin", "end"), ("module", "endmodule"), ("case[xz]?", "endcase"),
            ("class", "endclass"), ("package", "endpackage")))),
    Language("vhdl", "VHDL", ".vhd .vhdl", Comments(("--",), (STARS,)),
        heads=Heads((
            r"(?i:entity|architecture|package(?:\s+body)?|component|function|procedure)\s+(\w+)",
            r"(?i:(\w+)\s*:\s*process\b)")), docs=PLAIN_DOCS, characters=True),
    Language("asm", "Assembly", ".asm .s", Comments((";", "#", "//", "@"), (STARS,)),
        other_ids="nasm gas", heads=Heads((), flat=(r"([A-Za-z_.$][\w.$]*):",)), docs=PLAIN_DOCS),
    Language("ada", "Ada", ".adb .ads", Comments(("--",)), heads=Heads(SUBROUTINE_HEADS),
        docs=PLAIN_DOCS, characters=True),
    Language("pascal", "Pascal", ".pas .pp .dpr",
        Comments(("//",), (("{", "}"), ROUND), extra=(ROUND,)), heads=Heads(SUBROUTINE_HEADS),
        docs=PLAIN_DOCS,
        block_words=(BlockWords(r"\b(?:begin|case|try|record|asm)\b"
            r"|=[ \t]*(?:packed[ \t]+)?(?:class|interface|object)\b(?![ \t]*(?:;|of\b))",
            r"\bend\b"), BlockWords(r"\brepeat\b", r"\buntil\b"))),
)  # fmt: skip

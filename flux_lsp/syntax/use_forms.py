"""Node types of all grammars that say how code names things: members, calls, local names.

Never knows a language by name: a node type means the same wherever it stands.
"""

from typing import NamedTuple


class MemberForm(NamedTuple):
    """Fields of a node that names a member: where it stands, and its name; the first and last child else."""

    of: tuple[str, ...]
    name: tuple[str, ...]


class LocalForm(NamedTuple):
    """Fields of a node that gives a name to a value: the name, its type, the value it comes from.

    Without a field for the name it is the child with the number `bare`. The value `""` is the first
    child.
    """

    name: tuple[str, ...]
    type: tuple[str, ...] = ("type",)
    value: tuple[str, ...] = ("value",)
    bare: int = 0


MEMBERS = {
    "attribute": MemberForm(("object",), ("attribute",)),
    "member_expression": MemberForm(("object",), ("property",)),
    "nested_identifier": MemberForm(("object",), ("property",)),
    "nested_type_identifier": MemberForm(("module",), ("name",)),
    "selector_expression": MemberForm(("operand",), ("field",)),
    "qualified_type": MemberForm(("package",), ("name",)),
    "field_expression": MemberForm(("value", "argument"), ("field",)),
    "scoped_identifier": MemberForm(("path", "scope"), ("name",)),
    "scoped_type_identifier": MemberForm(("path", "scope"), ("name",)),
    "field_access": MemberForm(("object",), ("field",)),
    "method_invocation": MemberForm(("object",), ("name",)),
    "method_reference": MemberForm((), ()),
    "member_access_expression": MemberForm(("expression", "object"), ("name",)),
    "nullsafe_member_access_expression": MemberForm(("object",), ("name",)),
    "member_call_expression": MemberForm(("object",), ("name",)),
    "nullsafe_member_call_expression": MemberForm(("object",), ("name",)),
    "scoped_call_expression": MemberForm(("scope",), ("name",)),
    "scoped_property_access_expression": MemberForm(("scope",), ("name",)),
    "class_constant_access_expression": MemberForm((), ()),
    "qualified_identifier": MemberForm(("scope",), ("name",)),
    "qualified_name": MemberForm(("qualifier",), ("name",)),
    "scope_resolution": MemberForm(("scope",), ("name",)),
    "navigation_expression": MemberForm(("target",), ("suffix",)),
    "dot_index_expression": MemberForm(("table",), ("field",)),
    "method_index_expression": MemberForm(("table",), ("method",)),
}
# What a call calls, by field; the first child where there is none.
CALLS = {
    "call": ("function",),
    "call_expression": ("function",),
    "function_call": ("name",),
    "function_call_expression": ("function",),
    "invocation_expression": ("function",),
    "new_expression": ("constructor",),
    "object_creation_expression": ("type",),
    "composite_literal": ("type",),
    "struct_expression": ("name",),
    "type_conversion_expression": ("type",),
    "macro_invocation": ("macro",),
    "method_invocation": (),
    "member_call_expression": (),
    "nullsafe_member_call_expression": (),
    "scoped_call_expression": (),
}
LOCALS = {
    # Python
    "assignment": LocalForm(("left",), value=("right",)),
    "typed_parameter": LocalForm(()),
    "typed_default_parameter": LocalForm(("name",)),
    "default_parameter": LocalForm(("name",)),
    "for_in_clause": LocalForm(("left",), value=("right",)),
    "for_statement": LocalForm(("left",), value=("right",)),
    "as_pattern": LocalForm(("alias",), value=("",)),
    "named_expression": LocalForm(("name",)),
    # TypeScript, JavaScript
    "variable_declarator": LocalForm(("name",)),
    "required_parameter": LocalForm(("pattern",)),
    "optional_parameter": LocalForm(("pattern",)),
    "for_in_statement": LocalForm(("left",), value=("right",)),
    # Go
    "short_var_declaration": LocalForm(("left",), value=("right",)),
    "var_spec": LocalForm(("name",)),
    "parameter_declaration": LocalForm(("name", "declarator")),
    "variadic_parameter_declaration": LocalForm(("name",)),
    "range_clause": LocalForm(("left",), value=("right",)),
    "type_switch_statement": LocalForm(("alias",)),
    # Rust
    "let_declaration": LocalForm(("pattern",)),
    "let_condition": LocalForm(("pattern",)),
    "parameter": LocalForm(("pattern", "name")),
    "for_expression": LocalForm(("pattern",)),
    "match_arm": LocalForm(("pattern",), value=()),
    # Java, C#, Kotlin
    "local_variable_declaration": LocalForm(("declarator",)),
    "formal_parameter": LocalForm(("name",)),
    "spread_parameter": LocalForm((), bare=-1),
    "enhanced_for_statement": LocalForm(("name",)),
    "foreach_statement": LocalForm(("left",), value=("right",)),
    "resource": LocalForm(("name",)),
    "catch_formal_parameter": LocalForm(("name",)),
    "instanceof_expression": LocalForm(("name",), ("right",)),
    # PHP
    "simple_parameter": LocalForm(("name",)),
    "assignment_expression": LocalForm(("left",), value=("right",)),
}
# The parameters of a function without types are what it is passed to.
LAMBDAS = {
    "arrow_function": ("parameter", "parameters"),
    "function_expression": ("parameters",),
    "lambda": ("parameters",),
    "lambda_expression": ("parameters",),
    "closure_expression": ("parameters",),
}
# Keys that name a field of the type around them: the node, and the field that holds the key.
KEYS = {
    "keyed_element": "key",
    "field_initializer": "field",
    "shorthand_field_initializer": "",
    "field_pattern": "name",
    "keyword_argument": "name",
    "keyword_pattern": "",
}
TYPED = {  # what such keys stand in, and the field with the type
    "composite_literal": "type",
    "struct_expression": "name",
    "struct_pattern": "type",
    "call": "function",
    "class_pattern": "",
}
# Here the field `name` names something that is defined elsewhere.
NAMES_USED = frozenset(
    {
        "generic_type", "struct_expression", "jsx_opening_element", "jsx_self_closing_element",
        "jsx_closing_element", "function_call", "named_type", "instanceof_expression",
    }
)  # fmt: skip
# What neither defines nor uses: imports and labels. Their names are no uses.
SKIPPED = frozenset(
    {
        "import_statement", "import_from_statement", "future_import_statement", "import_declaration",
        "use_declaration", "package_clause", "package_declaration", "comment", "line_comment",
        "block_comment", "label_name", "statement_identifier", "string_fragment", "import_alias",
        "lifetime", "primitive_type", "predefined_type",
    }
)  # fmt: skip
OWNERS = frozenset({"self", "this", "super", "cls", "Self", "static", "parent", "$this", "super()"})
LEAVES = frozenset(
    {"name", "constant", "variable_name", "shorthand_property_identifier", "crate", "metavariable"}
)

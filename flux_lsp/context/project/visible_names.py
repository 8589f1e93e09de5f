"""Finds what a file sees without an import: its folder, its package or all files, as its language has it.

Never takes the first of many: more than four candidates by name alone are none.
"""

from flux_lsp.context.project.imports.paths import get_folder
from flux_lsp.context.project.rows import IndexRows
from flux_lsp.context.project.values import Definition
from flux_lsp.syntax.languages import list_languages

OVERLOADS = 4  # definitions that one name stands for


def find_visible(rows: IndexRows, path: str, name: str) -> tuple[Definition, ...]:
    """Find what a file sees without an import, as its language has it."""
    form, package = rows.find_form(path)
    sees = _SEES.get(form, "")
    if sees == "folder":
        named = rows.find_in_folder(get_folder(path), form, name)
    elif sees == "package":
        named = rows.find_in_package(package, name) if package else ()
        around = package.rpartition(".")[0]
        while not named and around:  # a package of C# and Scala sees those around it
            named = rows.find_in_package(around, name)
            around = around.rpartition(".")[0]
        named = tuple(d for d in named if rows.find_form(d.path)[0] == form)
    elif sees == "all":
        named = rows.find_top(name, OVERLOADS, form)
        return named if len(named) <= OVERLOADS else ()
    else:
        return ()
    return tuple(d for d in named if not d.owner)[:OVERLOADS]


def sees_others(rows: IndexRows, path: str) -> bool:
    """Whether a file sees anything of other files without an import."""
    return rows.find_form(path)[0] in _SEES


_SEES = {row.project.imports: row.project.sees for row in list_languages() if row.project.sees}

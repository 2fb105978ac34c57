"""A file of ours, parsed: its functions, classes, calls and imports by name."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

NUMERIC_TYPES = {"int", "float", "bool"}


@dataclass(eq=False)
class Module:
    """One file of the pages."""

    tree: ast.Module
    parents: dict[ast.AST, ast.AST]

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        return {node.name: node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)}

    @cached_property
    def calls(self) -> dict[str, list[ast.Call]]:
        calls: dict[str, list[ast.Call]] = defaultdict(list)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                calls[node.func.id].append(node)
        return calls

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)}

    @cached_property
    def imports(self) -> dict[str, tuple[str, str]]:
        """Name here -> (module, name there)."""
        return {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    @cached_property
    def inside(self) -> dict[ast.AST, list[ast.AST]]:
        """Function, or the whole tree -> the nodes in it that lie in no function of its own."""
        nodes: dict[ast.AST, list[ast.AST]] = defaultdict(list)
        for node in ast.walk(self.tree):
            nodes[self.function_around(node)].append(node)
        return nodes

    def function_around(self, node: ast.AST) -> ast.FunctionDef | ast.Lambda | ast.Module:
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.FunctionDef | ast.Lambda):
                return node
        return self.tree


def read_module(path: Path) -> Module:
    """A file, parsed."""
    return module_of(ast.parse(path.read_text(encoding="utf-8")))


def module_of(tree: ast.Module) -> Module:
    """A module with the parent of each of its nodes."""
    return Module(tree, {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)})


def parameters_of(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters that have a name of their own."""
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def assigns(target: ast.expr, name: str) -> bool:
    """Whether a target of an assignment has this name in it."""
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(target))


def is_session(node: ast.expr) -> bool:
    """Whether this is Streamlit's session state."""
    return ast.unparse(node) == "st.session_state"


def is_number(annotation: ast.expr | None) -> bool:
    """Whether the annotation is that of a number, or of a number or None."""
    if isinstance(annotation, ast.BinOp):
        return is_number(annotation.left) and (
            is_number(annotation.right) or isinstance(annotation.right, ast.Constant)
        )
    return isinstance(annotation, ast.Name) and annotation.id in NUMERIC_TYPES

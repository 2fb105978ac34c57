"""What of the pages' code reaches Streamlit's Markdown, followed back to where it was made.

A text is safe where it was written here (a literal), is a number, comes from one of the helpers that make text inert,
or is put together from such parts. Names are followed to their assignments, parameters to all their callers, and calls
of our own functions to what they return. Whatever cannot be followed is not safe.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tests.parts.markdown_calls import FIRST, markdown_texts
from tests.parts.parsed_module import Module, assigns, is_number, is_session, parameters_of

HELPERS = {"escaped", "code_span", "view_name", "meaning"}
"""The last one answers from ``core/glossary.py``; ``tests/test_glossary.py`` says that all texts there are literals."""

WRITTEN_HERE = {"Wording"}
"""Classes whose texts are literals; ``tests/dataset/test_wording.py`` says so."""

NUMERIC_CALLS = {"len", "int", "float", "sum", "round", "abs", "bool"}
NUMERIC_METHODS = {"sum", "nunique", "mean", "count", "index"}
NUMBER_FORMAT = re.compile(r"[+]?0?\d*,?(\.\d+)?[dfeg%]|,|(%[YmdHMSB]|[:\- ])+")
"""A text given to such a format raises an error, so what comes out of it is a number or a time."""

SAFE_METHODS = {"replace", "removeprefix", "strip", "lower", "upper", "capitalize", "title"}


@dataclass(frozen=True)
class Fault:
    """A place where a text that may be anybody's is given to Markdown."""

    where: str
    code: str


class Rule:
    """Follows texts through a set of modules.

    Args:
        modules: dotted name -> file; the texts of the pages are judged, those of ``core`` followed.
        trusted: names of functions whose answer is safe though it cannot be followed.
    """

    def __init__(self, modules: dict[str, Module], trusted: Collection[str] = ()) -> None:
        self.modules = modules
        self.trusted = trusted
        self._known: dict[ast.AST, bool] = {}

    def faults(self) -> list[Fault]:
        """Every text that reaches Markdown and is not safe."""
        return [
            Fault(f"{name}:{text.lineno}", ast.unparse(text))
            for name, module in self.modules.items()
            if not name.startswith("core")
            for text, choices in markdown_texts(module.tree)
            if not (self._safe_choices if choices else self.safe)(text, module)
        ]

    def aliases(self) -> list[Fault]:
        """Every Streamlit function of Markdown that is not called where it is named: its texts cannot be followed."""
        return [
            Fault(f"{name}:{node.lineno}", ast.unparse(node))
            for name, module in self.modules.items()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "st"
            if node.attr in FIRST
            if not (isinstance(parent := module.parents[node], ast.Call) and parent.func is node)
        ]

    def _safe_choices(self, node: ast.expr, module: Module) -> bool:
        return self.safe(node, module) or self._safe_function(node, module)

    def safe(self, node: ast.expr, module: Module) -> bool:
        """Whether the text, or each text of the collection, is safe."""
        if node not in self._known:
            # A text that is made of itself is as safe as the rest of what it is made of.
            self._known[node] = True
            self._known[node] = self._safe(node, module)
        return self._known[node]

    def _safe(self, node: ast.expr, module: Module) -> bool:
        match node:
            case ast.Constant() | ast.Compare():
                return True
            case ast.JoinedStr():
                return all(self.safe(part, module) for part in node.values)
            case ast.FormattedValue():
                return self._is_number_format(node.format_spec) or self.safe(node.value, module)
            case ast.BinOp():
                return self.safe(node.left, module) and self.safe(node.right, module)
            case ast.UnaryOp():
                return self.safe(node.operand, module)
            case ast.BoolOp():
                return all(self.safe(value, module) for value in node.values)
            case ast.IfExp():
                return self.safe(node.body, module) and self.safe(node.orelse, module)
            case ast.Tuple() | ast.List() | ast.Set():
                return all(self.safe(element, module) for element in node.elts)
            case ast.Starred():
                return self.safe(node.value, module)
            case ast.Dict():
                return all(self.safe(part, module) for part in (*node.keys, *node.values) if part is not None)
            case ast.GeneratorExp() | ast.ListComp() | ast.SetComp():
                return self.safe(node.elt, module)
            case ast.Subscript():
                return self.safe(node.value, module)
            case ast.NamedExpr():
                return self.safe(node.value, module)
            case ast.Lambda():
                return self.safe(node.body, module)
            case ast.Call():
                return self._safe_call(node, module)
            case ast.Name():
                return self._safe_name(node, module)
            case ast.Attribute():
                return self._safe_attribute(node, module)
        return False

    @staticmethod
    def _is_number_format(spec: ast.expr | None) -> bool:
        if not isinstance(spec, ast.JoinedStr):
            return False
        written = "".join(part.value if isinstance(part, ast.Constant) else "1" for part in spec.values)
        return bool(NUMBER_FORMAT.fullmatch(written))

    def _safe_call(self, node: ast.Call, module: Module) -> bool:
        match node.func:
            case ast.Name(id=name) if name in HELPERS | NUMERIC_CALLS or name in self.trusted:
                return True
            case ast.Name(
                id="list" | "tuple" | "sorted",
            ) if self._safe_keys(node.args[0], module):
                return True
            case ast.Name(id="sorted" | "list" | "tuple" | "set" | "reversed" | "dict" | "range" | "format"):
                return all(self.safe(argument, module) for argument in node.args)
            case ast.Name(id="map"):
                return self._safe_function(node.args[0], module)
            case ast.Name(id="str" | "next"):
                return all(self.safe(argument, module) for argument in node.args)
            case ast.Name():
                return self._safe_function(node.func, module)
            case ast.Attribute(attr="join"):
                return self.safe(node.func.value, module) and all(self.safe(one, module) for one in node.args)
            case ast.Attribute(attr=name) if name in SAFE_METHODS:
                return self.safe(node.func.value, module) and all(self.safe(one, module) for one in node.args)
            case ast.Attribute(attr="get") if not is_session(node.func.value) and self.safe(node.func.value, module):
                return all(self.safe(one, module) for one in node.args[1:])
            case ast.Attribute(attr="keys" | "values" | "items"):
                return self.safe(node.func.value, module)
            case ast.Attribute(attr=name) if name in NUMERIC_METHODS:
                return True
            case ast.Attribute(value=value, attr="pop" | "get") if is_session(value):
                return self._safe_in_session(node.args[0], module) and all(self.safe(o, module) for o in node.args[1:])
            case ast.Attribute():
                member = self._member(node.func, module)
                return (
                    member is not None
                    and isinstance(member[1], ast.FunctionDef)
                    and self._safe_answer(member[1], member[0])
                )
        return False

    def _safe_keys(self, node: ast.expr, module: Module) -> bool:
        """Whether this is a mapping made in one place, with safe keys."""
        if not isinstance(node, ast.Name):
            return False
        made = [
            one.value
            for one in ast.walk(module.tree)
            if isinstance(one, ast.Assign) and any(assigns(target, node.id) for target in one.targets)
        ]
        return (
            len(made) == 1
            and isinstance(made[0], ast.Dict)
            and all(key is not None and self.safe(key, module) for key in made[0].keys)
        )

    def _safe_in_session(self, key: ast.expr, module: Module) -> bool:
        """Whether all that this module keeps in the session under the key is safe."""
        wanted = ast.unparse(key)
        kept = [
            one.value
            for one in ast.walk(module.tree)
            if isinstance(one, ast.Assign)
            and isinstance(one.targets[0], ast.Subscript)
            and ast.unparse(one.targets[0].value) == "st.session_state"
            and ast.unparse(one.targets[0].slice) == wanted
        ]
        return bool(kept) and all(self.safe(value, module) for value in kept)

    def _safe_function(self, node: ast.expr, module: Module) -> bool:
        """Whether each text that this function returns is safe."""
        if isinstance(node, ast.Lambda):
            return self.safe(node, module)
        if isinstance(node, ast.Attribute):
            # The ``get`` of a mapping of texts that were written here.
            return node.attr == "get" and self.safe(node.value, module)
        if not isinstance(node, ast.Name):
            return False
        if node.id in HELPERS or node.id in self.trusted or node.id in NUMERIC_CALLS:
            return True
        found = self._definition(node.id, module)
        if found is None:
            return False
        where, function = found
        return isinstance(function, ast.FunctionDef) and self._safe_answer(function, where)

    def _safe_answer(self, function: ast.FunctionDef, module: Module) -> bool:
        if is_number(function.returns):
            return True
        returned = [
            one.value for one in module.inside[function] if isinstance(one, ast.Return) and one.value is not None
        ]
        return bool(returned) and all(self.safe(value, module) for value in returned)

    def _definition(self, name: str, module: Module) -> tuple[Module, ast.FunctionDef | ast.ClassDef] | None:
        if name in module.functions:
            return module, module.functions[name]
        if name in module.classes:
            return module, module.classes[name]
        there, own = module.imports.get(name, ("", ""))
        return self._definition(own, self.modules[there]) if there in self.modules else None

    def _safe_attribute(self, node: ast.Attribute, module: Module) -> bool:
        """A constant of another module, as in ``words.STATES``, or a number or property of one of our classes."""
        if isinstance(node.value, ast.Name) and node.attr.isupper():
            there, own = module.imports.get(node.value.id, ("", ""))
            other = self.modules.get(f"{there}.{own}")
            return other is not None and self._safe_constant(node.attr, other)
        kind = self._class_of(node.value, module)
        if kind is not None and kind[1].name in WRITTEN_HERE:
            return True
        member = self._member(node, module)
        if member is None:
            return False
        where, found = member
        return self._safe_answer(found, where) if isinstance(found, ast.FunctionDef) else is_number(found.annotation)

    def _member(self, node: ast.Attribute, module: Module) -> tuple[Module, ast.FunctionDef | ast.AnnAssign] | None:
        """What the attribute is in the class of what it is asked of."""
        kind = self._class_of(node.value, module)
        if kind is None:
            return None
        where, definition = kind
        for one in definition.body:
            match one:
                case ast.FunctionDef(name=node.attr) | ast.AnnAssign(target=ast.Name(id=node.attr)):
                    return where, one
        return None

    def _class_of(self, node: ast.expr, module: Module) -> tuple[Module, ast.ClassDef] | None:
        """The class of ours that this is an instance of, by the annotations."""
        match node:
            case ast.Name(id="self"):
                around: ast.AST = node
                while around in module.parents:
                    around = module.parents[around]
                    if isinstance(around, ast.ClassDef):
                        return module, around
            case ast.Name(id=name):
                function = module.function_around(node)
                for parameter in [] if isinstance(function, ast.Module) else parameters_of(function.args):
                    if parameter.arg == name:
                        return self._named_class(parameter.annotation, module)
                for one in module.inside[function]:
                    match one:
                        case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name and value != node:
                            return self._class_of(value, module)
            case ast.Attribute():
                member = self._member(node, module)
                if member is not None:
                    where, found = member
                    named = found.returns if isinstance(found, ast.FunctionDef) else found.annotation
                    return self._named_class(named, where)
            case ast.Call(func=ast.Name(id=name)):
                found = self._definition(name, module)
                if found is not None:
                    where, definition = found
                    return (
                        found if isinstance(definition, ast.ClassDef) else self._named_class(definition.returns, where)
                    )
        return None

    def _named_class(self, annotation: ast.expr | None, module: Module) -> tuple[Module, ast.ClassDef] | None:
        if isinstance(annotation, ast.BinOp):
            annotation = annotation.left
        found = self._definition(annotation.id, module) if isinstance(annotation, ast.Name) else None
        return found if found is not None and isinstance(found[1], ast.ClassDef) else None

    def _safe_name(self, node: ast.Name, module: Module) -> bool:
        around = module.function_around(node)
        while True:
            verdict = self._in_function(node.id, around, module)
            if verdict is not None:
                return verdict
            if around is module.tree:
                break
            around = module.function_around(around)
        return self._safe_constant(node.id, module)

    def _safe_constant(self, name: str, module: Module) -> bool:
        """A constant of this module, or of the one that it is imported from."""
        verdict = self._in_function(name, module.tree, module)
        if verdict is not None:
            return verdict
        there, own = module.imports.get(name, ("", ""))
        return there in self.modules and self._safe_constant(own, self.modules[there])

    def _in_function(self, name: str, around: ast.AST, module: Module) -> bool | None:
        """Whether all that this function (or module) binds to the name is safe; None where it binds nothing to it."""
        parameters = [] if isinstance(around, ast.Module) else parameters_of(around.args)
        verdicts = [
            self._safe_parameter(parameter, around, module) for parameter in parameters if parameter.arg == name
        ]
        for one in module.inside[around]:
            match one:
                case ast.Assign(targets=targets, value=value):
                    verdicts += [verdict for target in targets for verdict in self._bound(name, target, value, module)]
                case ast.AnnAssign(target=ast.Name(id=bound), value=value) if bound == name and value is not None:
                    verdicts.append(self.safe(value, module))
                case ast.AugAssign(target=ast.Name(id=bound), value=value) if bound == name:
                    verdicts.append(self.safe(value, module))
                case ast.NamedExpr(target=ast.Name(id=bound), value=value) if bound == name:
                    verdicts.append(self.safe(value, module))
                case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                    verdicts += self._bound_each(name, target, value, module)
                case ast.Call(func=ast.Attribute(value=ast.Name(id=bound), attr="append" | "extend"), args=[value]):
                    if bound == name:
                        verdicts.append(self.safe(value, module))
                case ast.ExceptHandler(name=bound) if bound == name:
                    verdicts.append(False)
                case ast.withitem(optional_vars=ast.Name(id=bound)) if bound == name:
                    verdicts.append(False)
        return all(verdicts) if verdicts else None

    def _bound(self, name: str, target: ast.expr, value: ast.expr, module: Module) -> list[bool]:
        match target, value:
            case ast.Name(id=bound), _:
                return [self.safe(value, module)] if bound == name else []
            case ast.Tuple(), ast.IfExp(body=first, orelse=second):
                return self._bound(name, target, first, module) + self._bound(name, target, second, module)
            case ast.Tuple(elts=targets), ast.Tuple(elts=values):
                pairs = zip(targets, values, strict=True)
                return [verdict for one, other in pairs for verdict in self._bound(name, one, other, module)]
            case ast.Tuple(elts=targets), _:
                return [self.safe(value, module)] if any(assigns(one, name) for one in targets) else []
        return []

    def _bound_each(self, name: str, target: ast.expr, source: ast.expr, module: Module) -> list[bool]:
        """What a loop binds to the name, one element of ``source`` at a time."""
        if not assigns(target, name):
            return []
        match target, source:
            case ast.Tuple(elts=[number, rest]), ast.Call(func=ast.Name(id="enumerate"), args=[counted, *_]):
                return [True] if assigns(number, name) else self._bound_each(name, rest, counted, module)
            case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=sources):
                pairs = zip(targets, sources, strict=False)
                return [verdict for one, other in pairs for verdict in self._bound_each(name, one, other, module)]
            case _, ast.Tuple(elts=rows) | ast.List(elts=rows):
                return [verdict for row in rows for verdict in self._bound(name, target, row, module)]
        return [self.safe(source, module)]

    def _safe_parameter(self, parameter: ast.arg, function: ast.AST, module: Module) -> bool:
        """Whether the parameter is a number, or every caller gives a safe text."""
        if is_number(parameter.annotation):
            return True
        if isinstance(function, ast.Lambda):
            return False
        given = list(self._given(parameter, function, module))
        return bool(given) and all(self.safe(value, where) for value, where in given)

    def _given(
        self, parameter: ast.arg, function: ast.FunctionDef, module: Module
    ) -> Iterator[tuple[ast.expr, Module]]:
        places = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        defaults = dict(zip(reversed(places), reversed(function.args.defaults), strict=False)) | {
            one.arg: default
            for one, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
            if default is not None
        }
        if parameter.arg in defaults:
            yield defaults[parameter.arg], module
        for where in self.modules.values():
            for call in where.calls[function.name]:
                if self._definition(function.name, where) != (module, function):
                    continue
                by_place = dict(zip(places, call.args, strict=False))
                by_name = {one.arg: one.value for one in call.keywords}
                value = by_name.get(parameter.arg, by_place.get(parameter.arg))
                if value is not None:
                    yield value, where

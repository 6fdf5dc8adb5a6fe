#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what lang/python.h reads of Python files with what Python's own parser says.

python_tree.py PROGRAM PATH... : PROGRAM is built from python_tree.c; of a folder, all .py files in it.
A file that Python cannot parse has to have a BROKEN statement, and any other must have none. Everything else
(kinds, names, values, lines, text) has to agree. Exit status 1 and the first differences when something does not.
"""
import ast
import json
import os
import subprocess
import sys
import unicodedata
import warnings

warnings.simplefilter("ignore")
sys.setrecursionlimit(10000)

# lang/python.h: what is higher is OTHER.
HEIGHT_MAX = 200

OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
    ast.And: "and", ast.Or: "or", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=", ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
    ast.UAdd: "+", ast.USub: "-", ast.Invert: "~", ast.Not: "not",
}  # fmt: skip

OTHERS = {
    ast.Delete: "del", ast.Global: "global", ast.Nonlocal: "nonlocal", ast.Raise: "raise", ast.Assert: "assert",
    ast.Break: "break", ast.Continue: "continue",
}  # fmt: skip


class Differs(Exception):
    pass


class File:
    def __init__(self, name):
        with open(name, "rb") as file:
            raw = file.read()
        self.name = name
        self.tree = ast.parse(raw)
        self.bytes = raw.removeprefix(b"\xef\xbb\xbf")
        # Columns of the tree are of the text in UTF-8. What is written in something else is compared without them.
        try:
            self.bytes.decode("utf-8")
            self.utf8 = True
        except UnicodeDecodeError:
            self.utf8 = False
        self.starts = [0]
        i = 0
        while i < len(self.bytes):
            if self.bytes[i] == 0x0A or (self.bytes[i] == 0x0D and self.bytes[i + 1 : i + 2] != b"\n"):
                self.starts.append(i + 1)
            i += 1

    def source(self, node, start=None):
        start = start or node
        begin = self.starts[start.lineno - 1] + start.col_offset
        end = self.starts[node.end_lineno - 1] + node.end_col_offset
        return self.bytes[begin:end]


def text(value):
    return bytes.fromhex(value)


def same(what, got, wanted):
    if got != wanted:
        raise Differs(f"{what}: {got!r}, and not {wanted!r}")


def is_name(what, got, wanted):
    same(what, unicodedata.normalize("NFKC", text(got).decode("utf-8", "replace")), wanted or "")


class Comparison:
    def __init__(self, file):
        self.file = file

    # ---- expressions ----

    def expr(self, got, node):
        if node is None or got is None:
            same("expression", got, node)
            return
        where = f"line {node.lineno}"
        kind, check = self.kind(node)
        if got["kind"] == "other" and kind != "other" and height(node) >= HEIGHT_MAX:
            return
        same(f"{where}: kind", got["kind"], kind)
        if not isinstance(node, ast.GeneratorExp):
            same(f"{where}: line of {kind}", got["line"], node.lineno)
            if self.file.utf8:
                same(f"{where}: source of {kind}", text(got["source"]), self.file.source(node))
        if check:
            check(got, node)

    def kind(self, node):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, (str, bytes)):
                return "string", self.string
            if isinstance(node.value, (int, float, complex)) and not isinstance(node.value, bool):
                return "number", self.as_written
            return "const", self.as_written
        if isinstance(node, ast.JoinedStr):
            plain = all(isinstance(value, ast.Constant) for value in node.values)
            return ("string", self.joined) if plain else ("other", None)
        if isinstance(node, ast.Compare):
            return ("binary", self.compare) if len(node.ops) == 1 else ("other", None)
        return {
            ast.Name: ("name", self.name),
            ast.Attribute: ("attribute", self.attribute),
            ast.Call: ("call", self.call),
            ast.Subscript: ("index", self.subscript),
            ast.Tuple: ("tuple", self.elements),
            ast.List: ("list", self.elements),
            ast.Set: ("set", self.elements),
            ast.Dict: ("dict", self.dict),
            ast.BinOp: ("binary", self.binary),
            ast.BoolOp: ("binary", self.boolean),
            ast.UnaryOp: ("unary", self.unary),
        }.get(type(node), ("other", None))

    def as_written(self, got, node):
        if self.file.utf8:
            same("text", text(got["text"]), self.file.source(node))

    def value(self, got, value, written):
        if isinstance(value, bytes):
            same("bytes", got.get("bytes", False), True)
            same("value", text(got["text"]), value)
            return
        same("bytes", got.get("bytes", False), False)
        if b"\\N{" in written or not self.file.utf8:
            return
        same("value", text(got["text"]), value.encode("utf-8", "surrogatepass"))

    def string(self, got, node):
        self.value(got, node.value, self.file.source(node))

    def joined(self, got, node):
        self.value(got, "".join(value.value for value in node.values), self.file.source(node))

    def name(self, got, node):
        is_name("name", got["text"], node.id)

    def attribute(self, got, node):
        is_name("attribute", got["text"], node.attr)
        self.expr(got["left"], node.value)

    def listed(self, got, nodes):
        same(f"line {nodes[0].lineno if nodes else '?'}: count", len(got), len(nodes))
        for arg, node in zip(got, nodes):
            starred = isinstance(node, ast.Starred)
            same("stars", arg["stars"], int(starred))
            self.expr(arg["value"], node.value if starred else node)

    def args(self, got, positional, keywords):
        self.listed([arg for arg in got if not arg["name"] and arg["stars"] != 2], positional)
        named = [arg for arg in got if arg["name"] or arg["stars"] == 2]
        same("count of keywords", len(named), len(keywords))
        for arg, keyword in zip(named, keywords):
            is_name("keyword", arg["name"], keyword.arg)
            same("stars", arg["stars"], 0 if keyword.arg else 2)
            self.expr(arg["value"], keyword.value)

    def call(self, got, node):
        self.expr(got["left"], node.func)
        self.args(got["args"], node.args, node.keywords)

    def subscript(self, got, node):
        self.expr(got["left"], node.value)
        args = got["args"]
        several = isinstance(node.slice, ast.Tuple) and not (len(args) == 1 and args[0]["value"]["kind"] == "tuple")
        self.listed(args, node.slice.elts if several else [node.slice])

    def elements(self, got, node):
        self.listed(got["args"], node.elts)

    def dict(self, got, node):
        same("count of pairs", len(got["args"]), len(node.keys))
        for arg, key, value in zip(got["args"], node.keys, node.values):
            self.expr(arg["key"], key)
            self.expr(arg["value"], value)

    def operator(self, got, node):
        same("operator", text(got["text"]).decode(), OPERATORS[type(node)])

    def unary(self, got, node):
        self.operator(got, node.op)
        self.expr(got["right"], node.operand)

    def binary(self, got, node):
        self.operator(got, node.op)
        self.expr(got["left"], node.left)
        self.expr(got["right"], node.right)

    def compare(self, got, node):
        self.operator(got, node.ops[0])
        self.expr(got["left"], node.left)
        self.expr(got["right"], node.comparators[0])

    def boolean(self, got, node):
        """`a and b and c` is `(a and b) and c`."""
        for value in reversed(node.values[1:]):
            same("kind", got["kind"], "binary")
            self.operator(got, node.op)
            self.expr(got["right"], value)
            got = got["left"]
        self.expr(got, node.values[0])

    # ---- statements ----

    def statements(self, got, nodes, depth):
        for node in nodes:
            self.statement(got, node, depth)

    def take(self, got, kind, depth, node=None, last=None):
        where = f"line {node.lineno}" if node else "?"
        statement = next(got, None)
        if statement is None:
            raise Differs(f"{where}: {kind} is missing")
        if statement["kind"] == "broken":
            raise Differs(f"line {statement['line']}: broken, and not {kind}")
        same(f"{where}: kind", statement["kind"], kind)
        same(f"{where}: depth", statement["depth"], depth)
        if node:
            same("line", statement["line"], node.lineno)
        last = last or node
        if last:
            same(f"{where}: last line", statement["last_line"], last.end_lineno)
        if node and last and self.file.utf8:
            # A block ends in the `;` behind its last statement; of that one alone Python knows no `;`.
            got_source, wanted = text(statement["source"]), self.file.source(last, node)
            if kind == "block":
                got_source = got_source.rstrip(b" ;")
            same(f"{where}: source", got_source, wanted.rstrip(b" ;") if kind == "block" else wanted)
        return statement

    def block(self, got, word, depth, body, node=None):
        statement = self.take(got, "block", depth, node, body[-1])
        same("keyword", text(statement["text"]).decode(), word)
        self.statements(got, body, depth + 1)
        return statement

    def statement(self, got, node, depth):
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            statement = self.take(got, "assign", depth, node)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            same("count of targets", len(statement["targets"]), len(targets))
            for target, wanted in zip(statement["targets"], targets):
                self.expr(target, wanted)
            self.expr(statement["annotation"], getattr(node, "annotation", None))
            self.expr(statement["value"], node.value)
        elif isinstance(node, ast.AugAssign):
            statement = self.take(got, "augment", depth, node)
            self.operator(statement, node.op)
            self.expr(statement["targets"][0], node.target)
            self.expr(statement["value"], node.value)
        elif isinstance(node, ast.Expr):
            self.expr(self.take(got, "expr", depth, node)["value"], node.value)
        elif isinstance(node, ast.Return):
            self.expr(self.take(got, "return", depth, node)["value"], node.value)
        elif isinstance(node, ast.Pass):
            self.take(got, "pass", depth, node)
        elif isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            self.definition(got, node, depth)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.imports(self.take(got, "import", depth, node), node)
        elif type(node) in OTHERS:
            same("keyword", text(self.take(got, "other", depth, node)["text"]).decode(), OTHERS[type(node)])
        elif type(node).__name__ == "TypeAlias":
            same("keyword", text(self.take(got, "other", depth, node)["text"]).decode(), "type")
        else:
            self.compound(got, node, depth)

    def definition(self, got, node, depth):
        is_class = isinstance(node, ast.ClassDef)
        statement = self.take(got, "class" if is_class else "function", depth, node)
        is_name("name", statement["name"], node.name)
        same("count of decorators", len(statement["decorators"]), len(node.decorator_list))
        for decorator, wanted in zip(statement["decorators"], node.decorator_list):
            self.expr(decorator, wanted)
        if is_class:
            self.args(statement["args"], node.bases, node.keywords)
        self.statements(got, node.body, depth + 1)

    def imports(self, statement, node):
        same("count of imports", len(statement["imports"]), len(node.names))
        for item, alias in zip(statement["imports"], node.names):
            if isinstance(node, ast.Import):
                is_name("module", item["module"], alias.name)
                is_name("name", item["name"], "")
                is_name("as", item["as"], alias.asname or alias.name.split(".")[0])
            else:
                is_name("module", item["module"], "." * node.level + (node.module or ""))
                is_name("name", item["name"], alias.name)
                is_name("as", item["as"], alias.asname or alias.name)

    def compound(self, got, node, depth):
        if isinstance(node, ast.If):
            word = "if"
            while True:
                self.expr(self.block(got, word, depth, node.body, node)["value"], node.test)
                rest = node.orelse
                if len(rest) != 1 or not isinstance(rest[0], ast.If) or not self.is_elif(rest[0]):
                    break
                word, node = "elif", rest[0]
            self.otherwise(got, node, depth)
        elif isinstance(node, ast.While):
            self.expr(self.block(got, "while", depth, node.body, node)["value"], node.test)
            self.otherwise(got, node, depth)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.block(got, "for", depth, node.body, node)
            self.otherwise(got, node, depth)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            statement = self.block(got, "with", depth, node.body, node)
            only = node.items[0] if len(node.items) == 1 else None
            targets = [only.optional_vars] if only and only.optional_vars else []
            self.expr(statement["value"], only and only.context_expr)
            same("count of targets", len(statement["targets"]), len(targets))
            for target, wanted in zip(statement["targets"], targets):
                self.expr(target, wanted)
        elif isinstance(node, ast.Match):
            statement = self.take(got, "block", depth, node)
            same("keyword", text(statement["text"]).decode(), "match")
            for case in node.cases:
                self.block(got, "case", depth + 1, case.body)
        elif isinstance(node, (ast.Try, getattr(ast, "TryStar", ast.Try))):
            self.block(got, "try", depth, node.body, node)
            for handler in node.handlers:
                self.block(got, "except", depth, handler.body, handler)
            self.otherwise(got, node, depth)
            if node.finalbody:
                self.block(got, "finally", depth, node.finalbody)
        else:
            raise Differs(f"line {node.lineno}: {type(node).__name__} is not known here")

    def is_elif(self, node):
        return self.file.source(node).startswith(b"elif")

    def otherwise(self, got, node, depth):
        if node.orelse:
            self.block(got, "else", depth, node.orelse)


def height(node):
    if isinstance(node, ast.BoolOp):
        high = [height(value) for value in node.values]
        tall = high[0]
        for other in high[1:]:
            tall = max(tall, other) + 1
        return tall
    return 1 + max((height(child) for child in ast.iter_child_nodes(node)), default=-1)


def files_of(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".py"))


def check(name, statements):
    """What is wrong; None when nothing is."""
    try:
        file = File(name)
    except (SyntaxError, ValueError) as error:
        # Bytes are handed on as they are, whatever the coding line says, and any letter beyond ASCII is taken.
        if any(part in str(error) for part in ("encoding", "invalid character", "utf-8")):
            return None
        return None if any(s["kind"] == "broken" for s in statements) else "nothing is broken, and Python says it is"
    got = iter(statements)
    try:
        Comparison(file).statements(got, file.tree.body, 0)
        if (more := next(got, None)) is not None:
            raise Differs(f"line {more['line']}: one more {more['kind']}")
    except Differs as error:
        return str(error)
    return None


def main():
    program, *paths = sys.argv[1:]
    names = list(files_of(paths))
    wrong = count = 0
    reads = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for name in names:
        reads.stdin.write(os.fsencode(name) + b"\n")
        reads.stdin.flush()
        statements = []
        for line in reads.stdout:
            if line == b"{}\n":
                break
            statements.append(json.loads(line))
        count += len(statements)
        problem = check(name, statements)
        if problem:
            wrong += 1
            if wrong <= 20:
                print(f"{name}: {problem}")
    reads.stdin.close()
    status = reads.wait()
    print(f"{len(names)} files, {count} statements, {wrong} differ")
    if wrong or status or not names:
        sys.exit(1)


if __name__ == "__main__":
    main()

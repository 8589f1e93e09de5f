// What the names of TypeScript and JavaScript functions mean, by the TypeScript checker.
//
//     echo '{"root": "/repo", "functions": [{"path": "a.ts", "first": 3, "last": 9}]}' | node script_names.mjs FOLDER
//
// FOLDER holds node_modules/typescript.
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";

const ts = createRequire(path.resolve(process.argv[2], "x.js"))("typescript");
const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const root = fs.realpathSync(asked.root);
const files = asked.files.map((file) => path.join(root, file));

function packagePaths() {
  const paths = {};
  for (const file of asked.packages) {
    const folder = path.dirname(path.join(root, file));
    let name;
    try {
      name = JSON.parse(fs.readFileSync(path.join(root, file), "utf8")).name;
    } catch {
      continue;
    }
    if (!name) continue;
    const to = (tail) => ["src/" + tail, tail].map((p) => path.join(folder, p));
    paths[name] = to("index");
    paths[name + "/*"] = [...to("*"), ...to("*/index")];
  }
  return paths;
}

function configPaths() {
  const file = path.join(root, "tsconfig.json");
  if (!fs.existsSync(file)) return {};
  const read = ts.readConfigFile(file, ts.sys.readFile);
  const options = read.config?.compilerOptions ?? {};
  const base = path.resolve(root, options.baseUrl ?? ".");
  return Object.fromEntries(
    Object.entries(options.paths ?? {}).map(([k, v]) => [k, v.map((p) => path.resolve(base, p))]),
  );
}

const program = ts.createProgram(files, {
  allowJs: true,
  checkJs: false,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  jsx: ts.JsxEmit.Preserve,
  types: [],
  paths: { ...packagePaths(), ...configPaths() },
});
const checker = program.getTypeChecker();

function resolve(node) {
  let symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  return symbol;
}

function isByImport(node) {
  const parent = node.parent;
  const isMember =
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isQualifiedName(parent) && parent.right === node);
  if (!isMember) return !ts.isBindingElement(parent);
  const of = resolve(ts.isQualifiedName(parent) ? parent.left : parent.expression);
  return Boolean(of && of.flags & (ts.SymbolFlags.ValueModule | ts.SymbolFlags.NamespaceModule));
}

function* uses(source, first, last) {
  const start = source.getPositionOfLineAndCharacter(first - 1, 0);
  const starts = source.getLineStarts();
  const end = last < starts.length ? starts[last] : source.getEnd();
  function* visit(node) {
    if (node.getEnd() <= start || node.getStart(source) >= end) return;
    if (ts.isIdentifier(node) && node.getStart(source) >= start) yield node;
    const children = [];
    ts.forEachChild(node, (child) => void children.push(child));
    for (const child of children) yield* visit(child);
  }
  for (const node of visit(source)) {
    if (ts.isPropertyAssignment(node.parent) && node.parent.name === node) continue;
    if (ts.isJsxAttribute(node.parent)) continue;
    if (node.parent.tagName === node && /^[a-z]/.test(node.text)) continue; // an element of HTML
    const symbol = resolve(node);
    const declarations = (symbol?.declarations ?? []).filter(
      (d) => !ts.isSourceFile(d) && !ts.isModuleDeclaration(d),
    );
    const others = declarations.filter((d) => d.getSourceFile() !== source);
    if (!others.length || others.length < declarations.length) continue;
    const byFile = new Map();
    for (const declaration of others) {
      const file = declaration.getSourceFile();
      const name = path.relative(root, file.fileName);
      if (name.startsWith("..") || name.includes("node_modules")) continue;
      const at = (declaration.name ?? declaration).getStart(file);
      const line = file.getLineAndCharacterOfPosition(at).line + 1;
      byFile.set(name, [...(byFile.get(name) ?? []), line]);
    }
    const [entry] = byFile;
    if (entry)
      yield { name: node.text, path: entry[0], lines: entry[1], by_import: isByImport(node) };
  }
}

const answers = asked.functions.map(({ path: name, first, last }) => {
  const source = program.getSourceFile(path.join(root, name));
  return source ? [...uses(source, first, last)] : [];
});
process.stdout.write(JSON.stringify(answers));

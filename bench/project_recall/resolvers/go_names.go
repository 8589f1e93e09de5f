// What the names of Go functions mean, by go/types: JSON of functions in, JSON of definitions out.
// Packages that are not of the module count as unknown.
package main

import (
	"encoding/json"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

type function struct {
	Path  string `json:"path"`
	First int    `json:"first"`
	Last  int    `json:"last"`
}

type use struct {
	Name     string `json:"name"`
	Path     string `json:"path"`
	Lines    []int  `json:"lines"`
	ByImport bool   `json:"by_import"`
}

type asked struct {
	Root      string            `json:"root"`
	Modules   map[string]string `json:"modules"` // path of the module -> its folder
	Functions []function        `json:"functions"`
}

type checked struct {
	pkg   *types.Package
	info  *types.Info
	files map[string]*ast.File
}

type world struct {
	root    string
	modules map[string]string
	fset    *token.FileSet
	done    map[string]*checked
	busy    map[string]bool
	std     types.Importer
}

func (w *world) Import(path string) (*types.Package, error) {
	for module, folder := range w.modules {
		if path == module || strings.HasPrefix(path, module+"/") {
			sub := filepath.Join(folder, strings.TrimPrefix(strings.TrimPrefix(path, module), "/"))
			if w.busy[sub] {
				break
			}
			if c := w.check(sub, path); c != nil {
				return c.pkg, nil
			}
		}
	}
	if !strings.Contains(strings.Split(path, "/")[0], ".") {
		if pkg, err := w.std.Import(path); err == nil {
			return pkg, nil
		}
	}
	pkg := types.NewPackage(path, filepath.Base(path))
	pkg.MarkComplete()
	return pkg, nil
}

func (w *world) check(folder, path string) *checked {
	if c, ok := w.done[folder]; ok {
		return c
	}
	w.busy[folder] = true
	defer delete(w.busy, folder)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	files := map[string]*ast.File{}
	var list []*ast.File
	name := ""
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		if ok, err := build.Default.MatchFile(folder, entry.Name()); err == nil && !ok {
			continue
		}
		full := filepath.Join(folder, entry.Name())
		file, _ := parser.ParseFile(w.fset, full, nil, parser.SkipObjectResolution)
		if file == nil || (name != "" && file.Name.Name != name) {
			continue
		}
		name = file.Name.Name
		files[full] = file
		list = append(list, file)
	}
	if len(list) == 0 {
		return nil
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: w, Error: func(error) {}, FakeImportC: true}
	pkg, _ := config.Check(path, w.fset, list, info)
	c := &checked{pkg, info, files}
	w.done[folder] = c
	return c
}

func (w *world) uses(f function) []use {
	full := filepath.Join(w.root, f.Path)
	c := w.check(filepath.Dir(full), filepath.Dir(f.Path))
	if c == nil || c.files[full] == nil {
		return []use{}
	}
	out := []use{}
	ast.Inspect(c.files[full], func(node ast.Node) bool {
		id, ok := node.(*ast.Ident)
		if !ok {
			return true
		}
		line := w.fset.Position(id.Pos()).Line
		object := c.info.Uses[id]
		if line < f.First || line > f.Last || object == nil || !object.Pos().IsValid() {
			return true
		}
		if _, isPackage := object.(*types.PkgName); isPackage {
			return true
		}
		at := w.fset.Position(object.Pos())
		rel, err := filepath.Rel(w.root, at.Filename)
		if err != nil || strings.HasPrefix(rel, "..") || rel == f.Path {
			return true
		}
		top := object.Pkg() != nil && object.Parent() == object.Pkg().Scope()
		out = append(out, use{id.Name, filepath.ToSlash(rel), []int{at.Line}, top})
		return true
	})
	return out
}

func main() {
	var question asked
	if err := json.NewDecoder(os.Stdin).Decode(&question); err != nil {
		panic(err)
	}
	fset := token.NewFileSet()
	w := &world{question.Root, question.Modules, fset, map[string]*checked{}, map[string]bool{},
		importer.ForCompiler(fset, "source", nil)}
	answers := [][]use{}
	for _, f := range question.Functions {
		answers = append(answers, w.uses(f))
	}
	json.NewEncoder(os.Stdout).Encode(answers)
}

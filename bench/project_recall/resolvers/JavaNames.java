// What the names of Java methods mean, by javac: lines of functions in, JSON of definitions out.
//
//     java --add-exports jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED JavaNames.java ROOT FILES FUNCTIONS
//
// FILES holds a path in each line, FUNCTIONS `path first last` separated by tabs. What is not in the
// repository counts as unknown.
import com.sun.source.tree.*;
import com.sun.source.util.*;
import com.sun.tools.javac.tree.JCTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import javax.lang.model.element.*;
import javax.tools.*;

public class JavaNames {
    static Path root;
    static Trees trees;

    public static void main(String[] args) throws Exception {
        root = Path.of(args[0]).toRealPath();
        List<String> names = Files.readAllLines(Path.of(args[1]));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StandardJavaFileManager manager = compiler.getStandardFileManager(d -> {}, null, StandardCharsets.UTF_8);
        List<Path> paths = names.stream().map(root::resolve).toList();
        List<String> options = List.of("-proc:none", "-XDshould-stop.ifError=FLOW", "-XDshould-stop.at=FLOW", "-Xmaxerrs", "1");
        JavacTask task = (JavacTask) compiler.getTask(null, manager, d -> {}, options, null,
            manager.getJavaFileObjectsFromPaths(paths));
        Map<String, CompilationUnitTree> units = new HashMap<>();
        for (CompilationUnitTree unit : task.parse()) {
            units.put(relative(unit), unit);
        }
        try {
            task.analyze();
        } catch (RuntimeException broken) {
            System.err.println("javac gave up: " + broken);
        }
        trees = Trees.instance(task);
        StringBuilder out = new StringBuilder("[");
        for (String line : Files.readAllLines(Path.of(args[2]))) {
            String[] parts = line.split("\t");
            CompilationUnitTree unit = units.get(parts[0]);
            if (out.length() > 1) out.append(",");
            out.append("[").append(unit == null ? "" : uses(unit, Long.parseLong(parts[1]), Long.parseLong(parts[2]))).append("]");
        }
        System.out.println(out.append("]"));
    }

    static String relative(CompilationUnitTree unit) {
        return root.relativize(Path.of(unit.getSourceFile().toUri())).toString().replace('\\', '/');
    }

    static String uses(CompilationUnitTree unit, long first, long last) {
        StringJoiner out = new StringJoiner(",");
        SourcePositions positions = trees.getSourcePositions();
        LineMap lines = unit.getLineMap();
        new TreePathScanner<Void, Void>() {
            void take(Tree node, String name, boolean isMember) {
                long at = ((JCTree) node).pos;
                if (at < 0 || lines.getLineNumber(at) < first || lines.getLineNumber(at) > last) return;
                Element element = trees.getElement(getCurrentPath());
                if (element == null || isLocal(element)) return;
                TreePath path = trees.getPath(element);
                if (path == null || path.getCompilationUnit() == unit) return;
                long line = path.getCompilationUnit().getLineMap().getLineNumber(((JCTree) path.getLeaf()).pos);
                boolean isType = element.getKind().isClass() || element.getKind().isInterface();
                if (name.equals("<init>") || name.equals("this") || name.equals("super")) return;
                out.add("{\"name\":\"" + name + "\",\"path\":\"" + relative(path.getCompilationUnit())
                    + "\",\"lines\":[" + line + "],\"by_import\":" + (isType && !isMember) + "}");
            }

            @Override public Void visitIdentifier(IdentifierTree node, Void v) {
                take(node, node.getName().toString(), false);
                return super.visitIdentifier(node, v);
            }

            @Override public Void visitMemberSelect(MemberSelectTree node, Void v) {
                take(node, node.getIdentifier().toString(), true);
                return super.visitMemberSelect(node, v);
            }

            @Override public Void visitMemberReference(MemberReferenceTree node, Void v) {
                take(node, node.getName().toString(), true);
                return super.visitMemberReference(node, v);
            }
        }.scan(unit, null);
        return out.toString();
    }

    static boolean isLocal(Element element) {
        return switch (element.getKind()) {
            case LOCAL_VARIABLE, PARAMETER, EXCEPTION_PARAMETER, RESOURCE_VARIABLE, BINDING_VARIABLE, TYPE_PARAMETER,
                 PACKAGE, MODULE, CONSTRUCTOR -> true;
            default -> false;
        };
    }
}

import { LineCounter, parseAllDocuments, type Document } from "yaml";
import { goYamlOptions, goYamlProblem, goYamlValueProblem, stringKeyed } from "../../machinery/index.ts";
import { CliError } from "../errors.ts";

/** One document of YAML (or JSON); `explain` words the failure around go-yaml's message. */
export function parseYaml(text: string, explain: (message: string) => string): unknown {
  const [first] = parseYamlDocuments(text, explain);
  return first ?? null;
}

/** All documents, as JSON values. Throws CliError with go-yaml's words: "line 4: did not find expected key". */
export function* parseYamlDocuments(text: string, explain: (message: string) => string): Iterable<unknown> {
  // kubectl splits the stream at lines of `---` first, so that lines count from each document's start (k8s: YAMLReader).
  let from = 0;
  for (const chunk of splitDocuments(text)) {
    const start = Math.max(0, text.indexOf(chunk, from));
    from = start + chunk.length;
    const lines = new LineCounter();
    const documents = parseAllDocuments(chunk, { ...goYamlOptions, lineCounter: lines }) as Document[];
    const [first] = Array.isArray(documents) ? documents : [];
    if (!first) {
      yield null;
      continue;
    }
    const [error] = first.errors;
    if (error)
      throw new CliError(explain(goYamlProblem(error, chunk, lines.linePos(error.pos[0]).line)), 1, placeOf(text, start + error.pos[0]));
    let value: unknown;
    try {
      value = first.toJS({ maxAliasCount: 1000 }) as unknown;
    } catch (e) {
      throw new CliError(explain(goYamlValueProblem(e)));
    }
    yield stringKeyed(value);
  }
}

/** Line and column in the whole file, and the line itself with a caret: kubectl's own words name the line only, and of its document. */
function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n");
  const source = (text.split("\n")[line - 1] ?? "").slice(0, 160);
  return `  line ${line}, column ${column}:\n  ${source}\n  ${" ".repeat(Math.max(0, Math.min(column, source.length + 1) - 1))}^\n`;
}

function splitDocuments(text: string): string[] {
  const chunks: string[] = [];
  let current: string[] = [];
  for (const line of text.split("\n")) {
    if (/^---(?:\s|$)/.test(line)) {
      if (current.some((l) => l.trim() !== "")) chunks.push(current.join("\n"));
      current = line.length > 3 && line.slice(3).trim() !== "" && !line.slice(3).trim().startsWith("#") ? [line.slice(3).trimStart()] : [];
    } else current.push(line);
  }
  if (current.some((l) => l.trim() !== "")) chunks.push(current.join("\n"));
  return chunks;
}

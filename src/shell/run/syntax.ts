import { lineAt, parseScript } from "../parse.ts";
import type { Shell } from "../shell.ts";

const RESERVED = new Set("if then else elif fi for while until do done case esac { } ! in".split(" "));
const OPERATOR = /^(?:;;&|;;|;&|&&|\|\||\|&|[|&;()<>]|\n)/;

/** What is wrong with a source, whichever shell then says it. */
interface Wrong {
  readonly pos: number;
  /** Undefined at the end of the source. */
  readonly token?: string;
  readonly expecting?: string | undefined;
  /** The end came within a quote or an expansion, which this would close. */
  readonly open?: "'" | '"' | "`" | ")" | "))" | "}";
}

/** Where `then` or `do` is missing, a shell stumbles over the word that stands in its place: often the one that would close. */
function misplaced(source: string, message: string, pos: number): { readonly pos: number; readonly token: string } | undefined {
  const wanted = /^expected '(then|do)'$/.exec(message)?.[1];
  if (wanted === undefined) return undefined;
  const closer = /[;\n][ \t]*(fi|elif|else|done)(?![\w-])/.exec(source.slice(0, pos));
  if (closer) return { pos: closer.index + closer[0].length - (closer[1] as string).length, token: closer[1] as string };
  const before = wanted === "do" && pos < source.trimEnd().length ? /([^\s;&|()<>]+)[ \t]*$/.exec(source.slice(0, pos)) : null;
  return before ? { pos: before.index, token: before[1] as string } : undefined;
}

function diagnose(source: string): Wrong | undefined {
  const errors = parseScript(source).errors ?? [];
  const [first] = errors;
  if (!first) return undefined;
  const { message, pos } = first;
  const close = errors.map((e) => /^expected '([^']+)'/.exec(e.message)?.[1]).find((x) => x);
  const expecting = close === "esac" ? ")" : close;
  const quote = /^unterminated (single|double|backtick|ansi|arithmetic|command|parameter)/.exec(message)?.[1];
  if (quote)
    return {
      pos,
      open:
        quote === "double"
          ? '"'
          : quote === "backtick"
            ? "`"
            : quote === "arithmetic"
              ? "))"
              : quote === "command"
                ? ")"
                : quote === "parameter"
                  ? "}"
                  : "'",
    };
  const astray = misplaced(source, message, pos);
  if (astray) return { ...astray, expecting };
  const rest = source.slice(pos).replace(/^[ \t]+/, "");
  const named = /^unexpected token '([\s\S]*)'$/.exec(message)?.[1];
  if (named === undefined && rest.trim() === "") return { pos, expecting };
  const token = named ?? OPERATOR.exec(rest)?.[0] ?? /^[^\s;&|()<>]+/.exec(rest)?.[0] ?? "newline";
  const inPattern = named !== undefined && expecting === undefined && !RESERVED.has(token) && !OPERATOR.test(token);
  return { pos, token: token === "\n" ? "newline" : token, expecting: inPattern ? ")" : expecting };
}

/** Whether what ends a source is missing, so that its last command is no command. */
export const endsOpen = (source: string): boolean => {
  const wrong = diagnose(source);
  return wrong !== undefined && wrong.token === undefined;
};

/** What the shell says of a source that does not parse, with newline; undefined when it does. */
export function compoundSyntax(sh: Shell, source: string, label?: string): string | undefined {
  const wrong = diagnose(source);
  if (!wrong) return undefined;
  const last = source.replace(/\n$/, "").split("\n").length;
  const atEnd = wrong.token === undefined;
  if (sh.dialect.bash) {
    const head = (n: number): string =>
      `${sh.arg0}: ${label === undefined ? "" : `${label}: `}${sh.interactive && label === undefined ? "" : `line ${sh.lineOffset + n}: `}`;
    if (wrong.open)
      return `${head(wrong.open === ")" ? last + 1 : lineAt(source, wrong.pos))}unexpected EOF while looking for matching \`${wrong.open[0]}'\n`;
    if (atEnd) return `${head(last + 1)}syntax error: unexpected end of file\n`;
    const line = lineAt(source, wrong.pos);
    return `${head(line)}syntax error near unexpected token \`${wrong.token}'\n${head(line)}\`${source.split("\n")[line - 1] ?? ""}'\n`;
  }
  const dash = sh.dialect.name === "dash";
  const line = sh.lineOffset + (atEnd ? last : lineAt(source, wrong.pos));
  const within = label === "eval" ? "eval: " : "";
  const head = dash
    ? `${sh.arg0}: ${line}: ${within}Syntax error: `
    : `${sh.arg0}: ${within}${sh.script || within ? `line ${line}: ` : ""}syntax error: `;
  return `${head}${posix(wrong, dash)}\n`;
}

function posix({ token, expecting, open }: Wrong, dash: boolean): string {
  if (open === "'" || open === '"') return `${dash ? "U" : "u"}nterminated quoted string`;
  if (open === "`") return "EOF in backquote substitution";
  if (open === "))") return `${dash ? "M" : "m"}issing '))'`;
  const wanted = open ?? expecting;
  const tail = wanted && (token === undefined || RESERVED.has(wanted) || wanted === ")") ? ` (expecting "${wanted}")` : "";
  const what =
    token === undefined ? "end of file" : token === "newline" ? token : RESERVED.has(token) || OPERATOR.test(token) ? `"${token}"` : "word";
  return dash ? `${what} unexpected${tail}` : `unexpected ${what}${tail}`;
}

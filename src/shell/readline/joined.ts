import { parseScript } from "../parse.ts";

/** After these a new line goes on as after a blank; after anything else it ends a command (bash: history_delimiting_chars). */
const OPEN = /(?:^|[\s;&|({])(?:do|then|else|elif|if|while|until|in|case|select|for)$|[{(;&|)!]$|&&$|\|\|$|;;&?$|;&$/;

/** A command of several lines as history keeps it, on one line where that means the same (bash: cmdhist). */
export function joined(source: string): string {
  if (!source.includes("\n")) return source;
  const lines = source.split("\n");
  let out = lines[0] as string;
  let here = /<<-?\s*['"\\]?\w/.test(out) && heredoc(source);
  for (const line of lines.slice(1)) {
    if (here || quoted(out)) out += `\n${line}`;
    else if (/(^|[^\\])(\\\\)*\\$/.test(out)) out = out.slice(0, -1) + line;
    else if (/(^|\s)#[^'"]*$/.test(out)) out += `\n${line}`;
    else if (out.trim() === "" || line.trim() === "") out += out.trim() === "" ? line : "";
    else out = `${out}${OPEN.test(out.trimEnd()) ? " " : "; "}${line}`;
    here ||= /<<-?\s*['"\\]?\w/.test(line) && heredoc(source);
  }
  return out;
}
const heredoc = (source: string): boolean => parseScript(source).commands.length > 0 && /(^|[^<])<<-?[^<]/.test(source);

/** Whether a quote or a substitution is open at the end. */
function quoted(text: string): boolean {
  let quote = "";
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === "\\" && quote !== "'") i++;
    else if (quote === "") quote = c === "'" || c === '"' ? c : "";
    else if (c === quote) quote = "";
    if (quote !== "'" && c === "$" && text[i + 1] === "(") depth++;
    else if (depth > 0 && c === ")" && quote === "") depth--;
  }
  return quote !== "" || depth > 0;
}

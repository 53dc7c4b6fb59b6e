import type { Co } from "../../screen/ask.ts";
import type { Editor } from "../state.ts";
import { SHORT } from "../options.ts";
import { commands } from "./table.ts";

/** Tab on the command line: names of commands, options and files, one after the other. */
export function* complete(ed: Editor, text: string, step: 1 | -1): Co<string> {
  const going = ed.completion;
  const base = going?.base ?? text;
  const m = /^(.*?)([^\s]*)$/s.exec(base) as RegExpExecArray;
  const [, head = "", word = ""] = m;
  let found: readonly string[];
  if (/^[\s:]*(?:%|[\d.,$'<>]+)?$/.test(head)) {
    const prefix = /^(?:%|[\d.,$'<>]+)?/.exec(word)?.[0] ?? "";
    found = commands()
      .map((c) => c.name)
      .filter((n) => n.startsWith(word.slice(prefix.length)) && /^[a-z]/i.test(n))
      .map((n) => prefix + n);
  } else if (/^\s*:?\s*setl?\w*\s/.test(head)) {
    const no = word.startsWith("no") ? "no" : "";
    found = [...Object.values(SHORT), "paste", "list", "wrap", "magic", "mouse"]
      .filter((n) => n.startsWith(word.slice(no.length)))
      .map((n) => no + n);
  } else found = (yield { ask: "glob", path: word }) as readonly string[];
  const all = [...new Set(found)].sort();
  if (all.length === 0) return text;
  const at = going ? all.indexOf(text.slice(head.length)) : -1;
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
  ed.completion = { base, at: ed.cursor };
  return next < 0 || next >= all.length ? base : head + (all[next] as string);
}

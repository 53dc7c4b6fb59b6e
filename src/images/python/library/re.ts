import { RE2JS, RE2JSException } from "re2js";
import { Host, PyTuple, T, type Value } from "../values.ts";
import { PyDict } from "../vm/dicts.ts";
import { raised } from "../vm/errors.ts";
import { functions } from "../vm/native.ts";

/** A compiled pattern: on an engine that takes time in proportion to the text. */
class Compiled extends Host {
  readonly re: RE2JS;
  constructor(re: RE2JS) {
    super(T.cell);
    this.re = re;
  }
}
const [IGNORECASE, MULTILINE, DOTALL] = [2, 8, 16];

/** What this engine has no way of doing in linear time is refused by name. */
function translated(pattern: string): string {
  if (/\\[1-9]|\(\?P=/.test(pattern.replaceAll("\\\\", "")))
    throw raised("NotImplementedError", "back-references in patterns are not simulated in Timonel");
  if (/\(\?<?[=!]/.test(pattern)) throw raised("NotImplementedError", "look-around in patterns is not simulated in Timonel");
  return pattern.replaceAll("\\Z", "\\z");
}

/** What re is built on. */
export function reModule(): Map<string, Value> {
  return functions({
    _compile: [
      "pattern, flags",
      (_, [pattern, given]) => {
        const n = Number(given);
        const flags =
          (n & IGNORECASE ? RE2JS.CASE_INSENSITIVE : 0) | (n & MULTILINE ? RE2JS.MULTILINE : 0) | (n & DOTALL ? RE2JS.DOTALL : 0);
        try {
          const re = RE2JS.compile(translated(String(pattern)), flags);
          const names = new PyDict();
          for (const [name, group] of Object.entries(re.namedGroups() as Record<string, number>)) names.put(name, group);
          return new PyTuple([new Compiled(re), re.groupCount(), names]);
        } catch (error) {
          if (error instanceof RE2JSException) return String(error.message).replace(/^error parsing regexp: /, "");
          throw error;
        }
      },
    ],
    /** Where each group begins and ends, or None. */
    _exec: [
      "compiled, text, at, mode",
      (t, [compiled, text, at, mode]) => {
        const s = String(text);
        t.machine.spend(s.length >> 2);
        const matcher = (compiled as Compiled).re.matcher(s);
        const from = Number(at);
        if (from > s.length || !matcher.find(from)) return null;
        if (mode !== "search" && matcher.start() !== from) {
          // find() looks further on; what begins here is asked of the rest by itself.
          const rest = (compiled as Compiled).re.matcher(s.slice(from));
          if (!(mode === "fullmatch" ? rest.matches() : rest.lookingAt())) return null;
          return spans(rest, from);
        }
        if (mode === "fullmatch" && matcher.end() !== s.length) {
          const rest = (compiled as Compiled).re.matcher(s.slice(from));
          return rest.matches() ? spans(rest, from) : null;
        }
        return spans(matcher, 0);
      },
    ],
  });
}
function spans(matcher: ReturnType<RE2JS["matcher"]>, offset: number): Value {
  const all: Value[] = [];
  for (let i = 0; i <= matcher.groupCount(); i++) {
    const start = matcher.start(i);
    all.push(start < 0 ? -1 : start + offset, start < 0 ? -1 : matcher.end(i) + offset);
  }
  return new PyTuple(all);
}

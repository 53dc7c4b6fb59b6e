import type { Utility } from "./tool.ts";

/** Rewrites a script's arguments: options first, each apart, then `--` and the rest (getopt(1)). */
export const getopt: Utility = {
  name: "getopt",
  usage: "[OPTIONS] [--] OPTSTRING PARAMS",
  about: "Parse command options",
  parse: "first",
  flags: {
    longs: { short: "l", long: "longoptions", value: "LOPT,...", help: "Long options to be recognized" },
    shorts: { short: "o", long: "options", value: "OPTSTRING", help: "Short options to be recognized" },
    name: { short: "n", long: "name", value: "PROGNAME", help: "The name under which errors are reported" },
    quiet: { short: "q", long: "quiet", help: "No error messages on unrecognized options" },
    unquoted: { short: "u", long: "unquoted", help: "Don't quote output" },
    test: { short: "T", long: "test", help: "Version test exit code" },
    alternative: { short: "a", long: "alternative", help: "Allow long options starting with single -" },
    shell: { short: "s", long: "shell", value: "SHELL", help: "Quote for SHELL" },
  },
  async run(t) {
    if (t.has("test")) return 4;
    const words = [...t.args];
    const compatible = !t.has("shorts");
    const shorts = t.value("shorts") ?? words.shift();
    if (shorts === undefined) return t.misuse("missing optstring argument", 2);
    if (words[0] === "--" && compatible) words.shift();
    const longs = t
      .values("longs")
      .flatMap((l) => l.split(/[,\s]+/))
      .filter(Boolean);
    const quote = (text: string): string => (t.has("unquoted") || compatible ? text : `'${text.replace(/'/g, "'\\''")}'`);
    const state: State = { out: [], rest: [], failed: false };
    const complain = async (what: string): Promise<void> => {
      state.failed = true;
      if (!t.has("quiet")) await t.proc.stderr.write(`${t.value("name") ?? "getopt"}: ${what}\n`);
    };
    while (words.length > 0) {
      const word = words.shift() as string;
      if (word === "--") {
        state.rest.push(...words.splice(0));
        break;
      }
      if (word.startsWith("--")) await long(word, words, longs, quote, state, complain);
      else if (word.startsWith("-") && word !== "-") await short(word, words, shorts.replace(/^[+-]/, ""), quote, state, complain);
      else {
        state.rest.push(word);
        if (shorts.startsWith("+") || t.proc.env["POSIXLY_CORRECT"] !== undefined) state.rest.push(...words.splice(0));
      }
    }
    await t.out(`${[...state.out.map((w) => ` ${w}`), " --", ...state.rest.map((w) => ` ${quote(w)}`)].join("")}\n`);
    return state.failed ? 1 : 0;
  },
};

interface State {
  readonly out: string[];
  readonly rest: string[];
  failed: boolean;
}
type Complain = (what: string) => Promise<void>;

async function long(
  word: string,
  words: string[],
  longs: readonly string[],
  quote: (text: string) => string,
  state: State,
  complain: Complain,
): Promise<void> {
  const [name = "", inline] = word.slice(2).split(/=([\s\S]*)/, 2);
  const bare = (l: string): string => l.replace(/:+$/, "");
  const exact = longs.find((l) => bare(l) === name);
  const close = exact === undefined ? longs.filter((l) => bare(l).startsWith(name)) : [exact];
  const [found] = close;
  if (found === undefined) return complain(`unrecognized option '--${name}'`);
  if (close.length > 1) return complain(`option '--${name}' is ambiguous; possibilities: ${close.map((l) => `'--${bare(l)}'`).join(" ")}`);
  state.out.push(`--${bare(found)}`);
  if (found.endsWith("::")) state.out.push(quote(inline ?? ""));
  else if (found.endsWith(":")) {
    const value = inline ?? words.shift();
    if (value === undefined) {
      state.out.pop();
      return complain(`option '--${bare(found)}' requires an argument`);
    }
    state.out.push(quote(value));
  } else if (inline !== undefined) {
    state.out.pop();
    return complain(`option '--${bare(found)}' doesn't allow an argument`);
  }
}

async function short(
  word: string,
  words: string[],
  shorts: string,
  quote: (text: string) => string,
  state: State,
  complain: Complain,
): Promise<void> {
  for (let i = 1; i < word.length; i++) {
    const letter = word[i] as string;
    const at = letter === ":" ? -1 : shorts.indexOf(letter);
    if (at < 0) {
      await complain(`invalid option -- '${letter}'`);
      continue;
    }
    const takes = shorts[at + 1] === ":";
    const optional = takes && shorts[at + 2] === ":";
    if (!takes) {
      state.out.push(`-${letter}`);
      continue;
    }
    const value = i + 1 < word.length ? word.slice(i + 1) : optional ? "" : words.shift();
    if (value === undefined) await complain(`option requires an argument -- '${letter}'`);
    else state.out.push(`-${letter}`, quote(value));
    return;
  }
}

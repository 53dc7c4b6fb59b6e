import { complain } from "../ask.ts";
import type { Co } from "../../screen/ask.ts";
import { setType } from "../filetype.ts";
import { defaults, type OptionName, type Options, SHORT } from "../options.ts";
import type { Editor } from "../state.ts";
import { say } from "../state.ts";
import type { Call, Command } from "./types.ts";

/** What BusyBox's vi knows. */
const BUSYBOX: Readonly<Record<string, OptionName>> = {
  ai: "autoindent",
  autoindent: "autoindent",
  et: "expandtab",
  expandtab: "expandtab",
  ic: "ignorecase",
  ignorecase: "ignorecase",
  sm: "showmatch",
  showmatch: "showmatch",
  ts: "tabstop",
  tabstop: "tabstop",
};
/** Off where there is no choice; nobody misses a word about it. */
const ALWAYS: Readonly<Record<string, boolean>> = {
  compatible: false,
  cp: false,
  ttyfast: true,
  swapfile: false,
  swf: false,
  backup: false,
  bk: false,
  writebackup: false,
  wb: false,
  undofile: false,
  udf: false,
};

function optionOf(ed: Editor, name: string): OptionName | undefined {
  if (ed.flavour === "busybox") return BUSYBOX[name];
  return SHORT[name] ?? (Object.hasOwn(ed.options, name) ? (name as OptionName) : undefined);
}
const shown = (o: Options, name: OptionName): string => {
  const value = o[name];
  return typeof value === "boolean" ? `${value ? "  " : "no"}${name}` : `  ${name}=${value}`;
};

// oxlint-disable-next-line require-yield
function* run(ed: Editor, c: Call): Co {
  const words = c.args.replace(/(^|\s)".*$/, "").match(/(?:\\.|\S)+/g) ?? [];
  const initial = defaults(ed.flavour, "none");
  const names = Object.keys(ed.options).sort() as OptionName[];
  if (words.length === 0 && ed.flavour === "busybox") {
    const on = (name: OptionName): string => `${ed.options[name] ? "" : "no"}${name}`;
    return say(
      ed,
      `${on("autoindent")} ${on("expandtab")} noflash ${on("ignorecase")} ${on("showmatch")} tabstop=${ed.options.tabstop}`,
      "error",
    );
  }
  if (words.length === 0 || words[0] === "all") {
    const listed = words.length === 0 ? names.filter((n) => ed.options[n] !== initial[n]) : names;
    ed.pages = ["--- Options ---", ...listed.map((n) => shown(ed.options, n))];
    return;
  }
  for (const word of words) setOne(ed, word);
}

function setOne(ed: Editor, word: string): void {
  const vim = ed.flavour === "vim";
  const unknown = (name: string): never => complain(ed, vim ? `E518: Unknown option: ${name}` : `bad option: ${word}`);
  const m = /^(no|inv)?([a-z]+)(.*)$/s.exec(word);
  if (!m) return unknown(word);
  let [, prefix, name = "", rest = ""] = m;
  let option = optionOf(ed, name);
  if (!option && prefix === undefined) return refused(ed, name, word, unknown);
  // `number` begins with "nu", and `nonumber` with "no": the whole name goes first.
  const whole = optionOf(ed, `${prefix ?? ""}${name}`);
  if (whole) [option, prefix, name] = [whole, undefined, `${prefix ?? ""}${name}`];
  if (!option) return refused(ed, name, word, unknown);
  const value = ed.options[option];
  const put = (next: Options[OptionName]): void => {
    const before = ed.options;
    ed.options = { ...before, [option as string]: next };
    if (option === "filetype") setType(ed, String(next));
    if (option === "paste" && next === true && !before.paste) {
      const { autoindent, smartindent, expandtab, softtabstop, textwidth } = before;
      ed.beforePaste = { autoindent, smartindent, expandtab, softtabstop, textwidth };
      ed.options = { ...ed.options, autoindent: false, smartindent: false, expandtab: false, softtabstop: 0, textwidth: 0 };
    } else if (option === "paste" && next === false && before.paste) ed.options = { ...ed.options, ...ed.beforePaste };
    if (option === "hlsearch" || option === "ignorecase") ed.highlight = true;
  };
  if (rest === "?") return say(ed, shown(ed.options, option));
  if (rest === "&") return put(defaults(ed.flavour, "none")[option]);
  if (typeof value === "boolean") {
    if (rest === "!") return put(!value);
    if (rest !== "") return complain(ed, `E474: Invalid argument: ${word}`);
    return put(prefix === "inv" ? !value : prefix !== "no");
  }
  if (prefix !== undefined || rest === "!") return complain(ed, `E474: Invalid argument: ${word}`);
  if (rest === "") return say(ed, shown(ed.options, option));
  const assigned = /^([+\-^]?)[=:](.*)$/s.exec(rest);
  if (!assigned) return complain(ed, `E488: Trailing characters: ${word}`);
  const given = (assigned[2] as string).replace(/\\(.)/g, "$1");
  if (typeof value === "string") {
    if (option === "fileformat") {
      if (!/^(unix|dos)$/.test(given)) return complain(ed, `E474: Invalid argument: ${word}`);
      ed.file = { ...ed.file, dos: given === "dos", saved: (given === "dos") === ed.file.dos ? ed.file.saved : -1 };
    }
    return put(
      assigned[1] === "+"
        ? `${value}${value === "" || option === "formatoptions" ? "" : ","}${given}`
        : assigned[1] === "-"
          ? value.replace(given, "").replace(/^,|,$/, "")
          : given,
    );
  }
  if (!/^-?\d+$/.test(given)) return complain(ed, `E521: Number required after =: ${word}`);
  const n = Number(given);
  const next = assigned[1] === "+" ? value + n : assigned[1] === "-" ? value - n : n;
  if (next < 0 && option !== "softtabstop" && option !== "undolevels") return complain(ed, `E487: Argument must be positive: ${word}`);
  if (option === "tabstop" && (next < 1 || next > 9999))
    return complain(ed, next < 1 ? `E487: Argument must be positive: ${word}` : `E474: Invalid argument: ${word}`);
  put(next);
}
/** Options of the real one that this one has no use for. */
function refused(ed: Editor, name: string, word: string, unknown: (name: string) => never): void {
  const bare = name.replace(/^no/, "");
  if (ed.flavour === "vim" && Object.hasOwn(ALWAYS, bare)) {
    const on = !word.startsWith("no");
    if (on !== ALWAYS[bare]) complain(ed, `E519: Option not supported: ${word}`);
    return;
  }
  if (ed.flavour === "vim" && NOT_HERE.has(bare)) complain(ed, `E519: Option not supported: ${word}`);
  unknown(word.replace(/[=:].*$/, ""));
}
const NOT_HERE = new Set(
  "foldmethod fdm foldenable fen foldlevel foldcolumn spell spelllang termguicolors tgc t_Co wildmenu wmnu wildmode wim statusline stl colorcolumn cc signcolumn conceallevel cindent cin cinoptions history hi undodir backupdir directory dir viminfo modeline ml modelines lazyredraw lz splitbelow splitright title timeoutlen ttimeoutlen tm ttm virtualedit ve matchpairs iskeyword autoread ar autowrite aw shell sh complete completeopt cpt tags path linebreak lbr breakindent showbreak sidescroll sidescrolloff switchbuf updatetime langmap secure exrc runtimepath rtp guifont grepprg makeprg".split(
    " ",
  ),
);

export const set: Command = { name: "set", short: "se", range: false, busybox: true, run };

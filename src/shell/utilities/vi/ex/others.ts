import { complain } from "../ask.ts";
import type { Co } from "../../screen/ask.ts";
import { adoptType } from "../filetype.ts";
import { redoChange, undoChange } from "../history.ts";
import type { Editor } from "../state.ts";
import { lineOf, say } from "../state.ts";
import { runScript } from "./run.ts";
import { readFile } from "../ask.ts";
import { set } from "./set.ts";
import type { Call, Command } from "./types.ts";

// oxlint-disable-next-line require-yield
function* noHighlight(ed: Editor): Co {
  ed.highlight = false;
}
function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\x00-\x1f\x7f]/g, (c) => `^${String.fromCharCode(c.charCodeAt(0) ^ 64)}`);
}
// oxlint-disable-next-line require-yield
function* registers(ed: Editor, c: Call): Co {
  const rows = ["Type Name Content"];
  const wanted = c.args.replace(/\s/g, "");
  for (const name of ['"', ..."0123456789-", ..."abcdefghijklmnopqrstuvwxyz", "+"]) {
    const r = ed.registers[name];
    if (!r || (wanted !== "" && !wanted.includes(name))) continue;
    const text = visible(r.text.join("\n") + (r.kind === "line" ? "\n" : "")).replaceAll("^J", "^J");
    rows.push(`  ${r.kind === "char" ? "c" : r.kind === "line" ? "l" : "b"}  "${name}   ${text}`.slice(0, ed.columns - 1));
  }
  const more: readonly (readonly [string, string | undefined])[] = [
    [".", ed.lastInsert || undefined],
    [":", ed.lastCommand || undefined],
    ["%", ed.file.name],
    ["#", ed.alternate],
    ["/", ed.search?.pattern],
  ];
  for (const [name, text] of more)
    if (text !== undefined && (wanted === "" || wanted.includes(name))) rows.push(`  c  "${name}   ${visible(text)}`);
  ed.pages = rows;
}
// oxlint-disable-next-line require-yield
function* marks(ed: Editor): Co {
  const rows = Object.entries(ed.marks)
    .filter(([name]) => /^[a-zA-Z'.^[\]]$/.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, p]) =>
      ` ${name} ${String(p.line + 1).padStart(6)} ${String(p.column).padStart(4)} ${lineOf(ed, p.line).trimStart()}`.slice(0, ed.columns),
    );
  ed.pages = ["mark line  col file/text", ...rows];
}
// oxlint-disable-next-line require-yield
function* jumps(ed: Editor): Co {
  const n = ed.jumps.length;
  const rows = ed.jumps.map(
    (p, i) =>
      `${i === ed.jump ? ">" : " "}${String(Math.abs(ed.jump - i)).padStart(3)} ${String(p.line + 1).padStart(5)} ${String(p.column).padStart(4)} ${lineOf(ed, p.line).trimStart()}`,
  );
  ed.pages = [" jump line  col file/text", ...rows, ...(ed.jump === n ? [">"] : [])];
}
// oxlint-disable-next-line require-yield
function* history(ed: Editor): Co {
  const past = ed.history[":"] ?? [];
  ed.pages = ["      #  cmd history", ...past.map((h, i) => `${i === past.length - 1 ? ">" : " "}${String(i + 1).padStart(6)}  ${h}`)];
}
// oxlint-disable-next-line require-yield
function* undo(ed: Editor): Co {
  undoChange(ed, 1);
}
// oxlint-disable-next-line require-yield
function* redo(ed: Editor): Co {
  redoChange(ed, 1);
}
// oxlint-disable-next-line require-yield
function* syntax(ed: Editor, c: Call): Co {
  const what = c.args.trim();
  if (!/^(on|off|enable|clear|reset)?$/.test(what)) return complain(ed, `E410: Invalid :syntax subcommand: ${what}`);
  ed.features = { ...ed.features, syntax: what !== "off" && what !== "clear" };
  adoptType(ed);
}
// oxlint-disable-next-line require-yield
function* filetype(ed: Editor, c: Call): Co {
  const words = c.args.trim().split(/\s+/).filter(Boolean);
  const last = words.at(-1);
  const shown = (on: boolean): string => (on ? "ON" : "OFF");
  if (words.length === 0) return say(ed, `filetype detection:ON  plugin:${shown(ed.features.plugin)}  indent:${shown(ed.features.indent)}`);
  if (last !== "on" && last !== "off" && last !== "detect") return complain(ed, `E475: Invalid argument: ${c.args.trim()}`);
  const on = last === "on";
  const { plugin, indent } = ed.features;
  ed.features = { ...ed.features, plugin: words.includes("plugin") ? on : plugin, indent: words.includes("indent") ? on : indent };
  adoptType(ed);
}
function* source(ed: Editor, c: Call): Co {
  const path = c.args.trim();
  if (path === "") return complain(ed, "E471: Argument required");
  const file = yield* readFile(path);
  if (file.text === undefined) return complain(ed, `E484: Can't open file ${path}`);
  yield* runScript(ed, path, file.text);
}
// oxlint-disable-next-line require-yield
function* version(ed: Editor): Co {
  say(ed, ed.flavour === "vim" ? "VIM - Vi IMproved 9.0 (simulated by Timonel)" : "BusyBox v1.37.0 (simulated by Timonel)");
}
// oxlint-disable-next-line require-yield
function* missing(ed: Editor): Co {
  return complain(ed, "E319: Sorry, the command is not available in this version");
}
function* stop(): Co {
  yield { ask: "suspend" };
}
// oxlint-disable-next-line require-yield
function* echo(ed: Editor, c: Call): Co {
  const text = /^"([^"]*)"$|^'([^']*)'$/.exec(c.args.trim());
  if (!text) return complain(ed, "E319: Sorry, the command is not available in this version: expressions");
  say(ed, text[1] ?? text[2] ?? "");
}

/** Of the real one, and not here: each is refused by name. */
const MISSING =
  "abbreviate abclear anoremenu args augroup autocmd badd bdelete bfirst blast bnext bNext botright bprevious buffer call cd changes close cmap cnoremap cnext copen cprevious cwindow colorscheme command const continue def delcommand delmarks diffthis diffoff digraphs doautocmd drop earlier else endif endfor endfunction endwhile execute finish fold foldclose foldopen for function functions grep help helpgrep hide highlight iabbrev if imap inoremap iunmap keepjumps lcd left center right let lgrep later list make map mapclear match messages mkexrc mksession mkvimrc nmap nnoremap noremap nunmap omap only onoremap packadd pclose pwd resize runtime scriptnames setfiletype setglobal setlocal shell sign silent sleep smagic snomagic split sball stag startinsert suspend tab tabclose tabedit tabnew tabnext tabprevious tag terminal throw tnoremap try undojoin undolist unlet unmap unmenu verbose vertical view vimgrep vmap vnoremap vsplit vnew new while wincmd windo winsize wviminfo xmap xnoremap";
const SHORTENED: Readonly<Record<string, string>> = {
  help: "h",
  split: "sp",
  vsplit: "vs",
  abbreviate: "ab",
  colorscheme: "colo",
  autocmd: "au",
  highlight: "hi",
  setlocal: "setl",
  setglobal: "setg",
  buffer: "b",
  bnext: "bn",
  bdelete: "bd",
  tabedit: "tabe",
  tabnew: "tabnew",
  silent: "sil",
  inoremap: "ino",
  nnoremap: "nn",
  noremap: "no",
  imap: "im",
  nmap: "nm",
  vmap: "vm",
  command: "com",
  execute: "exe",
  function: "fu",
  only: "on",
  close: "clo",
  new: "new",
  messages: "mes",
  suspend: "sus",
  shell: "sh",
  pwd: "pw",
  vnoremap: "vn",
  iabbrev: "ia",
  list: "l",
  map: "map",
  view: "vie",
  earlier: "ea",
  later: "lat",
  colorschemes: "colo",
  args: "ar",
  tabnext: "tabn",
  undolist: "undol",
  left: "le",
  right: "ri",
  center: "ce",
};

const row = (name: string, short: string, run: Command["run"], how: { range?: boolean; busybox?: boolean } = {}): Command => ({
  name,
  short,
  range: how.range ?? false,
  busybox: how.busybox ?? false,
  run,
});
export const others: readonly Command[] = [
  row("nohlsearch", "noh", noHighlight),
  row("registers", "reg", registers),
  row("display", "di", registers),
  row("marks", "marks", marks),
  row("jumps", "ju", jumps),
  row("history", "his", history),
  row("undo", "u", undo),
  row("redo", "red", redo),
  row("syntax", "sy", syntax),
  row("filetype", "filet", filetype),
  row("source", "so", source),
  row("version", "ve", version, { busybox: true }),
  row("stop", "st", stop),
  row("echo", "ec", echo),
  { ...set, name: "setlocal", short: "setl" },
  ...MISSING.split(" ").map((name) => row(name, SHORTENED[name] ?? name, missing, { range: true })),
];

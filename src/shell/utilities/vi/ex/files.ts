import { type Loaded, splitText } from "../../screen/text-file.ts";
import { complain, readFile, runShell, writeFile } from "../ask.ts";
import type { Co } from "../../screen/ask.ts";
import { commit, spliceLines } from "../buffer.ts";
import { adoptType } from "../filetype.ts";
import type { Editor } from "../state.ts";
import { isModified, lastChange, lineOf, say } from "../state.ts";
import { byteSize, firstNonBlank } from "../text.ts";
import { runCommandLine } from "./run.ts";
import type { Call, Command } from "./types.ts";

const NOT_WRITTEN = "E37: No write since last change (add ! to override)";

/** A name as typed: `%` and `#` are the file and the one before. */
function fileName(ed: Editor, text: string): string | undefined {
  const name = text.trim();
  if (name === "") return undefined;
  const put = (mark: string, value: string | undefined, message: string): string =>
    value ?? complain(ed, `${mark === "%" ? "E499" : "E194"}: ${message}`);
  return name
    .replace(/(?<!\\)%(:h|:t|:r|:p)?/g, (_, how?: string) => {
      const file = put("%", ed.file.name, "Empty file name for '%' or '#', only works with \":p:h\"");
      if (how === ":h") return file.includes("/") ? file.replace(/\/[^/]*$/, "") : ".";
      return how === ":t" ? file.replace(/.*\//, "") : how === ":r" ? file.replace(/\.[^./]*$/, "") : file;
    })
    .replace(/(?<!\\)#/g, () => put("#", ed.alternate, "No alternate file name to substitute for '#'"))
    .replace(/\\([%# ])/g, "$1");
}

const flags = (l: Loaded): string => `${l.noeol ? " [noeol]" : ""}${l.dos ? " [dos]" : ""}`;

/** Opens a file in place of what is open. */
export function* openFile(ed: Editor, name: string | undefined): Co {
  if (name !== ed.file.name) ed.alternate = ed.file.name ?? ed.alternate;
  const file = name === undefined ? undefined : yield* readFile(name);
  const loaded = splitText(file?.text ?? "");
  commit(ed);
  ed.lines = loaded.lines;
  ed.undo = [];
  ed.redo = [];
  ed.open = undefined;
  ed.changes = 0;
  const same = name === ed.file.name;
  ed.file = { name, readonly: file?.readonly ?? false, dos: loaded.dos, saved: 0, ...(file?.mtime !== undefined && { mtime: file.mtime }) };
  ed.cursor = same ? { line: Math.min(ed.cursor.line, ed.lines.length - 1), column: 0 } : { line: 0, column: 0 };
  if (ed.started) ed.cursor = { line: ed.cursor.line, column: firstNonBlank(lineOf(ed)) };
  ed.started = true;
  ed.want = 0;
  if (!same) ed.top = ed.left = 0;
  ed.marks = {};
  adoptType(ed);
  if (name === undefined || !file) return;
  if (ed.flavour === "busybox") {
    const trouble = busyboxOpened(name, file);
    ed.message = trouble === "" ? undefined : { text: trouble, kind: "error" };
    return;
  }
  if (file.directory) return complain(ed, `"${name}" is a directory`, "info");
  if (file.error === "ENOENT") say(ed, `"${name}" [New]`);
  else if (file.error !== undefined) {
    ed.file = { ...ed.file, readonly: true };
    complain(ed, `"${name}" [Permission Denied]`, "info");
  } else {
    const lines = file.text === "" ? 0 : ed.lines.length;
    const bytes = lines === 0 ? 0 : byteSize(ed.lines, loaded.dos ? 2 : 1) - (loaded.noeol ? 1 : 0);
    say(ed, `"${name}"${file.readonly ? " [readonly]" : ""}${flags(loaded)} ${lines}L, ${bytes}B`);
  }
}
function busyboxOpened(
  name: string,
  file: { readonly error?: string; readonly directory?: boolean; readonly readonly?: boolean; readonly text?: string },
): string {
  if (file.directory) return `'${name}' is not a regular file`;
  if (file.error === "ENOENT") return "";
  if (file.error !== undefined) return `'${name}' Permission denied`;
  return "";
}

interface Writing {
  readonly name?: string;
  readonly bang: boolean;
  readonly append?: boolean;
  readonly from?: number;
  readonly to?: number;
}
export function* write(ed: Editor, w: Writing): Co {
  const vim = ed.flavour === "vim";
  const name = w.name ?? ed.file.name;
  if (name === undefined) return complain(ed, vim ? "E32: No file name" : "No current filename");
  const [from, to] = [w.from ?? 0, w.to ?? ed.lines.length - 1];
  const partial = from !== 0 || to !== ed.lines.length - 1;
  const own = name === ed.file.name;
  commit(ed);
  if (own && (ed.options.readonly || ed.file.readonly) && !w.bang)
    return complain(
      ed,
      vim
        ? ed.options.readonly
          ? "E45: 'readonly' option is set (add ! to override)"
          : `E505: "${name}" is read-only (add ! to override)`
        : `'${name}' is read only`,
    );
  if (own && partial && !w.bang && !w.append && vim) return complain(ed, "E140: Use ! to write partial buffer");
  const lines = ed.lines.slice(from, to + 1);
  const empty = lines.length === 1 && lines[0] === "" && ed.lines.length === 1;
  const newline = ed.file.dos ? "\r\n" : "\n";
  const text = empty ? "" : lines.join(newline) + newline;
  const exists = !own && !w.bang && !w.append ? yield* readFile(name) : undefined;
  if (exists && exists.error !== "ENOENT" && vim)
    return complain(ed, exists.directory ? `E17: "${name}" is a directory` : "E13: File exists (add ! to override)");
  const done = yield* writeFile(name, text, { append: w.append ?? false, force: w.bang });
  const count = empty ? 0 : lines.length;
  if (done.error !== undefined) {
    if (!vim)
      return complain(
        ed,
        `'${name}' ${done.error === "ENOENT" ? "No such file or directory" : done.error === "EACCES" ? "Permission denied" : done.error}`,
      );
    if (done.error === "EISDIR") return complain(ed, `E17: "${name}" is a directory`);
    if (done.error === "ENOSPC") return complain(ed, "E514: Write error (file system full?)");
    if (done.readonly) return complain(ed, `E505: "${name}" is read-only (add ! to override)`);
    return complain(ed, `"${name}" E212: Can't open file for writing`);
  }
  if (ed.file.name === undefined && !partial) {
    ed.file = { ...ed.file, name };
    adoptType(ed);
  }
  if (name === ed.file.name && !partial)
    ed.file = { ...ed.file, saved: lastChange(ed), ...(done.mtime !== undefined && { mtime: done.mtime }) };
  const size = byteSize([text], 0);
  if (vim)
    say(
      ed,
      `"${name}"${done.existed ? "" : " [New]"}${ed.file.dos ? " [dos]" : ""} ${count}L, ${size}B ${w.append ? "appended" : "written"}`,
    );
  else say(ed, `'${name}' ${count}L, ${size}C`);
}
function* writeCommand(ed: Editor, c: Call): Co {
  const { args } = c;
  const range = c.range.given === 0 ? {} : { from: c.range.from, to: c.range.to };
  const shell = /^!(.*)$/s.exec(args);
  if (shell && !c.bang) {
    const lines = ed.lines.slice(range.from ?? 0, (range.to ?? ed.lines.length - 1) + 1);
    yield* runShell((shell[1] as string).replace(/(?<!\\)%/g, ed.file.name ?? ""), false, `${lines.join("\n")}\n`);
    return;
  }
  const append = args.startsWith(">>");
  const name = fileName(ed, append ? args.slice(2) : args);
  yield* write(ed, { ...range, ...(name !== undefined && { name }), bang: c.bang, append });
}

/** Whether nothing would be lost. */
function refuseLoss(ed: Editor, bang: boolean, how: string): void {
  if (bang || !isModified(ed)) return;
  commit(ed);
  if (isModified(ed)) complain(ed, ed.flavour === "vim" ? NOT_WRITTEN : `No write since last change (:${how}! overrides)`);
}
function moreFiles(ed: Editor, bang: boolean): void {
  const left = ed.files.length - ed.fileAt - 1;
  if (left <= 0 || bang || ed.warned) return;
  ed.warned = true;
  complain(ed, ed.flavour === "vim" ? `E173: ${left} more file${left === 1 ? "" : "s"} to edit` : `${left} more file(s) to edit`);
}
// oxlint-disable-next-line require-yield
function* quit(ed: Editor, c: Call): Co {
  if (c.name === "cquit") {
    ed.quit = c.range.given > 0 ? c.range.to + 1 : /^\d+$/.test(c.args.trim()) ? Number(c.args) : 1;
    return;
  }
  if (c.name === "qall" && isModified(ed) && !c.bang)
    return complain(ed, `E37: No write since last change\nE162: No write since last change for buffer "${ed.file.name ?? "[No Name]"}"`);
  refuseLoss(ed, c.bang, "q");
  if (c.name === "quit") moreFiles(ed, c.bang);
  ed.quit = 0;
}
function* writeQuit(ed: Editor, c: Call): Co {
  const name = fileName(ed, c.args);
  const only = c.name === "xit" || c.name === "exit" || c.name === "xall";
  if (!only || isModified(ed))
    yield* write(ed, {
      bang: c.bang,
      ...(name !== undefined && { name }),
      ...(c.range.given > 0 && { from: c.range.from, to: c.range.to }),
    });
  if (!c.name.endsWith("all")) moreFiles(ed, c.bang);
  ed.quit = 0;
}
function* edit(ed: Editor, c: Call): Co {
  const plus = /^\+(\S*)\s*/.exec(c.args);
  const name = fileName(ed, plus ? c.args.slice(plus[0].length) : c.args);
  refuseLoss(ed, c.bang, "e");
  if (name === undefined && ed.file.name === undefined && ed.flavour !== "vim") return complain(ed, "No current filename");
  if (name !== undefined || !isModified(ed) || c.bang) yield* openFile(ed, name ?? ed.file.name);
  if (plus) yield* runCommandLine(ed, plus[1] === "" ? "$" : (plus[1] as string));
}
// oxlint-disable-next-line require-yield
function* anew(ed: Editor, c: Call): Co {
  refuseLoss(ed, c.bang, "enew");
  yield* openFile(ed, undefined);
}
function* read(ed: Editor, c: Call): Co {
  const at = c.range.given === 0 ? ed.cursor.line + 1 : c.range.to + 1;
  const shell = /^!(.*)$/s.exec(c.args);
  const zero = c.zero ? 0 : at;
  let text: string;
  let name = "";
  if (shell || c.bang)
    text = (yield* runShell((shell ? (shell[1] as string) : c.args).replace(/(?<!\\)%/g, ed.file.name ?? ""), true)).output;
  else {
    name = fileName(ed, c.args) ?? ed.file.name ?? "";
    if (name === "") return complain(ed, "E32: No file name");
    const file = yield* readFile(name);
    if (file.error !== undefined || file.directory)
      return complain(
        ed,
        ed.flavour === "vim"
          ? file.directory
            ? `"${name}" is a directory`
            : `E484: Can't open file ${name}`
          : `'${name}' ${file.error === "ENOENT" ? "No such file or directory" : "Permission denied"}`,
      );
    text = file.text ?? "";
  }
  if (text === "") return name === "" ? undefined : say(ed, `"${name}" 0L, 0B`);
  const loaded = splitText(text);
  spliceLines(ed, zero, 0, loaded.lines);
  const line = shell || c.bang ? zero + loaded.lines.length - 1 : zero;
  ed.cursor = { line, column: firstNonBlank(lineOf(ed, line)) };
  const size = byteSize([text], 0);
  if (name !== "")
    say(
      ed,
      ed.flavour === "vim" ? `"${name}"${flags(loaded)} ${loaded.lines.length}L, ${size}B` : `'${name}' ${loaded.lines.length}L, ${size}C`,
    );
  else if (loaded.lines.length > 2) say(ed, `${loaded.lines.length} more lines`);
}
function* next(ed: Editor, c: Call): Co {
  const step = c.name === "next" || c.name === "wnext" ? 1 : -1;
  const to = c.name === "rewind" || c.name === "first" ? 0 : ed.fileAt + step;
  if (c.name === "wnext") yield* write(ed, { bang: c.bang });
  if (ed.files.length <= 1) return complain(ed, ed.flavour === "vim" ? "E163: There is only one file to edit" : "No more files to edit");
  if (to < 0 || to >= ed.files.length)
    return complain(
      ed,
      ed.flavour !== "vim" ? "No more files to edit" : step > 0 ? "E165: Cannot go beyond last file" : "E164: Cannot go before first file",
    );
  refuseLoss(ed, c.bang, "n");
  ed.fileAt = to;
  yield* openFile(ed, ed.files[to] as string);
}
// oxlint-disable-next-line require-yield
function* file(ed: Editor, c: Call): Co {
  const name = fileName(ed, c.args);
  if (name !== undefined) ed.file = { ...ed.file, name };
  if (ed.flavour === "vim") fileInfo(ed);
}
/** Control-G. */
export function fileInfo(ed: Editor): void {
  const n = ed.lines.length;
  const empty = n === 1 && ed.lines[0] === "";
  const percent = Math.floor(((ed.cursor.line + 1) * 100) / n);
  const name = ed.file.name ?? "[No Name]";
  say(
    ed,
    `"${name}"${isModified(ed) ? " [Modified]" : ""}${ed.options.readonly || ed.file.readonly ? " [readonly]" : ""} ${empty ? "--No lines in buffer--" : `${n} line${n === 1 ? "" : "s"} --${percent}%--`}`,
  );
}
// oxlint-disable-next-line require-yield
function* list(ed: Editor): Co {
  ed.pages = [`  1 %a${isModified(ed) ? " +" : "  "} "${ed.file.name ?? "[No Name]"}"`.padEnd(42) + ` line ${ed.cursor.line + 1}`];
}
function* saveAs(ed: Editor, c: Call): Co {
  const name = fileName(ed, c.args);
  if (name === undefined) return complain(ed, "E471: Argument required");
  yield* write(ed, { name, bang: c.bang });
  ed.alternate = ed.file.name;
  ed.file = { ...ed.file, name, saved: lastChange(ed), readonly: false };
  adoptType(ed);
}
function* update(ed: Editor, c: Call): Co {
  if (isModified(ed)) yield* write(ed, { bang: c.bang });
}

const row = (name: string, short: string, run: Command["run"], how: { range?: boolean; busybox?: boolean } = {}): Command => ({
  name,
  short,
  range: how.range ?? false,
  busybox: how.busybox ?? false,
  run,
});
export const files: readonly Command[] = [
  row("write", "w", writeCommand, { range: true, busybox: true }),
  row("wq", "wq", writeQuit, { range: true, busybox: true }),
  row("wqall", "wqa", writeQuit),
  row("xit", "x", writeQuit, { range: true, busybox: true }),
  row("exit", "exi", writeQuit, { range: true }),
  row("xall", "xa", writeQuit),
  row("wall", "wa", update),
  row("update", "up", update),
  row("wnext", "wn", next, { busybox: true }),
  row("quit", "q", quit, { busybox: true }),
  row("quitall", "quita", quit),
  row("qall", "qa", quit),
  row("cquit", "cq", quit, { range: true }),
  row("edit", "e", edit, { busybox: true }),
  row("enew", "ene", anew),
  row("read", "r", read, { range: true, busybox: true }),
  row("next", "n", next, { busybox: true }),
  row("Next", "N", next),
  row("previous", "prev", next, { busybox: true }),
  row("rewind", "rew", next, { busybox: true }),
  row("first", "fir", next),
  row("file", "f", file, { busybox: true }),
  row("ls", "ls", list),
  row("buffers", "buffers", list),
  row("files", "files", list),
  row("saveas", "sav", saveAs),
];

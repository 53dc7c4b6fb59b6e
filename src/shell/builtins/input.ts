import { ByteDecoder, type Description, fromBytes, loadLater } from "../../runtime/index.ts";
import { quoteForShell } from "../expand/transform.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { builtinTable } from "./index.ts";

const editing = loadLater(() => import("../run/read-line.ts"));

/** One line (or up to `delimiter`), read a byte at a time so that nothing is taken from the next reader. Null at end with nothing read. */
async function readUntil(
  sh: Shell,
  from: Description,
  delimiter: number,
  limit: number,
  timeout: number | undefined,
  raw: boolean,
): Promise<{ text: string; ended: boolean; timedOut: boolean }> {
  const bytes: number[] = [];
  const decode = (): string => fromBytes(Uint8Array.from(bytes));
  const late = timeout === undefined ? undefined : sh.proc.clock.sleep(timeout).then(() => "late" as const);
  for (;;) {
    if (limit >= 0 && Array.from(decode()).length >= limit) return { text: decode(), ended: false, timedOut: false };
    const chunk = await (late ? Promise.race([from.read(1), late]) : from.read(1));
    if (chunk === "late") return { text: decode(), ended: true, timedOut: true };
    if (chunk === null) return { text: decode(), ended: true, timedOut: false };
    for (const byte of chunk) {
      if (!raw && byte === delimiter && oddBackslashes(bytes)) {
        if (delimiter === 10) bytes.pop();
        else bytes.push(byte);
        continue;
      }
      if (byte === delimiter) return { text: decode(), ended: false, timedOut: false };
      if (byte !== 0) bytes.push(byte);
    }
    if (bytes.length > 1_000_000) return { text: decode(), ended: false, timedOut: false };
  }
}

function oddBackslashes(bytes: readonly number[]): boolean {
  let n = 0;
  for (let i = bytes.length - 1; i >= 0 && bytes[i] === 92; i--) n++;
  return n % 2 === 1;
}

/** Splits as `read` does: the last name takes the rest. */
export function splitForRead(text: string, ifs: string, count: number, raw: boolean): string[] {
  const chars: { c: string; literal: boolean }[] = [];
  for (let i = 0; i < text.length; i++) {
    if (!raw && text[i] === "\\" && i + 1 < text.length) chars.push({ c: text[++i] as string, literal: true });
    else chars.push({ c: text[i] as string, literal: false });
  }
  const white = (x: { c: string; literal: boolean } | undefined): boolean =>
    x !== undefined && !x.literal && ifs.includes(x.c) && " \t\n".includes(x.c);
  const hard = (x: { c: string; literal: boolean } | undefined): boolean =>
    x !== undefined && !x.literal && ifs.includes(x.c) && !" \t\n".includes(x.c);
  let end = chars.length;
  while (end > 0 && white(chars[end - 1])) end--;
  let at = 0;
  while (at < end && white(chars[at])) at++;
  const out: string[] = [];
  while (at < end) {
    if (out.length === count - 1) {
      let rest = chars.slice(at, end);
      // A single trailing delimiter is dropped when the rest is one field.
      if (hard(rest.at(-1)) && !rest.slice(0, -1).some((x) => hard(x) || white(x))) rest = rest.slice(0, -1);
      out.push(rest.map((x) => x.c).join(""));
      return out;
    }
    let word = "";
    while (at < end && !white(chars[at]) && !hard(chars[at])) word += chars[at++]?.c;
    out.push(word);
    while (at < end && white(chars[at])) at++;
    if (hard(chars[at]) && at < end) {
      at++;
      while (at < end && white(chars[at])) at++;
    }
  }
  return out;
}

interface ReadOptions {
  raw: boolean;
  /** `-e`, and with `-i` what is there to begin with. */
  edit: boolean;
  text: string;
  /** `-N`: so many characters, whatever they are. */
  exact: boolean;
  silent: boolean;
  prompt: string;
  array?: string;
  delimiter: string;
  limit: number;
  timeout?: number;
  fd: number;
  names: string[];
}

async function parseRead(sh: Shell, args: readonly string[]): Promise<ReadOptions | number> {
  const o: ReadOptions = {
    raw: false,
    edit: false,
    text: "",
    exact: false,
    silent: false,
    prompt: "",
    delimiter: "\n",
    limit: -1,
    fd: 0,
    names: [],
  };
  let i = 0;
  for (; i < args.length && /^-./.test(args[i] as string); i++) {
    const word = args[i] as string;
    if (word === "--") {
      i++;
      break;
    }
    for (let j = 1; j < word.length; j++) {
      const letter = word[j] as string;
      if (letter === "r") o.raw = true;
      else if (letter === "s") o.silent = true;
      else if (letter === "e") o.edit = true;
      else if ("pandtNuiD".includes(letter)) {
        const value = j + 1 < word.length ? word.slice(j + 1) : (args[++i] ?? "");
        j = word.length;
        if (letter === "p") o.prompt = value;
        else if (letter === "a") o.array = value;
        else if (letter === "d") o.delimiter = value === "" ? "\0" : (value[0] as string);
        else if (letter === "i") o.text = value;
        else if (letter === "n" || letter === "N") {
          o.limit = Number(value);
          o.exact = letter === "N";
        } else if (letter === "t") {
          if (!/^\d*\.?\d*$/.test(value) || value === "") {
            await sh.complain(`${value}: invalid timeout specification`, "read");
            return 1;
          }
          o.timeout = Number(value) * 1000;
        } else if (letter === "u") o.fd = Number(value);
      } else {
        await sh.complain(sh.dialect.bash ? `-${letter}: invalid option` : `illegal option -${letter}`, "read");
        if (sh.dialect.bash)
          await sh.fds
            .get(2)
            ?.write(
              "read: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]\n",
            );
        return 2;
      }
    }
  }
  o.names = args.slice(i);
  return o;
}

async function read(sh: Shell, args: readonly string[]): Promise<number> {
  const o = await parseRead(sh, args);
  if (typeof o === "number") return o;
  const bad = o.names.find((n) => !/^[A-Za-z_]\w*(\[.+\])?$/.test(n));
  if (bad !== undefined) {
    await sh.complain(`\`${bad}': not a valid identifier`, "read");
    return 1;
  }
  const from = sh.fds.get(o.fd);
  if (!from) {
    await sh.complain(`${o.fd}: invalid file descriptor: Bad file descriptor`, "read");
    return 1;
  }
  if (o.edit && from.tty) return editedRead(sh, o, from);
  if (o.prompt && from.tty) await sh.fds.get(2)?.write(o.prompt);
  if (o.silent && from.tty) from.setRaw?.(true);
  const line = await readUntil(sh, from, o.exact ? -1 : o.delimiter === "\0" ? 0 : o.delimiter.charCodeAt(0), o.limit, o.timeout, o.raw);
  if (o.silent && from.tty) from.setRaw?.(false);
  if (o.exact) {
    sh.set(o.names[0] ?? "REPLY", line.text);
    for (const name of o.names.slice(1)) sh.set(name, "");
  } else store(sh, o, line.text);
  return line.timedOut ? 142 : line.ended ? 1 : 0;
}

/** With a line editor, where there is a terminal. */
async function editedRead(sh: Shell, o: ReadOptions, from: Description): Promise<number> {
  const line = await (await sh.proc.code(editing)).readEdited(sh, from, o.prompt, o.text);
  store(sh, o, line ?? "");
  return line === null ? 1 : 0;
}

/** A line into the variables that `read` was given. */
function store(sh: Shell, o: ReadOptions, text: string): void {
  const ifs = sh.find("IFS")?.value ?? " \t\n";
  const put = (name: string, value: string): void => {
    const element = /^(\w+)\[(.+)\]$/.exec(name);
    if (element) sh.setElement(element[1] as string, element[2] as string, value);
    else sh.set(name, value);
  };
  if (o.array !== undefined) sh.setArray(o.array, splitForRead(text, ifs, Infinity, o.raw));
  else if (o.names.length === 0) put("REPLY", o.raw ? text : text.replace(/\\([\s\S])/g, "$1"));
  else {
    const values = splitForRead(text, ifs, o.names.length, o.raw);
    o.names.forEach((name, i) => put(name, values[i] ?? ""));
  }
}

async function mapfile(sh: Shell, args: readonly string[]): Promise<number> {
  let [trim, count, origin, skip, fd, delimiter, name, callback, every] = [false, 0, 0, 0, 0, "\n", "MAPFILE", "", 5000];
  for (let i = 0; i < args.length; i++) {
    const a = args[i] as string;
    if (a === "-t") trim = true;
    else if (a === "-n") count = Number(args[++i]);
    else if (a === "-O") origin = Number(args[++i]);
    else if (a === "-s") skip = Number(args[++i]);
    else if (a === "-u") fd = Number(args[++i]);
    else if (a === "-d") delimiter = args[++i]?.[0] ?? "\0";
    else if (a === "-C") callback = args[++i] ?? "";
    else if (a === "-c") every = Number(args[++i]);
    else if (a.startsWith("-")) {
      await sh.complain(`${a}: invalid option`, "mapfile");
      return 2;
    } else name = a;
  }
  const from = sh.fds.get(fd);
  const lines: string[] = [];
  const decoder = new ByteDecoder();
  let text = "";
  for (let chunk = await from?.read(); chunk; chunk = await from?.read()) text += decoder.decode(chunk);
  text += decoder.decode();
  for (let at = 0; at < text.length;) {
    const end = text.indexOf(delimiter, at);
    const stop = end < 0 ? text.length : end + 1;
    lines.push(trim && end >= 0 ? text.slice(at, end) : text.slice(at, stop));
    at = stop;
  }
  const kept = lines.slice(skip, count > 0 ? skip + count : undefined);
  // The index that is next, and the line that goes there.
  if (callback !== "")
    for (let i = every - 1; i < kept.length; i += every)
      await builtinTable()["eval"]?.run(sh, [`${callback} ${origin + i} ${quoteForShell(kept[i] as string)}`]);
  if (origin === 0) sh.setArray(name, kept);
  else kept.forEach((l, i) => sh.setElement(name, String(origin + i), l));
  return 0;
}

export const inputBuiltins: Readonly<Record<string, Builtin>> = {
  read: { run: read },
  mapfile: { bashOnly: true, run: mapfile },
  readarray: { bashOnly: true, run: mapfile },
};

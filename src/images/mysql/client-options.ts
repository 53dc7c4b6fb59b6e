import type { ProcessContext } from "../../runtime/index.ts";
import { options as fromFiles } from "./main.ts";
import type { Where } from "./connection.ts";
import type { MysqlVersion } from "./versions.ts";

export interface ClientOptions {
  where: Where;
  execute: string | undefined;
  batch: boolean;
  table: boolean;
  vertical: boolean;
  names: boolean;
  silent: number;
  verbose: number;
  force: boolean;
  version: boolean;
  help: boolean;
  wait: number | undefined;
  /** The password stood on the command line. */
  exposed: boolean;
  asks: boolean;
  rest: readonly string[];
  /** What was not understood. */
  unknown: string | undefined;
}

const LONG: Readonly<Record<string, string>> = {
  host: "h",
  user: "u",
  password: "p",
  port: "P",
  socket: "S",
  database: "D",
  execute: "e",
  batch: "B",
  "skip-column-names": "N",
  silent: "s",
  table: "t",
  verbose: "v",
  force: "f",
  vertical: "E",
  version: "V",
  help: "?",
  wait: "w",
};
const TAKES = new Set(["h", "u", "P", "S", "D", "e"]);
const IGNORED =
  /^(default-character-set|ssl.*|skip-ssl|tls.*|compress|connect-timeout|no-auto-rehash|get-server-public-key|no-defaults|defaults-.*|comments|raw|quick|max-allowed-packet|binary-mode|i-am-a-dummy|safe-updates|protocol|plugin-dir|default-auth|reconnect|single-transaction|extended-insert|skip-extended-insert|complete-insert|add-locks|skip-add-locks|lock-tables|skip-triggers|no-create-db|hex-blob|skip-dump-date|skip-tz-utc|routines|triggers|events|set-gtid-purged|no-tablespaces|column-statistics|skip-lock-tables|add-drop-database|opt|skip-opt|skip-add-drop-table|skip-comments|compact|no-data|no-create-info|all-databases|databases|connect-expired-password|abort-source-on-error|skip-disable-auto-rehash)$/;

/** Options that all clients of MySQL have: files first, then the environment, then the words. */
export function clientOptions(
  proc: ProcessContext,
  v: MysqlVersion,
  groups: readonly string[],
  args: readonly string[] = proc.argv.slice(1),
): ClientOptions {
  const o: ClientOptions = {
    where: {
      host: proc.env["MYSQL_HOST"] ?? "",
      port: Number(proc.env["MYSQL_TCP_PORT"] ?? 3306),
      socket: v.maria ? "/run/mysqld/mysqld.sock" : "/var/run/mysqld/mysqld.sock",
      user: proc.uid === 0 ? "root" : "mysql",
      password: proc.env["MYSQL_PWD"],
      database: "",
      tcp: false,
    },
    execute: undefined,
    batch: false,
    table: false,
    vertical: false,
    names: true,
    silent: 0,
    verbose: 0,
    force: false,
    version: false,
    help: false,
    wait: undefined,
    exposed: false,
    asks: false,
    rest: [],
    unknown: undefined,
  };
  const set = (changes: Partial<Where>): void => {
    o.where = { ...o.where, ...changes };
  };
  const letter = (c: string, value: string | undefined): void => {
    if (c === "h") set({ host: value ?? "" });
    else if (c === "u") set({ user: value ?? "" });
    else if (c === "P") set({ port: Number(value) });
    else if (c === "S") set({ socket: value ?? "" });
    else if (c === "D") set({ database: value ?? "" });
    else if (c === "e") o.execute = value;
    else if (c === "p") {
      if (value === undefined) o.asks = true;
      else set({ password: value });
    } else if (c === "B") [o.batch, o.silent] = [true, o.silent + 1];
    else if (c === "N") o.names = false;
    else if (c === "s") o.silent++;
    else if (c === "t") o.table = true;
    else if (c === "v") o.verbose++;
    else if (c === "f") o.force = true;
    else if (c === "E") o.vertical = true;
    else if (c === "V") o.version = true;
    else if (c === "?") o.help = true;
    else if (c === "w") o.wait = value === undefined ? 1 : Number(value);
    else if (!/[ACnrbi]/.test(c)) o.unknown ??= `unknown option '-${c}'`;
  };
  const long = (word: string, next: () => string | undefined, file: boolean): void => {
    const [, raw = "", value] = /^([^=]+?)\s*(?:=\s*(.*))?$/s.exec(word) ?? [];
    const name = raw.replaceAll("_", "-");
    const c = LONG[name];
    if (name === "protocol") set({ tcp: /^tcp$/i.test(value ?? "") });
    else if (c !== undefined) {
      if (c === "p" && value !== undefined && !file) o.exposed = true;
      letter(c, value ?? (TAKES.has(c) ? next() : undefined));
    } else if (!IGNORED.test(name)) o.unknown ??= value === undefined ? `unknown option '--${raw}'` : `unknown variable '${raw}=${value}'`;
    else if (/^(all-databases|databases|no-data|no-create-info|skip-comments|compact)$/.test(name)) o.rest = [...o.rest, `--${name}`];
  };
  for (const line of fromFiles(proc, groups, [])) long(line, () => undefined, true);
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word.startsWith("--") && word.length > 2) long(word.slice(2), () => args[++i], false);
    else if (word.startsWith("-") && word.length > 1) {
      for (let j = 1; j < word.length; j++) {
        const c = word[j] as string;
        if (c === "p") {
          const value = word.slice(j + 1);
          if (value !== "") o.exposed = true;
          letter("p", value === "" ? undefined : value);
          break;
        }
        if (TAKES.has(c)) {
          letter(c, word.slice(j + 1) || args[++i]);
          break;
        }
        letter(c, undefined);
      }
    } else o.rest = [...o.rest, word];
  }
  return o;
}

/** What -p without a value asks for, when there is somebody to ask. */
export async function askPassword(proc: ProcessContext, o: ClientOptions): Promise<void> {
  if (!o.asks || o.where.password !== undefined) return;
  await proc.stderr.write("Enter password: ");
  if (proc.stdin.tty) proc.stdin.setRaw?.(true);
  let text = "";
  const decoder = new TextDecoder();
  while (!/[\r\n]/.test(text)) {
    const data = await proc.stdin.read();
    if (data === null) break;
    text += decoder.decode(data, { stream: true });
  }
  if (proc.stdin.tty) {
    proc.stdin.setRaw?.(false);
    await proc.stderr.write("\n");
  }
  o.where = { ...o.where, password: text.replace(/[\r\n][\s\S]*$/, "") };
}

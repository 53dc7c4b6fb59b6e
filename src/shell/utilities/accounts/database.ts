import { Errno, type FileSystem } from "../../../runtime/index.ts";

export interface Account {
  readonly name: string;
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}
export interface Group {
  readonly name: string;
  readonly password: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const PASSWD = "/etc/passwd";
const GROUP = "/etc/group";
const SHADOW = "/etc/shadow";
const DAY = 86_400_000;

/** /etc/passwd, /etc/group and /etc/shadow: read when asked, written back in whole. */
export class Accounts {
  readonly #fs: FileSystem;
  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  get users(): readonly Account[] {
    return this.#rows(PASSWD).map(([name = "", password = "", uid, gid, gecos = "", home = "", shell = ""]) => ({
      name,
      password,
      uid: Number(uid),
      gid: Number(gid),
      gecos,
      home: home || "/",
      shell: shell || "/bin/sh",
    }));
  }
  get groups(): readonly Group[] {
    return this.#rows(GROUP).map(([name = "", password = "", gid, members = ""]) => ({
      name,
      password,
      gid: Number(gid),
      members: members.split(",").filter(Boolean),
    }));
  }
  user(name: string): Account | undefined {
    return this.users.find((u) => u.name === name);
  }
  byUid(uid: number): Account | undefined {
    return this.users.find((u) => u.uid === uid);
  }
  group(name: string): Group | undefined {
    return this.groups.find((g) => g.name === name);
  }
  /** By name or by number. */
  groupNamed(text: string): Group | undefined {
    return this.group(text) ?? (/^\d+$/.test(text) ? this.groups.find((g) => g.gid === Number(text)) : undefined);
  }
  /** All groups of a user, its own first (initgroups(3)). */
  groupIds({ name, gid }: Account): readonly number[] {
    return [...new Set([gid, ...this.groups.filter((g) => g.members.includes(name)).map((g) => g.gid)])];
  }

  writeUsers(users: readonly Account[]): void {
    this.#write(
      PASSWD,
      users.map((u) => [u.name, u.password, u.uid, u.gid, u.gecos, u.home, u.shell].join(":")),
    );
  }
  writeGroups(groups: readonly Group[]): void {
    this.#write(
      GROUP,
      groups.map((g) => [g.name, g.password, g.gid, g.members.join(",")].join(":")),
    );
  }
  /** What is compared with; undefined: there is no such user. "" lets in without one, "!" and "*" nobody. */
  hash(name: string): string | undefined {
    const kept = this.user(name)?.password;
    if (kept !== "x") return kept;
    return this.#shadow().find((row) => row[0] === name)?.[1] ?? "*";
  }
  /** Changes it where it is kept. */
  setHash(name: string, hash: string, now: number): void {
    const rows = this.#shadow();
    if (rows.some((row) => row[0] === name))
      this.#writeShadow(rows.map((row) => (row[0] === name ? [name, hash, String(Math.floor(now / DAY)), ...row.slice(3)] : row)));
    else this.writeUsers(this.users.map((u) => (u.name === name ? { ...u, password: hash } : u)));
  }
  /** Whether passwords are kept apart. */
  get shadowed(): boolean {
    return this.#fs.exists(SHADOW);
  }
  addShadow(name: string, now: number, system: boolean): void {
    if (!this.shadowed) return;
    const day = String(Math.floor(now / DAY));
    this.#writeShadow([...this.#shadow(), [name, "!", day, ...(system ? ["", "", ""] : ["0", "99999", "7"]), "", "", ""]]);
  }
  renameShadow(name: string, to: string | undefined): void {
    const rows = this.#shadow();
    if (!rows.some((row) => row[0] === name)) return;
    this.#writeShadow(rows.flatMap((row) => (row[0] !== name ? [row] : to === undefined ? [] : [[to, ...row.slice(1)]])));
  }
  /** When the password was changed last, in days since 1970. */
  changed(name: string): number | undefined {
    const day = this.#shadow().find((row) => row[0] === name)?.[2];
    return day ? Number(day) : undefined;
  }

  /** The first number that nobody has. */
  freeId(from: number, to: number, taken: (id: number) => boolean): number | undefined {
    for (let id = from; id <= to; id++) if (!taken(id)) return id;
    return undefined;
  }

  #shadow(): readonly (readonly string[])[] {
    return this.shadowed ? this.#rows(SHADOW) : [];
  }
  #writeShadow(rows: readonly (readonly string[])[]): void {
    this.#write(
      SHADOW,
      rows.map((row) => row.join(":")),
    );
  }
  #rows(path: string): readonly string[][] {
    if (!this.#fs.exists(path)) return [];
    return this.#fs
      .readText(path)
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split(":"));
  }
  #write(path: string, lines: readonly string[]): void {
    this.#fs.writeFile(path, lines.map((line) => `${line}\n`).join(""));
  }
}

/** A home with what every new one gets (/etc/skel). Undefined when it was there already. */
export function makeHome(fs: FileSystem, user: Pick<Account, "home" | "uid" | "gid">, mode: number, skeleton = "/etc/skel"): boolean {
  if (fs.exists(user.home)) return false;
  fs.mkdir(user.home, { recursive: true });
  const copy = (from: string, to: string): void => {
    for (const name of fs.readdir(from)) {
      const [source, target] = [`${from}/${name}`, `${to}/${name}`];
      if (fs.lstat(source).type === "directory") {
        fs.mkdir(target);
        copy(source, target);
      } else fs.writeFile(target, fs.readFile(source));
      fs.chown(target, user.uid, user.gid);
    }
  };
  if (fs.exists(skeleton) && fs.stat(skeleton).type === "directory") copy(skeleton, user.home);
  fs.chown(user.home, user.uid, user.gid);
  fs.chmod(user.home, mode);
  return true;
}

/** Takes a tree away. */
export function removeTree(fs: FileSystem, path: string): void {
  try {
    if (fs.lstat(path).type !== "directory") return fs.unlink(path);
    for (const name of fs.readdir(path)) removeTree(fs, `${path}/${name}`);
    fs.rmdir(path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
}

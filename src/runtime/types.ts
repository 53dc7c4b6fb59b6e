import type { Echo, Listener, Socket, SocketEntry } from "../network/index.ts";
import type { Cancel, Random } from "../sim/index.ts";
import type { Capability } from "./files/capabilities.ts";
import type { Limit, LimitName } from "./limits.ts";

/** An image's or a utility's main(). The number is the exit code. */
export type Program = (proc: ProcessContext) => Promise<number>;

/** Code that is fetched when it is first needed; `loadLater` makes one. */
export interface Later<T> {
  readonly load: () => Promise<T>;
  /** Once loaded. */
  program: T | undefined;
}
/** A program whose code is loaded when it is first run. */
export type LaterProgram = Later<Program>;

/** A failed system call: `code` as in errno(3), message as strerror gives it ("No such file or directory"). */
export class Errno extends Error {
  override readonly name = "Errno";
  readonly code: string;
  readonly path: string | undefined;
  constructor(code: string, message: string, path?: string) {
    // An answer, of which a container's start gets a dozen: where it was given is of no use, and a stack costs more than the call.
    const limit = stacks.stackTraceLimit;
    stacks.stackTraceLimit = 0;
    super(message);
    if (limit === undefined) delete stacks.stackTraceLimit;
    else stacks.stackTraceLimit = limit;
    this.code = code;
    this.path = path;
  }
}

/** V8's knob; elsewhere nobody reads it. */
const stacks = Error as { stackTraceLimit?: number };

/** An open file description: a file, a pipe's end, a terminal, /dev/null. Shared by the descriptors that were dup'ed from it. */
export interface Description {
  readonly id: number;
  readonly tty: boolean;
  /** At most `max` bytes (default 64 KiB); null at end of file. Blocks on an empty pipe or terminal. */
  read(max?: number): Promise<Uint8Array | null>;
  /** Blocks while a pipe is full (64 KiB); rejects Errno EPIPE when nobody reads. Text is written as UTF-8. */
  write(data: string | Uint8Array): Promise<void>;
  /** Terminal size, for a tty. */
  readonly size?: { readonly columns: number; readonly rows: number };
  /** A terminal's line discipline: raw stops echo, line buffering and signal keys. */
  setRaw?(raw: boolean): void;
}

export interface Stat {
  readonly type: "file" | "directory" | "symlink" | "device" | "fifo";
  /** Permission bits, without type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Virtual milliseconds. */
  readonly mtime: number;
  readonly ino: number;
  readonly nlink: number;
}

/** What a file system has and what of it is free: bytes, and files. */
export interface FileSystemSpace {
  readonly bytes: number;
  readonly free: number;
  readonly files: number;
  readonly filesFree: number;
}

/**
 * A process's view of files: its root, mounts and credentials applied, relative paths from its cwd. Synchronous,
 * throws Errno. Text is UTF-8.
 */
export interface FileSystem {
  readFile(path: string): Uint8Array;
  readText(path: string): string;
  /** Creates or truncates; `append` adds at the end. Mode applies when created (default 0o644). */
  writeFile(
    path: string,
    data: string | Uint8Array,
    options?: { readonly append?: boolean; readonly mode?: number; readonly exclusive?: boolean },
  ): void;
  stat(path: string): Stat;
  lstat(path: string): Stat;
  exists(path: string): boolean;
  /** Names in byte order, without . and .. */
  readdir(path: string): readonly string[];
  mkdir(path: string, options?: { readonly recursive?: boolean; readonly mode?: number }): void;
  unlink(path: string): void;
  rmdir(path: string): void;
  rename(from: string, to: string): void;
  symlink(target: string, path: string): void;
  link(existing: string, path: string): void;
  readlink(path: string): string;
  /** Whether the process may, and it is there: a sum of 4 read, 2 write, 1 execute or search. */
  access(path: string, want: number): boolean;
  realpath(path: string): string;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  utimes(path: string, mtime: number): void;
  truncate(path: string, size: number): void;
  /** The file system that a path is on (statfs(2)); absent where files have no home. */
  statfs?(path: string): FileSystemSpace;
  /** Calls back in a turn after anything under `path` changes (inotify). */
  watch(path: string, fn: (path: string) => void): Cancel;
}

export type Signal =
  | "HUP"
  | "INT"
  | "QUIT"
  | "ILL"
  | "TRAP"
  | "ABRT"
  | "BUS"
  | "FPE"
  | "KILL"
  | "USR1"
  | "SEGV"
  | "USR2"
  | "PIPE"
  | "ALRM"
  | "TERM"
  | "STKFLT"
  | "CHLD"
  | "CONT"
  | "STOP"
  | "TSTP"
  | "TTIN"
  | "TTOU"
  | "URG"
  | "XCPU"
  | "XFSZ"
  | "VTALRM"
  | "PROF"
  | "WINCH"
  | "IO"
  | "PWR"
  | "SYS"
  | "RTMIN"
  | "RTMAX"
  | `RTMIN+${number}`
  | `RTMAX-${number}`;

export interface SpawnOptions {
  /** argv[0] is looked up: with a slash as a path, else in PATH. Throws Errno ENOENT or EACCES ("Permission denied"). */
  readonly argv: readonly string[];
  /** Runs this instead of a file: a subshell, `bash -c` within a shell. Named so that a frozen process can be thawed: see `Machine` programs. */
  readonly program?: { readonly name: string; readonly arguments: unknown };
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Descriptors of the child by number; 0, 1, 2 default to the parent's. */
  readonly fds?: Readonly<Record<number, Description>>;
  /** A new process group (job control), or the parent's. */
  readonly group?: "new" | number;
  /** Who it is to be (su, gosu, setpriv). Throws EPERM without CAP_SETUID and CAP_SETGID. */
  readonly user?: UserChange;
  /** Namespaces of another process that it is to be in (setns). Throws ENOENT, EACCES, and EPERM without CAP_SYS_ADMIN. */
  readonly namespaces?: Entrance;
  /** A directory that is its root (chroot). Throws EPERM without CAP_SYS_CHROOT. */
  readonly root?: string;
}
export interface UserChange {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** What it gives up for ever: capabilities beyond these, set-user-ID bits. */
  readonly limits?: { readonly bounding?: number; readonly noNewPrivileges?: boolean };
}
export interface Entrance {
  readonly pid: number;
  readonly kinds: readonly ("mnt" | "net" | "pid" | "uts")[];
}

export type ExecOptions = Pick<SpawnOptions, "env" | "cwd" | "fds" | "user" | "root">;

export interface Child {
  readonly pid: number;
  /** Exit code, or 128 + signal number when killed by one, and that signal. */
  readonly exited: Promise<{ readonly code: number; readonly signal?: Signal }>;
  kill(signal: Signal): void;
}

export interface ProcessNet {
  /** This namespace's address. */
  readonly ip: string;
  readonly hostname: string;
  listen(port: number, options?: { readonly address?: string }): Promise<Listener>;
  /** Looks `host` up through /etc/hosts and /etc/resolv.conf (search, ndots) when it is not an address. Rejects NetError. */
  connect(host: string, port: number, options?: { readonly timeout?: number }): Promise<Socket>;
  /** Addresses of a name, as getaddrinfo gives them. Rejects NetError ENOTFOUND or EAI_AGAIN. */
  lookup(host: string): Promise<readonly string[]>;
  /** A raw datagram exchange, for nslookup and dig. */
  query(ip: string, port: number, data: Uint8Array, timeout: number): Promise<Uint8Array>;
  bind(port: number, answer: (data: Uint8Array, from: string) => Promise<Uint8Array | undefined>): Cancel;
  /** An ICMP echo request to an address. Rejects NetError ETIMEDOUT when nothing comes back in time. */
  echo(ip: string, options: { readonly ttl: number; readonly timeout: number }): Promise<Echo>;
  /** All sockets of the namespace; `pid` of those whose process it may look at (its own user's, or root's all). */
  sockets(): readonly (SocketEntry & { readonly pid: number | undefined })[];
  /** An open socket or listener by id: after a thaw from a checkpoint. */
  socket(id: number): Socket | undefined;
  listener(id: number): Listener | undefined;
}

/**
 * What a program can do. Every asynchronous result is journalled so that a process survives freeze and thaw: its
 * main() runs again against the journal with effects suppressed, then goes live (DESIGN §4). So a program must reach
 * the world only through here, and must not keep state outside itself. Long-running programs call `checkpoint` to cut
 * the journal, and start from `restored`.
 */
export interface ProcessContext {
  readonly pid: number;
  readonly ppid: number;
  readonly argv: readonly string[];
  /** Its own copy; children inherit it unless told otherwise. */
  readonly env: Record<string, string>;
  cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** Who called it, where a set-user-ID file made it another. */
  readonly real: { readonly uid: number; readonly gid: number };
  /** Whether it has an effective capability, or nothing guards what asks for it. */
  capable(capability: Capability): boolean;
  readonly hostname: string;
  /** sethostname(2). Throws EPERM without CAP_SYS_ADMIN. */
  setHostname(name: string): void;
  umask: number;
  readonly fs: FileSystem;
  readonly stdin: Description;
  readonly stdout: Description;
  readonly stderr: Description;
  readonly net: ProcessNet;
  readonly clock: { now(): number; sleep(ms: number): Promise<void> };
  readonly random: Random;
  /** The description behind a descriptor number, if open. */
  fd(n: number): Description | undefined;
  /** Opens a file. Flags as fopen's: "r", "w", "a", "r+". Throws Errno. */
  open(path: string, flags: "r" | "w" | "a" | "r+" | "w+"): Description;
  /** Drops one reference; a pipe's reader sees the end when the last writer closes. */
  close(description: Description): void;
  pipe(): { readonly read: Description; readonly write: Description };
  spawn(options: SpawnOptions): Promise<Child>;
  /**
   * execve(2): this process becomes another program. Its pid, group, terminal and children stay, ignored signals stay
   * ignored, handlers, sockets and watches go. Without `fds` all descriptors are kept; with them, 0, 1 and 2 default to
   * its own and the others are exactly these. Resolves never; rejects Errno as `spawn` does, and then nothing has
   * changed.
   */
  exec(argv: readonly string[], options?: ExecOptions): Promise<never>;
  /** setproctitle(3): what `ps` shows instead of argv. */
  title(argv: readonly string[]): void;
  /** Sends a signal to a process (or, negative, to its group) of the same PID namespace. Throws Errno ESRCH. */
  kill(pid: number, signal: Signal | 0): void;
  /** Replaces the default action. "ignore" survives spawn; a handler does not. Returns the undo. */
  on(signal: Signal, handler: "ignore" | (() => void)): Cancel;
  /** Aborted when the process is being killed: blocking calls reject by themselves, use it for your own loops. */
  readonly signal: AbortSignal;
  /** Burns CPU of the container's cgroup: resolves when that much has been scheduled under its limit and the machine's load. Fractions add up. */
  cpu(ms: number): Promise<void>;
  /** Resident memory in bytes from now on; over the cgroup's limit the process is OOM-killed (137). */
  memory(bytes: number): void;
  /** From now on it waits for every child, those that it inherits as process 1 too: none stays a zombie. */
  reap(): void;
  /** Processes of the PID namespace, as /proc shows them. */
  processes(): readonly ProcessInfo[];
  /** CPU in milliseconds, as getrusage(2) tells: its own, and that of children that have ended (theirs included). */
  usage(): { readonly own: number; readonly children: number };
  /**
   * Asks somebody beyond the machine, whom the image was given (what a cluster's informers hold). The answer is
   * journalled, so that a thaw hears the same: plain, cloneable, not changed afterwards, and small.
   */
  outside<T>(what: string, ask: () => T): T;
  /**
   * Cuts the journal: after a thaw, main() starts with `restored` set to this value (plain, cloneable, not changed
   * afterwards) and must go on as the original did after this call. What it does first (reading a configuration) runs
   * for real, until it calls `checkpoint` again or makes the same call that followed it. Handlers (`on`, `watch`,
   * `bind`) have to be set again. Calls pending at the checkpoint (an accept) may be made again: they get the recorded
   * result.
   */
  checkpoint(state: unknown): void;
  /** The last checkpoint's state; before any, what `SpawnOptions.program` gave as `arguments`. */
  readonly restored: unknown;
  /** What `SpawnOptions.program` gave. */
  readonly arguments: unknown;
  /** Code that few need (dlopen). The clock is halted while it is fetched, so it makes no difference when that happens. Rejects Errno ELIBACC. */
  code<T>(later: Later<T>): T | Promise<T>;
  /** A child that has not been waited for, by number: after a thaw from a checkpoint. */
  child(pid: number): Child | undefined;
  /** A description that one of its descriptors refers to, by id: after a thaw from a checkpoint. */
  description(id: number): Description | undefined;
  /** getrlimit(2): soft and hard; Infinity: unlimited. */
  limit(name: LimitName): Limit;
  /** setrlimit(2), for this process and those it starts. Throws Errno EINVAL, and EPERM when it raises a hard limit without CAP_SYS_RESOURCE. */
  setLimit(name: LimitName, limit: Limit): void;
  /** Makes a process group the foreground one of its terminal. Throws Errno ENOTTY. */
  foreground(group: number): void;
}

export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly group: number;
  readonly uid: number;
  readonly argv: readonly string[];
  readonly state: "R" | "S" | "T" | "Z";
  /** Milliseconds of CPU used. */
  readonly cpu: number;
  readonly memory: number;
  /** Virtual milliseconds. */
  readonly started: number;
  readonly tty: boolean;
}

/** What an image holds. */
export interface ImageContents {
  readonly config: ImageConfig;
  /** Path to content (text) or program. Directories are implied. */
  readonly files: Readonly<Record<string, ImageFile>>;
}

/** Go's names, as platforms of images have them. */
export type Architecture = "amd64" | "arm64";

/** What a registry has under a name, without what the image holds. */
export interface ImageRow {
  /** Repository with registry and without tag: "docker.io/library/nginx". */
  readonly repository: string;
  readonly tags: readonly string[];
  /** Bytes to pull (compressed). */
  readonly size: number;
  /** What its index has; default both. */
  readonly architectures?: readonly Architecture[];
  /** There is no index: a manifest of its first architecture, which every machine takes and only some can run. */
  readonly plain?: true;
  /** Its lowest layers, which other images that say the same name have too: they are fetched once. */
  readonly base?: { readonly name: string; readonly size: number };
  /** As `base`, where what is below is another image. */
  readonly lower?: (architecture: Architecture) => ImageManifest["layers"];
  /** All its tags are names of one build, and so have one digest. Otherwise each tag is a build. */
  readonly oneBuild?: true;
  /** What digests are made from, where a name may come to stand for something else; default the name. */
  readonly build?: string;
  /** The program that runs whatever command a container asks for: a runtime that only pretends (preset `reference`). */
  readonly anyCommand?: string;
}

/** An image in whole. */
export interface ImageDefinition extends ImageRow, ImageContents {}

/** An image whose contents are fetched when a machine first needs them. */
export interface LaterImage extends ImageRow {
  readonly load: () => Promise<ImageContents>;
}
export type CatalogueImage = ImageDefinition | LaterImage;

export type ImageFile =
  | string
  | { readonly program: string; readonly mode?: number }
  /** Runs for ever, doing nothing, until TERM or INT, and costs next to nothing: pause, and the preset `reference`. */
  | { readonly hold: true; readonly mode?: number }
  | { readonly text: string; readonly mode?: number; readonly uid?: number }
  | { readonly bytes: Uint8Array; readonly mode?: number; readonly uid?: number }
  | { readonly link: string }
  /** Another name of a file that stands before it: a hard link. */
  | { readonly same: string }
  | { readonly directory: true; readonly mode?: number; readonly uid?: number };

export interface ImageConfig {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDir?: string;
  readonly stopSignal?: Signal;
  readonly exposedPorts?: readonly number[];
}

/** Programs by name: what an ImageFile's `program` and a frozen process refer to. */
export type Programs = Readonly<Record<string, Program | LaterProgram>>;

/** Where images come from. */
export interface Registry {
  /** What is found by a name, asked by a machine. */
  resolve(reference: string, asked: PullRequest): ImageManifest | RegistryRefusal;
  /** Who is found on the network under that name is asked; undefined: nobody is looked for there. */
  ask?(reference: string, asked: PullRequest): Promise<ImageManifest | RegistryRefusal> | undefined;
  /** What a digest stands for, whoever may pull it: for machines that have it. */
  held(repository: string, digest: string, architecture: Architecture): ImageManifest | undefined;
}
export interface PullRequest {
  readonly architecture: Architecture;
  readonly credentials?: RegistryLogin;
}
/** Who somebody says to be. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}
export interface ImageManifest {
  /** "sha256:…": what the name stands for, an index or a manifest. */
  readonly digest: string;
  /** "sha256:…" of the configuration: the image's id on a machine. */
  readonly id: string;
  readonly architecture: Architecture;
  /** Registry and path. */
  readonly repository: string;
  readonly size: number;
  /** From the lowest. */
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
  /** Ms until the registry answers, and bytes a second that it gives at most. */
  readonly latency?: number;
  readonly bandwidth?: number;
  readonly body: ImageBody;
}
/** What an image holds, once it has been fetched; the same for all who have the image. */
export interface ImageBody {
  readonly contents: LoadedImage | undefined;
  /** Absent where there is nothing to fetch. */
  readonly load?: () => Promise<unknown>;
}
export interface LoadedImage extends ImageContents {
  readonly anyCommand?: string;
}
export interface RegistryRefusal {
  /** A code of gRPC. */
  readonly reason: "NotFound" | "Unknown" | "InvalidArgument";
  /** containerd's words after the image's name: `failed to resolve reference "…": …: not found`. */
  readonly error: string;
  /** Ms until it is told. */
  readonly latency?: number;
}

export * from "./cri/types.ts";

// --- A computer without containers: the learner's workstation ---

/** A pseudo-terminal. The line discipline (echo, line editing in cooked mode, Ctrl-C to SIGINT of the foreground group) lives here. */
export interface Terminal {
  readonly slave: Description;
  /** Keystrokes, as a terminal emulator sends them. */
  input(data: string | Uint8Array): void;
  /** What is to be painted. Backpressure: at most 1 MiB waits, then writers block until `acknowledge`. */
  output(on: (data: Uint8Array) => void): Cancel;
  acknowledge(bytes: number): void;
  resize(columns: number, rows: number): void;
  /** Sends SIGHUP to the session. */
  hangup(): void;
  /** The process group that Ctrl-C reaches; shells set it for job control. */
  foreground: number;
}

/** An operating system on a computer: its processes and files, with no container around them. */
export interface Host {
  readonly name: string;
  /** As root. */
  readonly fs: FileSystem;
  start(options: {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
    readonly fds?: Readonly<Record<0 | 1 | 2, Description>>;
    readonly terminal?: Terminal;
  }): Child;
  terminal(size: { readonly columns: number; readonly rows: number }): Terminal;
  /** A description that collects what is written, up to `limit` bytes (default 16 MiB; writers get EPIPE beyond). */
  collector(limit?: number): { readonly description: Description; text(): string };
  /** A description that reads these bytes, then ends. */
  source(data: string | Uint8Array): Description;
}

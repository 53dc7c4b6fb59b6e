import type { ProcessContext } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { klog } from "../klog.ts";
import { RELEASE } from "../kubernetes/release.ts";

export const ADMIN_CONF = "/etc/kubernetes/admin.conf";
const VERSION_FILE = "/usr/local/lib/kubernetes/kubeadm";

/** Ends the command: what it says after "error: ", and its code. */
export class Failed extends Error {
  readonly code: number;
  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}

export interface Flags {
  readonly text: (name: string) => string | undefined;
  readonly has: (name: string) => boolean;
}

/** One run of kubeadm. */
export class Run {
  readonly proc: ProcessContext;
  /** Of the package that is installed; without "v". */
  readonly version: string;

  constructor(proc: ProcessContext) {
    this.proc = proc;
    this.version = readIfThere(proc, VERSION_FILE)?.trim() ?? RELEASE;
  }

  out(text: string): Promise<void> {
    return this.proc.stdout.write(text);
  }
  warn(text: string): Promise<void> {
    return klog(this.proc)("W", "kubeadm.go:1", text);
  }

  read(path: string): string | undefined {
    return readIfThere(this.proc, path);
  }
  /** Throws Failed in Go's words. */
  need(path: string): string {
    const text = this.read(path);
    if (text === undefined) throw new Failed(`open ${path}: no such file or directory`);
    return text;
  }

  root(): void {
    if (this.proc.uid !== 0)
      throw new Failed(
        "[preflight] Some fatal errors occurred:\n\t[ERROR IsPrivilegedUser]: user is not running as root\n[preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`\nTo see the stack trace of this error execute with --v=5 or higher",
      );
  }

  /** What a program prints, and how it ends. */
  async ask(argv: readonly string[], input?: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    const { proc } = this;
    const [given, out, err] = [proc.pipe(), proc.pipe(), proc.pipe()];
    const child = await proc.spawn({ argv, fds: { 0: given.read, 1: out.write, 2: err.write } });
    for (const end of [given.read, out.write, err.write]) proc.close(end);
    if (input !== undefined) await given.write.write(input);
    proc.close(given.write);
    const all = async (from: typeof out.read): Promise<string> => {
      const decoder = new TextDecoder();
      let text = "";
      for (let data = await from.read(); data !== null; data = await from.read()) text += decoder.decode(data, { stream: true });
      proc.close(from);
      return text;
    };
    const said = await all(out.read);
    const told = await all(err.read);
    const { code } = await child.exited;
    return { code, out: said, err: told };
  }

  /** kubectl as the administrator of the cluster. Throws Failed with what it said. */
  async kubectl(args: readonly string[], input?: string, conf = ADMIN_CONF): Promise<string> {
    if (this.read(conf) === undefined) throw new Failed(`failed to load admin kubeconfig: open ${conf}: no such file or directory`);
    const { code, out, err } = await this.ask(["kubectl", "--kubeconfig", conf, ...args], input);
    if (code === 0) return out;
    const last = err.trimEnd().split("\n").at(-1) ?? "";
    throw new Failed(last.replace(/^(error: |Error from server \(\w+\): )/, ""));
  }
}

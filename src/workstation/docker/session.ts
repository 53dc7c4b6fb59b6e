import type { ExecSession, ProcessContext } from "../../runtime/index.ts";

/** A terminal or pipes, tied to a process in a container until that ends. Its exit code. */
export async function tied(
  proc: ProcessContext,
  session: ExecSession,
  how: { readonly tty: boolean; readonly stdin: boolean },
): Promise<number> {
  const pass = async (from: ExecSession["stdout"], to: ProcessContext["stdout"]): Promise<void> => {
    for (let data = await from.read(); data !== null; data = await from.read()) await to.write(data);
  };
  const raw = how.tty && how.stdin && proc.stdin.tty;
  if (raw) {
    proc.stdin.setRaw?.(true);
    const size = (): void => {
      const { columns = 80, rows = 24 } = proc.stdin.size ?? {};
      session.resize(columns, rows);
    };
    size();
    proc.on("WINCH", size);
  }
  if (how.stdin)
    void (async () => {
      try {
        for (let data = await proc.stdin.read(); data !== null; data = await proc.stdin.read()) await session.stdin.write(data);
        session.stdin.close();
      } catch {
        // Whoever read it is gone.
      }
    })();
  const [{ code }] = await Promise.all([session.exited, pass(session.stdout, proc.stdout), pass(session.stderr, proc.stderr)]);
  if (raw) proc.stdin.setRaw?.(false);
  return code;
}

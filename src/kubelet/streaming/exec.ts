import { failure, successStatus, type Status } from "../../machinery/index.ts";
import { RuntimeError, type ContainerRuntime, type ExecSession } from "../../runtime/index.ts";
import type { ByteStream, Duplex, ExecRequest, Refusal } from "../types.ts";

/** Runs a command in a container, or attaches to its process. */
export async function execIn(runtime: ContainerRuntime, id: string, request: ExecRequest): Promise<Duplex> {
  const { command, tty, stdin } = request;
  try {
    if (command === undefined) return duplex(runtime.attach(id, { tty, stdin }), [], request);
    return duplex(await runtime.exec(id, command, { tty, stdin }), command, request);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return refused(failure(500, "InternalError", `Internal error occurred: error executing command in container: ${error.message}`).status);
  }
}

/** What a kubelet answers before it upgrades a connection. */
export const containerNotFound = (name: string): Refusal => ({
  status: 500,
  body: `container not found ("${name}")`,
  contentType: "text/plain",
});

function duplex(session: ExecSession, command: readonly string[], request: ExecRequest): Duplex {
  const stream = (source: { read(): Promise<Uint8Array | null> }, wanted: boolean): ByteStream =>
    wanted ? { read: () => source.read(), cancel: () => {} } : ENDED;
  const attach = request.command === undefined;
  return {
    stdin: session.stdin,
    stdout: stream(session.stdout, request.stdout),
    stderr: stream(session.stderr, request.stderr && !request.tty),
    resize: (columns, rows) => session.resize(columns, rows),
    status: session.exited.then(({ code }) => (attach ? successStatus() : exitStatus(command, code))),
    close: () => session.kill(),
  };
}

/** The Status on the error channel (k8s: streaming/remotecommand/exec.go). */
export function exitStatus(command: readonly string[], code: number): Status {
  if (code === 0) return successStatus();
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: error executing command [${command.join(" ")}], exit code ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}

const ENDED: ByteStream = { read: async () => null, cancel: () => {} };

function refused(status: Status): Duplex {
  return {
    stdin: { write: async () => {}, close: () => {} },
    stdout: ENDED,
    stderr: ENDED,
    resize: () => {},
    status: Promise.resolve(status),
    close: () => {},
  };
}

import { FRAME, frame, type Frame, Frames } from "../../machinery/index.ts";
import type { Socket } from "./network-error.ts";
import type { Tool } from "./tool.ts";

/** Frames of a connection, one after the other; undefined at its end. */
function reader(socket: Socket): () => Promise<Frame | undefined> {
  const frames = new Frames();
  const waiting: Frame[] = [];
  return async () => {
    while (waiting.length === 0) {
      const chunk = await socket.read();
      if (chunk === null) return undefined;
      waiting.push(...frames.push(chunk));
    }
    return waiting.shift();
  };
}

/** One question and its answer; a string is the refusal. */
export async function askDaemon(socket: Socket, request: object): Promise<{ readonly answer: unknown } | string> {
  await socket.write(frame(FRAME.request, JSON.stringify(request)));
  const next = reader(socket);
  const got = await next();
  socket.end();
  if (!got) return "rpc error: code = Unavailable desc = error reading from server: EOF";
  const text = new TextDecoder().decode(got.data);
  return got.kind === FRAME.answer ? { answer: JSON.parse(text) as unknown } : text;
}

/** Our streams to a process elsewhere, until it ends: its exit code, or the refusal. */
export async function carryOn(
  t: Tool,
  socket: Socket,
  request: object,
  options: { readonly tty: boolean; readonly stdin: boolean },
): Promise<number | string> {
  const { stdin, stdout, stderr } = t.proc;
  await socket.write(frame(FRAME.request, JSON.stringify(request)));
  let over = false;
  if (options.tty) stdin.setRaw?.(true);
  const cancel = options.tty
    ? t.proc.on("WINCH", () => {
        if (stdin.size) void socket.write(frame(FRAME.resize, JSON.stringify(stdin.size))).catch(() => {});
      })
    : () => {};
  const up = async (): Promise<void> => {
    for (let chunk = await stdin.read(); chunk !== null && !over; chunk = await stdin.read()) await socket.write(frame(FRAME.input, chunk));
    if (!over) await socket.write(frame(FRAME.inputEnd));
  };
  if (options.stdin) void up().catch(() => {});
  const next = reader(socket);
  try {
    for (let got = await next(); got; got = await next()) {
      if (got.kind === FRAME.output) await stdout.write(got.data);
      else if (got.kind === FRAME.error) await stderr.write(got.data);
      else {
        const text = new TextDecoder().decode(got.data);
        return got.kind === FRAME.exit ? Number(text) : text;
      }
    }
    return "connection closed";
  } finally {
    over = true;
    cancel();
    if (options.tty) stdin.setRaw?.(false);
    socket.end();
  }
}

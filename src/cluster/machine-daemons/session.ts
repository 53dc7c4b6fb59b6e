import { FRAME, frame, type Frame, Frames } from "../../machinery/index.ts";
import type { Socket } from "../../network/index.ts";
import type { ExecSession } from "../../runtime/index.ts";

/** What a client asked for first, and what it sends afterwards. */
export interface Conversation {
  readonly request: unknown;
  /** The next frame; undefined at the end. */
  next(): Promise<Frame | undefined>;
  send(kind: number, data?: Uint8Array | string): Promise<void>;
}

/** Takes the request off a connection and hands it on; whatever goes wrong with the connection ends it. */
export async function converse(socket: Socket, serve: (c: Conversation) => Promise<void>): Promise<void> {
  const frames = new Frames();
  const waiting: Frame[] = [];
  const next = async (): Promise<Frame | undefined> => {
    while (waiting.length === 0) {
      const chunk = await socket.read();
      if (chunk === null) return undefined;
      waiting.push(...frames.push(chunk));
    }
    return waiting.shift();
  };
  try {
    const first = await next();
    if (first?.kind === FRAME.request) {
      const request: unknown = JSON.parse(new TextDecoder().decode(first.data));
      await serve({ request, next, send: (kind, data) => socket.write(frame(kind, data)) });
    }
  } catch {
    // The client is gone, or is none of ours.
  } finally {
    socket.end();
  }
}

/** A process' streams over a conversation, until the process ends or the client goes. */
export async function carry(c: Conversation, session: ExecSession): Promise<void> {
  let over = false;
  const up = (async (): Promise<void> => {
    for (let f = await c.next(); f && !over; f = await c.next()) {
      if (f.kind === FRAME.input) await session.stdin.write(f.data);
      else if (f.kind === FRAME.inputEnd) session.stdin.close();
      else if (f.kind === FRAME.resize) {
        const { columns, rows } = JSON.parse(new TextDecoder().decode(f.data)) as { columns: number; rows: number };
        session.resize(columns, rows);
      }
    }
    if (!over) session.kill();
  })().catch(() => (over ? undefined : session.kill()));
  const down = async (kind: number, stream: ExecSession["stdout"]): Promise<void> => {
    for (let data = await stream.read(); data !== null; data = await stream.read()) await c.send(kind, data);
  };
  const streams = Promise.all([down(FRAME.output, session.stdout), down(FRAME.error, session.stderr)]);
  const { code } = await session.exited;
  await streams;
  over = true;
  await c.send(FRAME.exit, String(code));
  void up;
}

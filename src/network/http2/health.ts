import { NetError, type Socket } from "../types.ts";
import { ACK, decodeFields, encodeFields, END_HEADERS, END_STREAM, FRAME, frame, FrameReader, PREFACE } from "./frames.ts";

/** grpc.health.v1.HealthCheckResponse.ServingStatus, in the order of its numbers. */
const STATUSES = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"] as const;
export type ServingStatus = (typeof STATUSES)[number];

export type HealthAnswer =
  | { readonly status: ServingStatus }
  /** The other side is not what speaks gRPC, or went away before it said so. */
  | { readonly failed: "connect" }
  /** A gRPC status other than OK. */
  | { readonly failed: "call"; readonly code: number; readonly message: string };

const PATH = "/grpc.health.v1.Health/Check";

/** `grpc.health.v1.Health/Check` over a connection. `connected` is called once the other side has shown that it speaks HTTP/2. */
export async function checkHealth(
  socket: Socket,
  options: { readonly authority: string; readonly agent: string; readonly service: string; readonly connected: () => void },
): Promise<HealthAnswer> {
  const { authority, agent, service } = options;
  const send = (bytes: Uint8Array): Promise<void> => socket.write(bytes);
  try {
    await send(new TextEncoder().encode(PREFACE));
    await send(frame(FRAME.settings, 0, 0));
    const reader = new FrameReader(socket);
    const first = await reader.next();
    if (first?.type !== FRAME.settings) return { failed: "connect" };
    options.connected();
    await send(frame(FRAME.settings, ACK, 0));
    const fields: [string, string][] = [
      [":method", "POST"],
      [":scheme", "http"],
      [":path", PATH],
      [":authority", authority],
      ["content-type", "application/grpc"],
      ["user-agent", agent],
      ["te", "trailers"],
    ];
    await send(frame(FRAME.headers, END_HEADERS, 1, encodeFields(fields)));
    await send(frame(FRAME.data, END_STREAM, 1, message(service === "" ? new Uint8Array() : textField(service))));
    return await answerOf(reader);
  } catch (error) {
    if (error instanceof NetError) return { failed: "call", code: 14, message: "error reading from server: EOF" };
    throw error;
  }
}

async function answerOf(reader: FrameReader): Promise<HealthAnswer> {
  let status: ServingStatus = "UNKNOWN";
  for (;;) {
    const next = await reader.next();
    if (next === undefined) return { failed: "call", code: 14, message: "error reading from server: EOF" };
    if (next.stream !== 1) continue;
    if (next.type === FRAME.data && next.payload[5] === 8) status = STATUSES[next.payload[6] ?? 0] ?? "UNKNOWN";
    if (next.type !== FRAME.headers || (next.flags & END_STREAM) === 0) continue;
    const trailers = decodeFields(next.payload);
    const code = Number(trailers?.get("grpc-status") ?? 2);
    return code === 0 ? { status } : { failed: "call", code, message: trailers?.get("grpc-message") ?? "" };
  }
}

/** Answers `Check` on a connection until it ends. `statusOf`: of a service by its name; undefined: there is none. */
export async function serveHealth(socket: Socket, statusOf: (service: string) => ServingStatus | undefined): Promise<void> {
  const reader = new FrameReader(socket);
  const paths = new Map<number, string>();
  try {
    const preface = await reader.take(PREFACE.length);
    if (preface === undefined || new TextDecoder().decode(preface) !== PREFACE) return socket.destroy();
    await socket.write(frame(FRAME.settings, 0, 0));
    for (let next = await reader.next(); next !== undefined; next = await reader.next()) {
      const { type, flags, stream, payload } = next;
      if (type === FRAME.settings && (flags & ACK) === 0) await socket.write(frame(FRAME.settings, ACK, 0));
      if (type === FRAME.ping && (flags & ACK) === 0) await socket.write(frame(FRAME.ping, ACK, 0, payload));
      if (type === FRAME.headers) paths.set(stream, decodeFields(payload)?.get(":path") ?? "");
      if (type !== FRAME.data || (flags & END_STREAM) === 0) continue;
      const path = paths.get(stream);
      paths.delete(stream);
      const service = payload[5] === 10 ? new TextDecoder().decode(payload.subarray(7, 7 + (payload[6] ?? 0))) : "";
      await answer(socket, stream, path === PATH ? (statusOf(service) ?? "no service") : "no method");
    }
    socket.end();
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
  }
}

async function answer(socket: Socket, stream: number, status: ServingStatus | "no service" | "no method"): Promise<void> {
  const head: [string, string][] = [
    [":status", "200"],
    ["content-type", "application/grpc"],
  ];
  const refused = status === "no service" ? ["5", "unknown service"] : status === "no method" ? ["12", "unknown method"] : undefined;
  if (refused !== undefined) {
    const fields = encodeFields([...head, ["grpc-status", refused[0] ?? ""], ["grpc-message", refused[1] ?? ""]]);
    return socket.write(frame(FRAME.headers, END_HEADERS | END_STREAM, stream, fields));
  }
  await socket.write(frame(FRAME.headers, END_HEADERS, stream, encodeFields(head)));
  await socket.write(frame(FRAME.data, 0, stream, message(Uint8Array.of(8, STATUSES.indexOf(status as ServingStatus)))));
  await socket.write(
    frame(
      FRAME.headers,
      END_HEADERS | END_STREAM,
      stream,
      encodeFields([
        ["grpc-status", "0"],
        ["grpc-message", ""],
      ]),
    ),
  );
}

/** gRPC's length-prefixed message, not compressed. */
function message(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(5 + bytes.length);
  new DataView(out.buffer).setUint32(1, bytes.length);
  out.set(bytes, 5);
  return out;
}

/** Field 1 as text: no name of a service is longer than 127 bytes. */
function textField(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text).subarray(0, 127);
  return Uint8Array.of(10, bytes.length, ...bytes);
}

import { isNetworkError, type Socket } from "../network-error.ts";
import type { Tool } from "../tool.ts";
import { relay } from "./relay.ts";

/** `nc -l`: one connection, or with -k one after the other. */
export async function listen(t: Tool): Promise<number> {
  const words = t.has("port") ? t.args : t.args.slice(-1);
  const text = t.value("port") ?? words[0] ?? "";
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    return t.fail(t.busybox ? `bad port '${text}'` : text === "" ? "missing port number" : `port number invalid: ${text}`);
  const address = t.value("address") ?? (t.has("port") ? t.args[0] : t.args.length > 1 ? t.args[0] : undefined);
  if (t.has("datagrams")) return hear(t, port);
  let listener;
  try {
    listener = await t.proc.net.listen(port, address === undefined ? {} : { address });
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    return t.fail(t.busybox ? `bind: ${error.message}` : error.message);
  }
  if (t.has("verbose"))
    await t.proc.stderr.write(
      t.busybox ? `listening on ${address ?? "[::]"}:${port} ...\n` : `Listening on ${address ?? "0.0.0.0"} ${port}\n`,
    );
  for (;;) {
    const socket = await listener.accept();
    if (!t.has("keep")) listener.close();
    const { ip, port: from } = socket.remote;
    if (t.has("verbose"))
      await t.proc.stderr.write(
        t.busybox
          ? `connect to ${socket.local.ip}:${socket.local.port} from ${ip}:${from} (${ip}:${from})\n`
          : `Connection received on ${ip === "127.0.0.1" ? "localhost" : ip} ${from}\n`,
      );
    const program = t.value("execute");
    if (program === undefined) await relay(t, socket);
    else await serve(t, program, socket);
    if (!t.has("keep")) return 0;
  }
}

/** -e: a program whose streams are the connection. */
async function serve(t: Tool, program: string, socket: Socket): Promise<void> {
  const input = t.proc.pipe();
  const output = t.proc.pipe();
  const child = await t.proc.spawn({
    argv: [program, ...t.args.slice(t.has("port") ? 0 : 1)],
    fds: { 0: input.read, 1: output.write, 2: output.write },
  });
  t.proc.close(input.read);
  t.proc.close(output.write);
  const up = (async (): Promise<void> => {
    for (let chunk = await socket.read(); chunk !== null; chunk = await socket.read()) await input.write.write(chunk);
  })()
    .catch(() => undefined)
    .finally(() => t.proc.close(input.write));
  for (let chunk = await output.read.read(); chunk !== null; chunk = await output.read.read()) await socket.write(chunk);
  t.proc.close(output.read);
  socket.end();
  await child.exited;
  await Promise.race([up, t.proc.clock.sleep(0)]);
}

/** Datagrams are printed as they come, and not answered. */
async function hear(t: Tool, port: number): Promise<number> {
  if (t.has("verbose") && !t.busybox) await t.proc.stderr.write(`Bound on 0.0.0.0 ${port}\n`);
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const cancel = t.proc.net.bind(port, async (data) => {
    await t.bytes(data);
    return undefined;
  });
  t.proc.on("INT", stop);
  t.proc.on("TERM", stop);
  await stopped;
  cancel();
  return 130;
}

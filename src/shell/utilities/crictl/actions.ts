import { rfc3339 } from "../../../sim/index.ts";
import { carryOn } from "../session.ts";
import type { Tool } from "../tool.ts";
import { call, dial, log, Refused } from "./client.ts";

/** Does something to each of the operands, and says what came of it. */
export async function each(
  t: Tool,
  method: string,
  words: { readonly done: (id: string) => string; readonly failed: (id: string) => string; readonly end: string; readonly more?: object },
): Promise<number> {
  if (t.args.length === 0) {
    await log(t, "fatal", "ID cannot be empty");
    return 1;
  }
  let failed = false;
  for (const id of t.args) {
    try {
      await call(t, method, { id, ...words.more });
      await t.out(`${words.done(id)}\n`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      failed = true;
      await log(t, "error", `${words.failed(id)}: ${error.message}`);
    }
  }
  if (failed) await log(t, "fatal", words.end);
  return failed ? 1 : 0;
}

export async function pull(t: Tool): Promise<number> {
  const [image] = t.args;
  if (image === undefined) {
    await log(t, "fatal", "invalid number of arguments");
    return 1;
  }
  try {
    const { imageRef } = await call<{ imageRef: string }>(t, "PullImage", { image });
    await t.out(`Image is up to date for ${imageRef.split("@").at(-1)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await log(t, "fatal", `pulling image: ${error.message}`);
    return 1;
  }
}

export async function removeImages(t: Tool): Promise<number> {
  let failed = false;
  for (const image of t.args) {
    try {
      const { names } = await call<{ names: readonly string[] }>(t, "RemoveImage", { image });
      for (const name of names) await t.out(`Deleted: ${name}\n`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      failed = true;
      await log(t, "error", error.message.replace(/^rpc error: code = \w+ desc = /, ""));
    }
  }
  if (failed) await log(t, "fatal", "unable to remove the image(s)");
  return failed ? 1 : 0;
}

interface Lines {
  readonly lines: readonly { readonly at: number; readonly stream: "stdout" | "stderr"; readonly text: string }[];
  readonly first: number;
  readonly ended: boolean;
}

/** crictl logs. */
export async function logs(t: Tool): Promise<number> {
  const [id] = t.args;
  if (id === undefined) {
    await log(t, "fatal", "ID cannot be empty");
    return 1;
  }
  let from = 0;
  const tail = t.has("tail") ? Number(t.value("tail")) : -1;
  for (let round = 0; ; round++) {
    let got: Lines;
    try {
      got = await call<Lines>(t, "Logs", { id, from });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await log(t, "fatal", `getting container status: ${error.message}`);
      return 1;
    }
    const lines = round === 0 && tail >= 0 ? got.lines.slice(Math.max(0, got.lines.length - tail)) : got.lines;
    for (const { at, stream, text } of lines) {
      const line = `${t.has("timestamps") ? `${rfc3339(at)} ` : ""}${text}`;
      if (stream === "stdout") await t.out(line);
      else {
        await t.flush();
        await t.proc.stderr.write(line);
      }
    }
    await t.flush();
    from = Math.max(from, got.first) + got.lines.length;
    if (!t.has("follow") || got.ended) return 0;
    await t.proc.clock.sleep(1000);
  }
}

/** crictl exec. */
export async function exec(t: Tool): Promise<number> {
  const [id, ...command] = t.args;
  if (id === undefined || command.length === 0) {
    await log(t, "fatal", "ID or command cannot be empty");
    return 1;
  }
  const tty = t.has("tty");
  const stdin = t.has("interactive");
  try {
    const end = await carryOn(t, await dial(t), { method: "Exec", id, command, tty, stdin }, { tty: tty && t.proc.stdin.tty, stdin });
    if (typeof end === "number" && end === 0) return 0;
    await log(t, "fatal", `execing command in container: ${typeof end === "number" ? `command terminated with exit code ${end}` : end}`);
    return 1;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await log(t, "fatal", error.message);
    return 1;
  }
}

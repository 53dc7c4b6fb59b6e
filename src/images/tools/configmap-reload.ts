import { httpRequest } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { goAnswer } from "../go-http.ts";
import { CONTENT_TYPE, exposed } from "../prometheus-text.ts";
import { runServer } from "../run-server.ts";
import { logTime } from "../times.ts";

/** How often a webhook that fails is asked again, and how long it waits between (configmap-reload: --webhook-retries). */
const TRIES = 1;
const PAUSE_MS = 10_000;

/** jimmidyson/configmap-reload: asks a webhook when a mounted ConfigMap has changed. */
export const configmapReload: Program = async (proc) => {
  const flags = flagsOf(proc);
  const folders = flags.get("volume-dir") ?? [];
  const hooks = flags.get("webhook-url") ?? [];
  const log = (text: string): Promise<void> => proc.stderr.write(`${logTime(proc.clock.now())} ${text}\n`);
  for (const [name, values] of [
    ["volume-dir", folders],
    ["webhook-url", hooks],
  ] as const) {
    if (values.length > 0) continue;
    await log(`Missing ${name}`);
    return 1;
  }
  const kept = (proc.restored as { readonly reloads?: number } | undefined)?.reloads;
  let reloads = kept ?? 0;
  let busy = 0;
  let cut: () => void = () => {};
  const changed = async (folder: string): Promise<void> => {
    busy++;
    await log("config map updated");
    for (const hook of hooks) if (await asked(proc, hook, flags, log)) reloads++;
    await log(`successfully triggered reload of ${folder}`);
    busy--;
    cut();
  };
  // A ConfigMap's files change when ..data leads somewhere else.
  for (const folder of folders)
    proc.fs.watch(folder, (path) => {
      if (path.endsWith("/..data")) void changed(folder);
    });
  const [address = ":9533"] = flags.get("web.listen-address") ?? [];
  return runServer(proc, {
    ports: [Number(address.slice(address.lastIndexOf(":") + 1))],
    state: () => ({ reloads }),
    quiet: () => busy === 0,
    cuts: (given) => (cut = given),
    async started() {
      for (const folder of folders) await log(`Watching directory: ${JSON.stringify(folder)}`);
    },
    handle({ path }) {
      const help = "Total configmap reloads";
      const metrics = exposed([{ name: "configmap_reload_requests_total", type: "counter", help, samples: [[{}, reloads]] }]);
      return path === "/metrics"
        ? goAnswer(proc.clock.now(), metrics, { headers: [["Content-Type", CONTENT_TYPE]] })
        : goAnswer(proc.clock.now(), path === "/healthz" ? "OK" : "404 page not found\n", { status: path === "/healthz" ? 200 : 404 });
    },
  });
};

function flagsOf({ argv }: ProcessContext): ReadonlyMap<string, readonly string[]> {
  const flags = new Map<string, readonly string[]>();
  for (let i = 1; i < argv.length; i++) {
    const match = /^--?([\w.-]+)(?:=(.*))?$/s.exec(argv[i] as string);
    if (match) flags.set(match[1] as string, [...(flags.get(match[1] as string) ?? []), match[2] ?? argv[++i] ?? ""]);
  }
  return flags;
}

async function asked(
  proc: ProcessContext,
  url: string,
  flags: ReadonlyMap<string, readonly string[]>,
  log: (text: string) => Promise<void>,
): Promise<boolean> {
  const [, host = "", port = "80", path = "/"] = /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  const method = flags.get("webhook-method")?.[0] ?? "POST";
  const wanted = Number(flags.get("webhook-status-code")?.[0] ?? 200);
  const tries = Number(flags.get("webhook-retries")?.[0] ?? TRIES);
  for (let i = 1; i <= tries; i++) {
    await log(`performing webhook request (${i}/${tries}/${url})`);
    try {
      const socket = await proc.net.connect(host, Number(port), { timeout: PAUSE_MS });
      const { status } = await httpRequest(socket, {
        method,
        target: path,
        host: `${host}:${port}`,
        headers: [["Connection", "close"]],
        body: "",
      });
      socket.end();
      if (status === wanted) return true;
      await log(`error: Received response code ${status} , expected ${wanted}`);
    } catch (error) {
      await log(`error: ${method} ${JSON.stringify(url)}: ${(error as Error).message.toLowerCase()}`);
    }
    if (i < tries) await proc.clock.sleep(PAUSE_MS);
  }
  await log("error: Webhook reload retries exhausted");
  return false;
}

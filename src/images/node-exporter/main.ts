import type { ProcessContext, Program } from "../../runtime/index.ts";
import { goAnswer } from "../go-http.ts";
import { CONTENT_TYPE, exposed, type Family } from "../prometheus-text.ts";
import { runServer } from "../run-server.ts";
import { isoTime } from "../times.ts";
import { COLLECTORS } from "./collectors.ts";

/** Its kingpin flags: `--name=value`, or `--name value`. */
function flagsOf({ argv }: ProcessContext): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (let i = 1; i < argv.length; i++) {
    const match = /^--([\w.-]+)(?:=(.*))?$/s.exec(argv[i] as string);
    if (!match) continue;
    const [, name = "", value] = match;
    const bare = /^(no-)?collector\.[\w-]+$|^web\.disable/.test(name);
    flags.set(name, value ?? (bare ? "true" : (argv[++i] ?? "")));
  }
  return flags;
}

const VERSION = /^1\.(\d+)/;

/**
 * prom/node-exporter. Its figures are what /proc says; a collector whose file is not there fails and says so, where the
 * original does not start at all when its whole --path.procfs is missing.
 */
export const nodeExporter =
  (version: string): Program =>
  async (proc) => {
    const flags = flagsOf(proc);
    const procfs = flags.get("path.procfs") ?? "/proc";
    const path = flags.get("web.telemetry-path") ?? "/metrics";
    const address = flags.get("web.listen-address") ?? ":9100";
    const names = Object.keys(COLLECTORS).filter((name) => flags.get(`no-collector.${name}`) !== "true");
    // From 1.9 on it logs with Go's slog.
    const slog = Number(VERSION.exec(version)?.[1] ?? 0) >= 9;
    const log = (level: "info" | "error", at: string, rest: string): Promise<void> => {
      const time = isoTime(proc.clock.now());
      const head = slog ? `time=${time} level=${level.toUpperCase()} source=${at}` : `level=${level} ts=${time} caller=${at}`;
      return proc.stderr.write(`${head} ${rest}\n`);
    };
    const failing = new Set<string>();
    return runServer(proc, {
      ports: [Number(address.slice(address.lastIndexOf(":") + 1))],
      async started() {
        await proc.cpu(10);
        proc.memory(11 * 1024 * 1024);
        await log("info", "node_exporter.go:178", `msg="Starting node_exporter" version="(version=${version}, branch=HEAD)"`);
        await log("info", "node_exporter.go:106", 'msg="Enabled collectors"');
        for (const name of names) await log("info", "node_exporter.go:113", slog ? `msg=${name}` : `collector=${name}`);
        await log("info", "node_exporter.go:195", `msg="Listening on" address=${address}`);
        await log("info", "tls_config.go:191", 'msg="TLS is disabled." http2=false');
      },
      async handle(request) {
        const now = proc.clock.now();
        if (request.path === path) {
          await proc.cpu(2);
          const { families, failed } = collected(proc, procfs, names);
          for (const name of failed) {
            if (!failing.has(name))
              await log("error", "collector.go:161", `msg="collector failed" name=${name} err="no such file under ${procfs}"`);
            failing.add(name);
          }
          return goAnswer(now, exposed([...families, built(version)]), { headers: [["Content-Type", CONTENT_TYPE]] });
        }
        const page = `<html>\n<head><title>Node Exporter</title></head>\n<body>\n<h1>Node Exporter</h1>\n<p><a href="${path}">Metrics</a></p>\n</body>\n</html>`;
        return request.path === "/" ? goAnswer(now, page) : goAnswer(now, "404 page not found\n", { status: 404 });
      },
    });
  };

const built = (version: string): Family => ({
  name: "node_exporter_build_info",
  type: "gauge",
  help: "A metric with a constant '1' value labeled by version, revision, branch, and goversion from which node_exporter was built.",
  samples: [[{ branch: "HEAD", version }, 1]],
});

function collected(
  proc: ProcessContext,
  procfs: string,
  names: readonly string[],
): { families: readonly Family[]; failed: readonly string[] } {
  const families: Family[] = [];
  const failed: string[] = [];
  const success = names.map((collector) => {
    const found = COLLECTORS[collector]?.(proc, procfs);
    if (found) families.push(...found);
    else failed.push(collector);
    return [{ collector }, found ? 1 : 0] as const;
  });
  families.push({
    name: "node_scrape_collector_success",
    type: "gauge",
    help: "node_exporter: Whether a collector succeeded.",
    samples: success,
  });
  return { families, failed };
}

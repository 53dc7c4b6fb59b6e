import { each, exec, logs, pull, removeImages } from "./crictl/actions.ts";
import { call, log, Refused } from "./crictl/client.ts";
import { inspect, inspectImage, inspectPod } from "./crictl/inspect.ts";
import { images, pods, ps, stats } from "./crictl/tables.ts";
import { type FlagTable, parseFlags, Tool, type Utility } from "./tool.ts";

const filters: FlagTable = {
  all: { short: "a", long: "all", help: "Show all containers" },
  quiet: { short: "q", long: "quiet", help: "Only display IDs" },
  name: { long: "name", value: "NAME", help: "Filter by name" },
  namespace: { long: "namespace", value: "NAMESPACE", help: "Filter by namespace" },
  state: { short: "s", long: "state", value: "STATE", help: "Filter by state" },
  pod: { short: "p", long: "pod", value: "ID", help: "Filter by pod id" },
  output: { short: "o", long: "output", value: "FORMAT", help: "Output format: json|go-template|table" },
  template: { long: "template", value: "TEMPLATE", help: "The template string is only used when output is go-template" },
  latest: { short: "l", long: "latest", help: "Show the most recently created" },
  truncate: { long: "no-trunc", help: "Show output without truncating the ID" },
  digests: { long: "digests", help: "Show digests" },
  seconds: { long: "seconds", value: "N", help: "Sample CPU usage over N seconds" },
};
const streams: FlagTable = {
  tty: { short: "t", long: "tty", help: "Run the command in a pseudo-TTY" },
  interactive: { short: "i", long: "interactive", help: "Keep STDIN open" },
  sync: { short: "s", long: "sync", help: "Run the command synchronously" },
};
const reading: FlagTable = {
  follow: { short: "f", long: "follow", help: "Follow log output" },
  tail: { long: "tail", value: "N", help: "Number of lines to show from the end of the logs" },
  timestamps: { short: "t", long: "timestamps", help: "Show timestamps" },
};
const stopping: FlagTable = {
  timeout: { short: "t", long: "timeout", value: "SECONDS", help: "Seconds to wait before the container is killed" },
  all: { short: "a", long: "all", help: "All" },
  force: { short: "f", long: "force", help: "Force" },
};

type Command = (t: Tool) => Promise<number>;
const COMMANDS: Readonly<Record<string, readonly [FlagTable, Command]>> = {
  ps: [filters, ps],
  pods: [filters, pods],
  images: [filters, images],
  image: [filters, images],
  img: [filters, images],
  stats: [filters, stats],
  inspect: [filters, inspect],
  inspectp: [filters, inspectPod],
  inspecti: [filters, inspectImage],
  logs: [reading, logs],
  exec: [streams, exec],
  pull: [stopping, pull],
  rmi: [stopping, removeImages],
  version: [filters, version],
  info: [filters, info],
  stop: [
    stopping,
    (t) =>
      each(t, "StopContainer", {
        done: (id) => id,
        failed: (id) => `stopping the container "${id}"`,
        end: "unable to stop container(s)",
        more: { timeout: Number(t.value("timeout") ?? 0) },
      }),
  ],
  rm: [
    stopping,
    async (t) => {
      if (t.has("force")) for (const id of t.args) await call(t, "StopContainer", { id });
      return each(t, "RemoveContainer", {
        done: (id) => id,
        failed: (id) => `removing container "${id}"`,
        end: "unable to remove container(s)",
      });
    },
  ],
  stopp: [
    stopping,
    (t) =>
      each(t, "StopPodSandbox", {
        done: (id) => `Stopped sandbox ${id}`,
        failed: (id) => `stopping the pod sandbox "${id}"`,
        end: "unable to stop pod sandbox(es)",
      }),
  ],
  rmp: [
    stopping,
    (t) =>
      each(t, "RemovePodSandbox", {
        done: (id) => `Removed sandbox ${id}`,
        failed: (id) => `removing the pod sandbox "${id}"`,
        end: "unable to remove sandbox(es)",
      }),
  ],
};
/** Of the real one, and not here. */
const MISSING = [
  "attach",
  "create",
  "port-forward",
  "run",
  "runp",
  "start",
  "update",
  "config",
  "statsp",
  "imagefsinfo",
  "checkpoint",
  "events",
  "runtime-config",
  "metricsp",
];

export const crictl: Utility = {
  name: "crictl",
  usage: "[global options] command [command options] [arguments...]",
  about: "client for CRI: what a machine's runtime has",
  flags: {},
  parse: "raw",
  async run(t) {
    const words = [...t.args];
    while (words[0]?.startsWith("-")) {
      const option = words.shift() as string;
      if (!option.includes("=") && !["-D", "--debug"].includes(option)) words.shift();
    }
    const [name, ...rest] = words;
    if (name === undefined || name === "help") {
      await t.out(
        `NAME:\n   crictl - client for CRI\n\nUSAGE:\n   crictl [global options] command [command options] [arguments...]\n\nCOMMANDS:\n${Object.keys(
          COMMANDS,
        )
          .map((c) => `   ${c}\n`)
          .join("")}`,
      );
      return 0;
    }
    const row = COMMANDS[name];
    if (!row) {
      await log(t, "fatal", MISSING.includes(name) ? `${name} is not supported by this simulator` : `No help topic for '${name}'`);
      return MISSING.includes(name) ? 1 : 3;
    }
    const [flags, run] = row;
    const parsed = parseFlags(
      { name: `crictl ${name}`, usage: "", about: "", flags, ...(name === "exec" && { parse: "first" as const }), run: async () => 0 },
      rest,
      "gnu",
    );
    if (typeof parsed === "string") {
      await log(t, "fatal", `flag provided but not defined: ${/'(.*)'/.exec(parsed)?.[1] ?? parsed}`);
      return 1;
    }
    const own = new Tool(t.proc, t.name, parsed.args, parsed.flags, t.flavour, t.usage);
    try {
      const code = await run(own);
      await own.flush();
      return code;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await log(own, "fatal", error.message);
      return 1;
    }
  },
};

async function version(t: Tool): Promise<number> {
  await call(t, "ListPodSandbox");
  await t.out("Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  v2.1.4\nRuntimeApiVersion:  v1\n");
  return 0;
}

async function info(t: Tool): Promise<number> {
  await call(t, "ListPodSandbox");
  const condition = (type: string): object => ({ message: "", reason: "", status: true, type });
  await t.out(`${JSON.stringify({ status: { conditions: [condition("RuntimeReady"), condition("NetworkReady")] } }, undefined, 2)}\n`);
  return 0;
}

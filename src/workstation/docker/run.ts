import { RuntimeError } from "../../runtime/index.ts";
import type { DockerContainer } from "./engine.ts";
import { madeOf } from "./image.ts";
import { ago, table } from "./list.ts";
import { type Command, DaemonError, localImage, pull } from "./main.ts";
import { UsageError } from "./flags.ts";
import { tied } from "./session.ts";

interface Running {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly command: string;
  readonly created: number;
  readonly container: DockerContainer;
  readonly log: { readonly stream: "stdout" | "stderr"; readonly text: string }[];
  /** Told of every line and of the end. */
  readonly followers: Set<() => void>;
  exit: { readonly code: number; readonly at: number } | undefined;
}
/** The containers of this session, by id: they end with the tab, as the computer's processes do. */
export type Containers = Map<string, Running>;

/** As much of a container's output as is kept. */
const MOST_LINES = 10_000;

function found(containers: Containers, text: string): Running {
  for (const running of containers.values()) if (running.name === text || (text.length >= 3 && running.id.startsWith(text))) return running;
  throw new DaemonError(`Error response from daemon: No such container: ${text}`);
}

/** What the daemon says of a command that cannot be started, and the code for it (docker: cli/command/container/run.go). */
function refusal(error: RuntimeError): { readonly text: string; readonly code: number } {
  const why = error.message.replace(/^failed to create containerd task: /, "");
  const code = /not found|no such file/.test(why) ? 127 : /permission denied/.test(why) ? 126 : 125;
  return { text: `docker: Error response from daemon: ${why}\n\nRun 'docker run --help' for more information\n`, code };
}

export const containerCommands: Readonly<Record<string, Command>> = {
  run: {
    usage: "docker run [OPTIONS] IMAGE [COMMAND] [ARG...]",
    flags: {
      detach: { short: "d" },
      rm: {},
      name: { value: "one" },
      env: { short: "e", value: "many" },
      user: { short: "u", value: "one" },
      workdir: { short: "w", value: "one" },
      entrypoint: { value: "one" },
      network: { value: "one" },
      pull: { value: "one" },
      platform: { value: "one" },
      interactive: { short: "i" },
      tty: { short: "t" },
      publish: { short: "p", value: "many" },
      volume: { short: "v", value: "many" },
    },
    least: 1,
    stopAtArgument: true,
    async run(tools, { on, values, args }) {
      const { proc, engine, store, containers, out } = tools;
      const [name = "", ...command] = args;
      const one = (flag: string): string | undefined => values.get(flag)?.at(-1);
      const [tty, stdin] = [on.has("tty"), on.has("interactive")];
      if (tty && stdin && !proc.stdin.tty && !on.has("detach")) {
        await proc.stderr.write("the input device is not a TTY\n");
        return 1;
      }
      if (values.has("volume")) throw new UsageError("docker run -v is not simulated yet in Timonel");
      for (const port of values.get("publish") ?? []) {
        const [outer, inner] = port
          .replace(/\/tcp$/, "")
          .split(":")
          .slice(-2);
        // They share the computer's network: a port is where the program listens.
        if (inner === undefined || outer !== inner)
          throw new UsageError(`docker run -p ${port}: another port outside than inside is not simulated yet in Timonel`);
      }
      if (!localImage(store, name)) {
        await proc.stderr.write(`Unable to find image '${/[:@][^/]*$/.test(name) ? name : `${name}:latest`}' locally\n`);
        try {
          await pull(tools, name);
        } catch (error) {
          if (!(error instanceof DaemonError)) throw error;
          await proc.stderr.write(`docker: ${error.message}\n\nRun 'docker run --help' for more information\n`);
          return 125;
        }
      }
      const local = localImage(store, name);
      if (!local) return 125;
      const env = Object.fromEntries(
        (values.get("env") ?? []).map((text) => [
          text.split("=", 1)[0] ?? "",
          text.includes("=") ? text.slice(text.indexOf("=") + 1) : (proc.env[text] ?? ""),
        ]),
      );
      const entrypoint = one("entrypoint");
      const log: Running["log"] = [];
      const detached = on.has("detach");
      let writing: Promise<void> = Promise.resolve();
      const [user, workingDir] = [one("user"), one("workdir")];
      let container: DockerContainer;
      let running: Running | undefined;
      try {
        container = await engine.run({
          image: madeOf(local.image),
          ...(command.length > 0 && { command }),
          ...(entrypoint !== undefined && { entrypoint: [entrypoint] }),
          env,
          ...(user !== undefined && { user }),
          ...(workingDir !== undefined && { workingDir }),
          tty,
          stdin: stdin || (detached && tty),
          output(stream, text) {
            if (log.length < MOST_LINES) log.push({ stream, text });
            for (const tell of running?.followers ?? []) tell();
            if (!detached && !tty && !stdin) writing = writing.then(() => proc[stream].write(text)).catch(() => {});
          },
        });
      } catch (error) {
        if (!(error instanceof RuntimeError)) throw error;
        const { text, code } = refusal(error);
        await proc.stderr.write(text);
        return code;
      }
      const { id } = container;
      const made: Running = {
        id,
        followers: new Set(),
        name: one("name") ?? `container-${id.slice(0, 6)}`,
        image: name,
        command: [...(local.image.config.entrypoint ?? []), ...(command.length > 0 ? command : (local.image.config.command ?? []))].join(
          " ",
        ),
        created: proc.clock.now(),
        container,
        log,
        exit: undefined,
      };
      running = made;
      containers.set(id, made);
      const ended = container.exited.then(async (code) => {
        made.exit = { code, at: proc.clock.now() };
        for (const tell of made.followers) tell();
        if (!on.has("rm")) return code;
        containers.delete(id);
        await container.remove();
        return code;
      });
      if (detached) {
        await out(`${id}\n`);
        return 0;
      }
      if (container.attached && (tty || stdin)) {
        const code = await tied(proc, container.attached, { tty, stdin });
        await ended;
        return code;
      }
      for (const signal of ["INT", "TERM"] as const) proc.on(signal, () => void container.stop());
      const code = await ended;
      await writing;
      return code;
    },
  },
  ps: {
    usage: "docker ps [OPTIONS]",
    flags: { all: { short: "a" }, quiet: { short: "q" } },
    async run({ proc, containers, out }, { on }) {
      const now = proc.clock.now();
      const shown = [...containers.values()].filter(({ exit }) => on.has("all") || !exit).toReversed();
      if (on.has("quiet")) {
        for (const { id } of shown) await out(`${id.slice(0, 12)}\n`);
        return 0;
      }
      const rows = shown.map(({ id, image, command, created, exit, name }) => [
        id.slice(0, 12),
        image,
        `"${command.length > 20 ? `${command.slice(0, 19)}…` : command}"`,
        ago(now - created),
        exit ? `Exited (${exit.code}) ${ago(now - exit.at)}` : `Up ${ago(now - created).replace(/ ago$/, "")}`,
        "",
        name,
      ]);
      await out(table([["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"], ...rows]));
      return 0;
    },
  },
  logs: {
    usage: "docker logs [OPTIONS] CONTAINER",
    flags: { follow: { short: "f" }, tail: { short: "n", value: "one" } },
    least: 1,
    async run({ proc, containers }, { args, on, values }) {
      const running = found(containers, args[0] as string);
      const last = values.get("tail")?.at(-1) ?? "all";
      let at = last === "all" ? 0 : Math.max(0, running.log.length - Number(last));
      let tell: () => void = () => {};
      const wake = (): void => tell();
      running.followers.add(wake);
      for (;;) {
        const heard = new Promise<void>((resolve) => (tell = resolve));
        for (; at < running.log.length; at++) {
          const { stream, text } = running.log[at] as Running["log"][number];
          await proc[stream].write(text);
        }
        if (!on.has("follow") || running.exit) break;
        await heard;
      }
      running.followers.delete(wake);
      return 0;
    },
  },
  exec: {
    usage: "docker exec [OPTIONS] CONTAINER COMMAND [ARG...]",
    flags: { interactive: { short: "i" }, tty: { short: "t" } },
    least: 2,
    stopAtArgument: true,
    async run({ proc, containers }, { args, on }) {
      const [name = "", ...command] = args;
      const running = found(containers, name);
      if (running.exit) throw new DaemonError(`Error response from daemon: container ${running.id} is not running`);
      const how = { tty: on.has("tty"), stdin: on.has("interactive") };
      if (how.tty && how.stdin && !proc.stdin.tty) {
        await proc.stderr.write("the input device is not a TTY\n");
        return 1;
      }
      try {
        return await tied(proc, await running.container.exec(command, how), how);
      } catch (error) {
        if (!(error instanceof RuntimeError)) throw error;
        const { text, code } = refusal(error);
        await proc.stderr.write(`${text.replace(/^docker: Error response from daemon: /, "").split("\n")[0]}\n`);
        return code;
      }
    },
  },
  kill: {
    usage: "docker kill [OPTIONS] CONTAINER [CONTAINER...]",
    flags: {},
    least: 1,
    async run({ containers, out }, { args }) {
      for (const text of args) {
        const running = found(containers, text);
        if (running.exit)
          throw new DaemonError(`Error response from daemon: cannot kill container: ${text}: container ${running.id} is not running`);
        await running.container.kill();
        await out(`${text}\n`);
      }
      return 0;
    },
  },
  stop: {
    usage: "docker stop [OPTIONS] CONTAINER [CONTAINER...]",
    flags: { time: { short: "t", value: "one" } },
    least: 1,
    async run({ containers, out }, { args }) {
      for (const text of args) {
        await found(containers, text).container.stop();
        await out(`${text}\n`);
      }
      return 0;
    },
  },
  rm: {
    usage: "docker rm [OPTIONS] CONTAINER [CONTAINER...]",
    flags: { force: { short: "f" } },
    least: 1,
    async run({ containers, out }, { args, on }) {
      for (const text of args) {
        const running = found(containers, text);
        if (!running.exit && !on.has("force"))
          throw new DaemonError(
            `Error response from daemon: cannot remove container "${text}": container is running: stop the container before removing or force remove`,
          );
        containers.delete(running.id);
        await running.container.remove();
        await out(`${text}\n`);
      }
      return 0;
    },
  },
};

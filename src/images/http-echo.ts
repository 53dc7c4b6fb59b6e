import { formatDuration } from "../machinery/index.ts";
import { header } from "../network/index.ts";
import type { ImageDefinition, Program } from "../runtime/index.ts";
import { goFlags } from "./go-flags.ts";
import { goHeaders } from "./go-http.ts";
import { goExit, nextSignal } from "./process.ts";
import { HttpService } from "./serving.ts";
import { logTime } from "./times.ts";

const VERSION = "1.0.0";

/** hashicorp/http-echo: answers every request with its text. */
export const httpEcho: Program = async (proc) => {
  const flags = goFlags(proc.argv, { listen: "string", text: "string", version: "bool" });
  if ("error" in flags) {
    await proc.stderr.write(flags.error);
    return 2;
  }
  if (flags.values["version"] === "true") {
    await proc.stderr.write(`http-echo v${VERSION} (c9b2d4f)\n`);
    return 0;
  }
  const text = flags.values["text"] || proc.env["ECHO_TEXT"] || "";
  if (text === "") {
    await proc.stderr.write("Missing -text option OR ENV var TEXT is empty!\n");
    return 127;
  }
  if (flags.rest.length > 0) {
    await proc.stderr.write("Too many arguments!\n");
    return 127;
  }
  const listen = flags.values["listen"] ?? ":5678";
  const colon = listen.lastIndexOf(":");
  const port = Number(listen.slice(colon + 1));

  const app = [
    ["X-App-Name", "http-echo"],
    ["X-App-Version", VERSION],
  ] as const;
  const service = new HttpService(
    async (request, { socket }) => {
      const started = proc.clock.now();
      const health = request.path === "/health";
      const body = health ? '{"status":"ok"}\n' : `${text}\n`;
      if (!health) {
        const at = logTime(proc.clock.now());
        const took = formatDuration(proc.clock.now() - started);
        const from = `${socket.remote.ip}:${socket.remote.port}`;
        const agent = header(request.headers, "user-agent") ?? "";
        await proc.stdout.write(
          `${at} ${header(request.headers, "host") ?? ""} ${from} "${request.method} ${request.path} HTTP/${request.version}" 200 ${new TextEncoder().encode(body).length} "${agent}" ${took}\n`,
        );
      }
      return { status: 200, headers: [...app, ...goHeaders(proc.clock.now())], body };
    },
    { idle: () => proc.checkpoint({ listening: true }) },
  );
  if (proc.restored === undefined) await proc.stderr.write(`${logTime(proc.clock.now())} [INFO] server is listening on ${listen}\n`);
  const interrupted = nextSignal(proc, ["INT"]);
  const killed = goExit(proc);
  let listener;
  try {
    const address = listen.slice(0, colon);
    listener = await proc.net.listen(port, address === "" ? {} : { address });
  } catch {
    await proc.stderr.write(`${logTime(proc.clock.now())} [ERR] server exited with: listen tcp ${listen}: bind: address already in use\n`);
    return 1;
  }
  const accepting = service.accept(listener);
  proc.checkpoint({ listening: true });
  const why = await Promise.race([killed, interrupted, accepting.then(() => 1)]);
  if (why !== "INT") return 2;
  await proc.stderr.write(`${logTime(proc.clock.now())} [INFO] received interrupt, shutting down...\n`);
  listener.close();
  await Promise.race([service.drain(), proc.clock.sleep(5000)]);
  return 2;
};

export const image: ImageDefinition = {
  repository: "docker.io/hashicorp/http-echo",
  tags: ["latest", "1.0", "1.0.0", "0.2.3", "0.2.2", "0.2.1", "alpine", "1.0-alpine"],
  size: 2_950_000,
  config: { entrypoint: ["/http-echo"], exposedPorts: [5678], user: "65532:65532" },
  files: {
    "/http-echo": { program: "http-echo" },
    "/etc/passwd": "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
  },
};

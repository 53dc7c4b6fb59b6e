import { parseDuration } from "../../machinery/index.ts";
import { header, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { goExit } from "../process.ts";
import { HttpService } from "../serving.ts";
import { accessTime, httpDate } from "../times.ts";

interface Route {
  readonly path?: string;
  readonly method?: string;
  readonly status?: number;
  readonly body?: string;
  readonly contentType?: string;
  readonly delay?: string;
  readonly cpu?: string;
}
interface Server {
  readonly port: number;
  readonly routes?: readonly Route[];
}

/** Answers what an Image's `http` says, which lies in the image. */
export const httpServer: Program = async (proc) => {
  let servers: readonly Server[];
  try {
    servers = JSON.parse(proc.fs.readText("/etc/http-server.json")) as readonly Server[];
  } catch {
    await proc.stderr.write("http-server: /etc/http-server.json: no servers are described there\n");
    return 1;
  }
  if (proc.restored === undefined) {
    await proc.cpu(20);
    proc.memory(8 * 1024 * 1024);
  }
  const killed = goExit(proc);
  const routesOf = (port: number): readonly Route[] => servers.find((server) => server.port === port)?.routes ?? [];
  const service = new HttpService(({ path, method }, { socket }) => answer(proc, routesOf(socket.local.port), path, method), {
    idle: () => proc.checkpoint({ listening: true }),
    sent: async (request, response, bytes, { socket }) => {
      const agent = header(request.headers, "user-agent") ?? "-";
      await proc.stdout.write(
        `${socket.remote.ip} - - [${accessTime(proc.clock.now())}] "${request.line}" ${response.status} ${bytes} "-" "${agent}"\n`,
      );
    },
  });
  for (const { port } of servers) {
    try {
      void service.accept(await proc.net.listen(port));
    } catch {
      await proc.stderr.write(`http-server: listen tcp :${port}: bind: address already in use\n`);
      return 1;
    }
    if (proc.restored === undefined) await proc.stderr.write(`http-server: listening on :${port}\n`);
  }
  proc.checkpoint({ listening: true });
  await killed;
  return 0;
};

async function answer(proc: ProcessContext, routes: readonly Route[], path: string, method: string): Promise<ServerResponse> {
  const route = routes.find((r) => (r.method === undefined || r.method === method) && fits(r.path, path.split("?", 1)[0] as string));
  if (route?.delay !== undefined) await proc.clock.sleep(parseDuration(route.delay));
  if (route?.cpu !== undefined) await proc.cpu(parseDuration(route.cpu));
  const headers = [
    ["Date", httpDate(proc.clock.now())],
    ["Content-Type", route?.contentType ?? "text/plain; charset=utf-8"],
  ] as const;
  if (!route) return { status: 404, headers, body: "404 page not found\n" };
  return { status: route.status ?? 200, headers, body: filled(route.body ?? "", proc) };
}

const fits = (wanted: string | undefined, path: string): boolean =>
  wanted === undefined || (wanted.endsWith("*") ? path.startsWith(wanted.slice(0, -1)) : path === wanted);

const filled = (text: string, proc: ProcessContext): string =>
  text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => (name === "hostname" ? proc.hostname : (proc.env[name] ?? "")));

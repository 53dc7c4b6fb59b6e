import { header, type ServerRequest, type ServerResponse } from "../network/index.ts";
import type { ProcessContext } from "../runtime/index.ts";
import { runServer } from "./run-server.ts";
import type { HttpService } from "./serving.ts";
import { accessTime, apacheTime, httpDate } from "./times.ts";

/** Apache with PHP in it, as the images on php:apache run it: its messages, its access log, how it stops. */
export function apachePhp(
  proc: ProcessContext,
  { apache, php }: { readonly apache: string; readonly php: string },
  handle: (request: ServerRequest) => Promise<ServerResponse>,
): Promise<number> {
  const say = (module: string, message: string): Promise<void> =>
    proc.stderr.write(`[${apacheTime(proc.clock.now())}] [${module}:notice] [pid ${proc.pid}:tid ${proc.pid}] ${message}\n`);
  return runServer(proc, {
    ports: [80],
    async started() {
      await proc.cpu(25);
      proc.memory(24 * 1024 * 1024);
      const unnamed = `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${proc.net.ip}. Set the 'ServerName' directive globally to suppress this message\n`;
      await proc.stderr.write(unnamed + unnamed);
      await say("mpm_prefork", `AH00163: Apache/${apache} (Debian) PHP/${php} configured -- resuming normal operations`);
      await say("core", "AH00094: Command line: 'apache2 -D FOREGROUND'");
    },
    async handle(request) {
      const answer = await handle(request);
      return {
        ...answer,
        headers: [["Date", httpDate(proc.clock.now())], ["Server", `Apache/${apache} (Debian)`], ...(answer.headers ?? [])],
      };
    },
    sent: (request, response, bytes, { socket }) =>
      proc.stdout.write(
        `${socket.remote.ip} - - [${accessTime(proc.clock.now())}] "${request.line}" ${response.status} ${bytes} "${header(request.headers, "referer") ?? "-"}" "${header(request.headers, "user-agent") ?? "-"}"\n`,
      ),
    stops: {
      WINCH: async (service: HttpService) => {
        await service.drain();
        return 0;
      },
      TERM: async () => {
        await say("mpm_prefork", "AH00170: caught SIGTERM, shutting down");
        return 0;
      },
    },
  });
}

/** A page that a script made. */
export const phpPage = (php: string, status: number, body: string, type = "text/html; charset=UTF-8"): ServerResponse => ({
  status,
  headers: [
    ["X-Powered-By", `PHP/${php}`],
    ["Content-Type", type],
  ],
  body,
});

export const apacheNotFound = (apache: string, host: string): ServerResponse => ({
  status: 404,
  headers: [["Content-Type", "text/html; charset=iso-8859-1"]],
  body: `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n<hr>\n<address>Apache/${apache} (Debian) Server at ${host} Port 80</address>\n</body></html>\n`,
});

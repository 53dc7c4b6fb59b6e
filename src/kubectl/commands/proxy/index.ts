import { CliError } from "../../errors.ts";
import { bool, duration, int, str } from "../../flags/parse.ts";
import { klogHead } from "../../klog.ts";
import type { Command, Invocation, Listener, Socket } from "../../types.ts";
import { answerFile } from "./files.ts";
import { filterOf, type Filter } from "./filter.ts";
import { HttpConnection, type HttpRequest } from "./http.ts";
import { passOn } from "./pass.ts";

export const proxy: Command = {
  name: "proxy",
  group: "Troubleshooting and Debugging Commands",
  short: "Run a proxy to the Kubernetes API server",
  usage: "[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
  arguments: "none",
  flags: {
    "accept-hosts": str(
      "Regular expression for hosts that the proxy should accept.",
      undefined,
      "^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$",
    ),
    "accept-paths": str("Regular expression for paths that the proxy should accept.", undefined, "^.*"),
    address: str("The IP address on which to serve on.", undefined, "127.0.0.1"),
    "api-prefix": str("Prefix to serve the proxied API under.", undefined, "/"),
    "append-server-path": bool("If true, enables automatic path appending of the kube context server path to each request."),
    "disable-filter": bool("If true, disable request filtering in the proxy."),
    keepalive: duration("keepalive specifies the keep-alive period for an active network connection. Set to 0 to disable keepalive."),
    port: int("The port on which to run the proxy. Set to 0 to pick a random port.", 8001, "p"),
    "reject-methods": str("Regular expression for HTTP methods that the proxy should reject.", undefined, "^$"),
    "reject-paths": str(
      "Regular expression for paths that the proxy should reject.",
      undefined,
      "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach",
    ),
    "unix-socket": str("Unix socket on which to run the proxy.", "u"),
    www: { ...str("Also serve static files from the given directory under the specified prefix.", "w"), complete: "files" },
    "www-prefix": str("Prefix to serve static files under, if static file directory is specified.", "P", "/static/"),
  },
  async run(invocation) {
    const { flags, proc } = invocation;
    if (flags.changed("unix-socket") && flags.changed("port")) throw new CliError("cannot set --unix-socket and --port at the same time");
    if (flags.string("unix-socket") !== "") throw new CliError("kubectl proxy --unix-socket is not simulated yet in Timonel");
    if (flags.bool("append-server-path")) throw new CliError("kubectl proxy --append-server-path is not simulated yet in Timonel");
    if (flags.bool("disable-filter"))
      await invocation.err(
        `${klogHead("W", proc.clock.now(), proc.pid)} proxy.go:177] Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious\n`,
      );
    const www = flags.string("www");
    if (www !== "" && (!proc.fs.exists(www) || proc.fs.stat(www).type !== "directory"))
      await invocation.err(`Static file server configured for ${JSON.stringify(www)}, but it does not exist or is no directory\n`);
    const served: Served = {
      filter: filterOf(flags),
      api: slashed(flags.string("api-prefix")),
      www,
      static: slashed(flags.string("www-prefix")),
    };
    if (proc.net === undefined) throw new CliError("this computer has no network to listen on");
    const address = flags.string("address");
    let listener: Listener;
    try {
      listener = await proc.net.listen(flags.int("port"), { address });
    } catch {
      throw new CliError(`listen tcp ${address}:${flags.int("port")}: bind: address already in use`);
    }
    await invocation.out(`Starting to serve on ${address}:${listener.port}\n`);
    void accept(invocation, listener, served);
    await new Promise<void>((resolve) => {
      proc.on("INT", () => resolve());
      if (proc.signal.aborted) resolve();
      proc.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    listener.close();
    return 130;
  },
};

const slashed = (prefix: string): string => (prefix.endsWith("/") ? prefix : `${prefix}/`);

interface Served {
  readonly filter: Filter;
  readonly api: string;
  readonly www: string;
  readonly static: string;
}

async function accept(invocation: Invocation, listener: Listener, served: Served): Promise<void> {
  for (;;) {
    let socket: Socket;
    try {
      socket = await listener.accept();
    } catch {
      return;
    }
    void converse(invocation, new HttpConnection(socket), served);
  }
}

async function converse(invocation: Invocation, connection: HttpConnection, served: Served): Promise<void> {
  try {
    for (let request = await connection.next(); request !== undefined; request = await connection.next()) {
      await answer(invocation, connection, request, served);
      if (request.headers.get("connection")?.toLowerCase() === "close") break;
    }
  } catch {
    // The client has gone.
  }
  connection.close();
}

const PLAIN = "text/plain; charset=utf-8";

/** The longest prefix wins; below "/api" the prefix is part of the server's own path. */
async function answer(invocation: Invocation, connection: HttpConnection, request: HttpRequest, served: Served): Promise<void> {
  const { path } = request;
  const ofFiles = served.www !== "" && path.startsWith(served.static);
  if (ofFiles && (!path.startsWith(served.api) || served.static.length >= served.api.length))
    return answerFile(invocation.proc.fs, connection, served.www, path.slice(served.static.length));
  if (!path.startsWith(served.api)) return connection.answer(404, PLAIN, "404 page not found\n");
  const asked = served.api.startsWith("/api") ? path : `/${path.slice(served.api.length)}`;
  if (!served.filter(request.method, asked, request.headers.get("host") ?? "")) return connection.answer(403, PLAIN, "Forbidden\n");
  return passOn(invocation, connection, { ...request, path: asked });
}

import { header, type ServerResponse } from "../network/index.ts";
import type { ImageDefinition, ProcessContext, Program } from "../runtime/index.ts";
import { nextSignal } from "./process.ts";
import { HttpService } from "./serving.ts";
import { accessTime, apacheTime, httpDate } from "./times.ts";

const VERSION = "2.4.10";
/** What a million square roots cost in PHP 5. */
const LOOP_CPU_MS = 60;

/** Kubernetes' php-apache of the autoscaling walk-through: every request computes before it says OK! */
export const hpaExample: Program = async (proc) => {
  const say = (module: string, message: string): Promise<void> =>
    proc.stderr.write(`[${apacheTime(proc.clock.now())}] [${module}:notice] [pid ${proc.pid}] ${message}\n`);
  const fresh = proc.restored === undefined;
  if (fresh) {
    await proc.cpu(25);
    proc.memory(9 * 1024 * 1024);
    const unnamed = `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${proc.net.ip}. Set the 'ServerName' directive globally to suppress this message\n`;
    await proc.stderr.write(unnamed + unnamed);
  }
  // One request computes at a time: a process is one core wide.
  let computed: Promise<unknown> = Promise.resolve();
  const compute = (): Promise<unknown> => (computed = computed.then(() => proc.cpu(LOOP_CPU_MS)));
  const service = new HttpService(({ path }) => answer(proc, path, compute), {
    idle: () => proc.checkpoint({ running: true }),
    sent: async (request, response, bytes, { socket }) => {
      const agent = header(request.headers, "user-agent") ?? "-";
      await proc.stdout.write(
        `${socket.remote.ip} - - [${accessTime(proc.clock.now())}] "${request.line}" ${response.status} ${bytes} "-" "${agent}"\n`,
      );
    },
  });
  const stop = nextSignal(proc, ["TERM", "INT", "WINCH"]);
  void service.accept(await proc.net.listen(80));
  if (fresh) {
    await say("mpm_prefork", `AH00163: Apache/${VERSION} (Debian) PHP/5.6.14 configured -- resuming normal operations`);
    await say("core", "AH00094: Command line: 'apache2 -D FOREGROUND'");
  }
  proc.checkpoint({ running: true });
  const signal = await stop;
  if (signal === "WINCH") await service.drain();
  else await say("mpm_prefork", `AH00169: caught SIG${signal}, shutting down`);
  return 0;
};

async function answer(proc: ProcessContext, path: string, compute: () => Promise<unknown>): Promise<ServerResponse> {
  const common = [
    ["Date", httpDate(proc.clock.now())],
    ["Server", `Apache/${VERSION} (Debian)`],
  ] as const;
  if (path !== "/" && path !== "/index.php")
    return {
      status: 404,
      headers: [...common, ["Content-Type", "text/html; charset=iso-8859-1"]],
      body: `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL ${path} was not found on this server.</p>\n</body></html>\n`,
    };
  await compute();
  return { status: 200, headers: [...common, ["X-Powered-By", "PHP/5.6.14"], ["Content-Type", "text/html; charset=UTF-8"]], body: "OK!" };
}

export function hpaExampleImage(base: ImageDefinition["files"]): ImageDefinition {
  return {
    repository: "registry.k8s.io/hpa-example",
    tags: ["latest"],
    size: 167_000_000,
    config: { cmd: ["apache2-foreground"], workingDir: "/var/www/html", stopSignal: "WINCH", exposedPorts: [80] },
    files: {
      ...base,
      "/usr/local/bin/apache2-foreground": { program: "hpa-example" },
      "/var/www/html/index.php":
        '<?php\n  $x = 0.0001;\n  for ($i = 0; $i <= 1000000; $i++) {\n    $x += sqrt($x);\n  }\n  echo "OK!";\n?>\n',
    },
  };
}
